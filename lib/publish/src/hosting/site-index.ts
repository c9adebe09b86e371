import { createHash } from "node:crypto";
import { dayInWords, type AnalysisRecord } from "./analysis-record.js";
import type { SiteAddresses } from "./site-addresses.js";

/** Title of the list and of the feed. */
export const siteTitle = "Analyses de l'Atelier DAMIR";

const mark = '<meta name="generator" content="Atelier DAMIR">';
const seal = (sha256: string) => `<meta name="damir-sha256" content="${sha256}">`;
const anySeal = /<meta name="damir-sha256" content="[0-9a-f]*">/;

/**
 * Whether a site's home page is one of ours: `foreign` is somebody else's, never written over; `changed` was ours, then somebody
 * changed it by hand.
 */
export function madeHere(home: Uint8Array): "ours" | "changed" | "foreign" {
  const text = new TextDecoder().decode(home);
  if (!text.includes(mark)) return "foreign";
  return anySeal.test(text) && sealed(text) === text ? "ours" : "changed";
}

/** The page with, in it, the sha256 of the same page with an empty one. */
function sealed(page: string): string {
  const empty = page.replace(anySeal, seal(""));
  return empty.replace(seal(""), seal(createHash("sha256").update(empty).digest("hex")));
}

const style = `
:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fff; --soft: #57575c; --line: #d6d6db; --link: #000091; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf0; --paper: #161618; --soft: #b0b0b8; --line: #3c3c42; --link: #9ab0ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem 4rem; font: 1rem/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.8rem; line-height: 1.2; }
a { color: var(--link); }
ul.analyses { list-style: none; padding: 0; }
ul.analyses > li { display: grid; grid-template-columns: 14rem 1fr; gap: 0 1.5rem; padding: 1.5rem 0; border-top: 1px solid var(--line); }
li img { width: 100%; height: auto; border: 1px solid var(--line); background: #fff; }
h2 { margin: 0; font-size: 1.25rem; line-height: 1.3; }
p { margin: .4rem 0; }
.draft { font-weight: 600; }
.soft { color: var(--soft); font-size: .9rem; }
@media (max-width: 40rem) { ul.analyses > li { grid-template-columns: 1fr; } li img { max-width: 20rem; margin-bottom: .8rem; } }
`;

/** The home page of a site: its analyses, the last updated first, each with its earlier versions. Links are relative. */
export function siteIndex(records: readonly AnalysisRecord[], { index }: SiteAddresses): string {
  const hash = createHash("sha256").update(style).digest("base64");
  return sealed(`<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
${mark}
${seal("")}
<title>${escaped(siteTitle)}</title>
<link rel="alternate" type="application/atom+xml" title="${escaped(siteTitle)}" href="feed.xml">
<style>${style}</style>
</head>
<body>
<header>
<h1>${escaped(siteTitle)}</h1>
<p>Des analyses des dépenses de santé remboursées, faites avec des données ouvertes. <a href="feed.xml">Flux Atom</a></p>
</header>
<main>
<ul class="analyses">
${records.map((record) => entry(record, index)).join("\n")}
</ul>
</main>
</body>
</html>
`);
}

function entry({ slug, title, summary, author, updated, versions }: AnalysisRecord, index: string): string {
  const [last, ...before] = versions;
  const draft = last?.draft === true;
  // Once published, an analysis no longer shows its drafts.
  const earlier = draft ? before : before.filter((version) => version.draft !== true);
  const image =
    last?.image === undefined
      ? ""
      : `<img src="${escaped(slug)}/image.png" alt="" width="800" loading="lazy">`;
  const versionLinks = earlier.map(
    ({ version, date }) =>
      `<a href="${escaped(slug)}/${escaped(version)}/${index}">${escaped(version)}</a> (${day(date)})`,
  );
  return `<li>
<div>${image}</div>
<article>
<h2><a href="${escaped(slug)}/${index}">${escaped(title)}</a></h2>
${draft ? '<p class="draft">Brouillon : à ne pas citer ni reprendre.</p>\n' : ""}<p>${escaped(summary)}</p>
<p class="soft">${author === undefined ? "" : `${escaped(author)}, `}mise à jour du ${day(updated)}</p>${
    versionLinks.length === 0
      ? ""
      : `
<p class="soft">Versions antérieures : ${versionLinks.join(", ")}</p>`
  }
</article>
</li>`;
}

function day(date: string): string {
  return `<time datetime="${escaped(date)}">${dayInWords(date)}</time>`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
