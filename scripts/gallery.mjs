/** `npm run gallery`: runs every starter on this machine's data and gathers the pages, with an index, in `.damir/gallery/`. */
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { executed } from "./notebook-run.mjs";
import { home } from "./setup.mjs";
import { starters, themes } from "./starters.mjs";

const folder = join(home, "gallery");

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** @param {import("./starters.mjs").Starter} starter */
function cardOf({ slug, card }) {
  return `<li><a href="${slug}.html"><img src="${slug}.png" alt="" width="320" height="200" loading="lazy">
<strong>${escaped(card.title)}</strong></a><p>${escaped(card.question)}</p>
<p class="facts">${escaped(card.level)} · ${card.minutes} min · ${card.datasets.map(escaped).join(", ")}</p></li>`;
}

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:1080px;margin:2rem auto;padding:0 1rem;color:#1f2933}
ul{list-style:none;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(320px,1fr));gap:1.5rem}
li{border:1px solid #d9dde2;border-radius:8px;padding:1rem}img{width:100%;height:auto}a{color:#00507d}p{margin:.4rem 0}
.facts{color:#52606d;font-size:.85rem}`;

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const all = starters();
for (const starter of all) {
  const { slug, notebook, thumbnail } = starter;
  writeFileSync(join(folder, `${slug}.html`), await executed(notebook, "html", { DAMIR_HOME: home }));
  if (existsSync(thumbnail)) copyFileSync(thumbnail, join(folder, `${slug}.png`));
  console.log(slug);
}
const sections = themes.map((theme) => {
  const cards = all.filter(({ card }) => card.theme === theme).map(cardOf);
  return cards.length > 0 ? `<h2>${escaped(theme)}</h2><ul>${cards.join("")}</ul>` : "";
});
writeFileSync(
  join(folder, "index.html"),
  `<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Atelier DAMIR : les notebooks</title><style>${style}</style>
<h1>Atelier DAMIR : les notebooks de départ</h1>${sections.join("")}</html>`,
);
console.log(pathToFileURL(join(folder, "index.html")).href);
