import type { ReadSource } from "../check/check-report.js";
import { dayHtml, escaped, link } from "./markup.js";

/** Where the figures come from: each dataset that the queries read, as licences ask for it. */
export function provenanceHtml(sources: readonly ReadSource[]): string {
  if (sources.length === 0) {
    return `<p>Les requêtes de cette analyse n'ont lu aucun jeu de données connu de l'atelier.</p>`;
  }
  return `<ul class="jeux">${sources.map(sourceHtml).join("")}</ul>`;
}

function sourceHtml({
  table,
  title,
  url,
  producer,
  licence,
  updated,
  readOn,
  synthetic,
  files,
}: ReadSource): string {
  const facts: [string, string][] = [
    ["Producteur", producer === "" ? "non indiqué" : escaped(producer)],
    ["Licence", licence === "" ? "non indiquée" : escaped(licence)],
    ["Mise à jour", updated === undefined ? "date inconnue" : dayHtml(updated)],
    ["Lu le", dayHtml(readOn)],
    ["Dans le code", `<code>${escaped(table)}</code>`],
  ];
  return [
    `<li><h3>${link(url, title)}${synthetic ? ' <strong class="damir-synthetic">données synthétiques</strong>' : ""}</h3><dl>`,
    ...facts.map(([name, text]) => `<div><dt>${name}</dt><dd>${text}</dd></div>`),
    `</dl>`,
    files.length === 0
      ? ""
      : `<details><summary>${files.length > 1 ? `${files.length} fichiers publiés` : "Fichier publié"} (sha256)</summary><ul class="empreintes">${files.map(({ name, sha256 }) => `<li>${escaped(name)} <code>${escaped(sha256)}</code></li>`).join("")}</ul></details>`,
    `</li>`,
  ].join("");
}
