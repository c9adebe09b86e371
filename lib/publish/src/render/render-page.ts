import { tableScript, tableStyle } from "damir";
import type { Notebook, NotebookCell } from "../check/check-report.js";
import { plainText, readTexts } from "../notebook-text.js";
import { closingParts } from "./closing-parts.js";
import { codeHtml } from "./code-html.js";
import { contentsHtml } from "./contents.js";
import { dayHtml, escaped, nameOf, scriptJson, webAddress } from "./markup.js";
import { offeredNotebook } from "./offered-notebook.js";
import { outputHtml } from "./outputs.js";
import { pageScript, pageStyle } from "./page-assets.js";
import { PageContent } from "./page-content.js";
import { policyOf } from "./policy.js";
import type { RenderedPage, RenderOptions } from "./rendered-page.js";
import { socialImage, socialSize } from "./social-image.js";

// Why not nbconvert: its templates keep what a notebook's HTML, SVG and specifications hold, load Vega and fonts from the network, and
// leave no place for a policy of hashes. Here every output is written anew from what is known of it, in the language of the check that
// read it. Why not vega-embed: it honours wishes of the specification (`usermeta`, `$schema`), writes markup and styles of its own, and
// brings Vega-Lite's compiler, which has done its work before the page exists.

/**
 * Makes a notebook with its outputs into a page that stands alone: readable without a network and without scripts, interactive where
 * they run. Whatever the notebook holds is data: nothing of it runs, loads or leaves the page.
 *
 * @param notebook with the outputs to show
 * @throws UserError when the project's scripts for pages aren't built
 */
export async function renderPage(notebook: Notebook, options: RenderOptions): Promise<RenderedPage> {
  const texts = readTexts(notebook);
  const title = texts.title ?? "Analyse sans titre";
  const slug = options.slug ?? (nameOf(title) || "analyse");
  const content = new PageContent(texts.title);
  const cells: string[] = [];
  for (const cell of notebook.cells) cells.push(await cellHtml(cell, notebook, content));
  const json = offeredNotebook(notebook, options.identity);
  const address = webAddress(options.canonicalUrl);
  const { author, licence } = options.identity;
  const closing = closingParts(
    options,
    {
      title,
      slug,
      date: options.date,
      version: options.version,
      ...(author === undefined ? {} : { author }),
      ...(licence === undefined ? {} : { licence }),
      ...(address === undefined ? {} : { address }),
    },
    { name: `${slug}.ipynb`, json },
  );
  const image = socialImage(notebook);
  const scripts = {
    page: pageScript("page"),
    charts: content.drawn > 0 ? pageScript("charts") : "",
    tables: content.tables > 0 ? tableScript : "",
  };
  const style = `${content.tables > 0 ? tableStyle : ""}\n${pageStyle()}`;
  const html = [
    `<!doctype html>`,
    `<html lang="fr">`,
    `<head>`,
    `<meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${policyOf(
      Object.values(scripts).filter((script) => script !== ""),
      [style],
    )}">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1">`,
    `<meta name="referrer" content="no-referrer">`,
    `<title>${escaped(title)}</title>`,
    headHtml(title, plainText(texts.question ?? ""), options, image !== undefined),
    `<style>${style}</style>`,
    `</head>`,
    `<body>`,
    `<a class="evitement" href="#contenu">Aller au contenu</a>`,
    noticeHtml(options),
    `<header class="entete"><h1>${escaped(title)}</h1>`,
    `<p class="signature">${[author === undefined ? "" : escaped(author), dayHtml(options.date), `version ${escaped(options.version)}`, licence === undefined ? "" : escaped(licence)].filter((part) => part !== "").join(" · ")}</p>`,
    `<div class="barre"><a href="#forker">Forker cette analyse</a><a href="#provenance">Sources</a><a href="#citer">Citer</a></div>`,
    `</header>`,
    `<div class="corps">`,
    contentsHtml(content.texts.headings, closing),
    `<main id="contenu" tabindex="-1"><article>`,
    ...cells,
    `</article>`,
    ...closing.map(
      (part) =>
        `<section class="fin" aria-labelledby="${part.id}"><h2 id="${part.id}" tabindex="-1">${escaped(part.title)}</h2>${part.html}</section>`,
    ),
    `</main></div>`,
    `<footer><p>Page faite d'un notebook de l'Atelier DAMIR. Elle se lit sans réseau et n'envoie rien.</p></footer>`,
    content.shared.all.length > 0
      ? `<script type="application/json" id="donnees-communes">${scriptJson(content.shared.all)}</script>`
      : "",
    scripts.tables === ""
      ? ""
      : `<script type="text/plain" id="script-des-tables">${scripts.tables}</script>`,
    `<script>${scripts.page}</script>`,
    scripts.charts === "" ? "" : `<script>${scripts.charts}</script>`,
    `</body>`,
    `</html>`,
  ]
    .filter((part) => part !== "")
    .join("\n");
  return {
    html,
    title,
    notebook: json,
    tables: content.files,
    charts: { total: content.charts, interactive: content.drawn },
    bytes: Buffer.byteLength(html),
    ...(image === undefined ? {} : { socialImage: image }),
  };
}

async function cellHtml(cell: NotebookCell, { metadata }: Notebook, content: PageContent): Promise<string> {
  if (cell.cell_type === "markdown") return `<div class="texte">${content.texts.html(cell)}</div>`;
  if (cell.cell_type === "raw" || cell.source.trim() === "") return "";
  const outputs: string[] = [];
  for (const output of cell.outputs ?? []) outputs.push(await outputHtml(output, content));
  const info = metadata["language_info"];
  const language =
    typeof info === "object" && info !== null && "name" in info && typeof info.name === "string"
      ? info.name
      : "";
  const number = ++content.codes;
  return [
    `<details class="code"><summary>Code ${number}</summary><pre tabindex="0"><code>${codeHtml(cell.source.trimEnd(), language)}</code></pre></details>`,
    ...outputs,
  ].join("\n");
}

function headHtml(title: string, question: string, options: RenderOptions, hasImage: boolean): string {
  const { identity, date, canonicalUrl, imageUrl, draft, synthetic } = options;
  const address = webAddress(canonicalUrl);
  const picture = hasImage ? webAddress(imageUrl) : undefined;
  const summary = question.length > 300 ? `${question.slice(0, 299)}…` : question;
  const named: [string, string | undefined][] = [
    ["description", summary || undefined],
    ["author", identity.author],
    ["robots", draft === true || synthetic === true ? "noindex" : undefined],
    ["citation_title", title],
    ["citation_author", identity.author],
    ["citation_publication_date", date.replaceAll("-", "/")],
    ["citation_public_url", address],
    ["twitter:card", picture === undefined ? "summary" : "summary_large_image"],
  ];
  const properties: [string, string | undefined][] = [
    ["og:type", "article"],
    ["og:locale", "fr_FR"],
    ["og:title", title],
    ["og:description", summary || undefined],
    ["og:url", address],
    ["og:image", picture],
    ["og:image:width", picture === undefined ? undefined : String(socialSize.width)],
    ["og:image:height", picture === undefined ? undefined : String(socialSize.height)],
    ["og:image:alt", picture === undefined ? undefined : `Graphique de l'analyse « ${title} »`],
    ["article:published_time", date],
  ];
  const metas = (kind: string, list: readonly [string, string | undefined][]) =>
    list.flatMap(([name, text]) =>
      text === undefined ? [] : [`<meta ${kind}="${name}" content="${escaped(text)}">`],
    );
  return [
    ...metas("name", named),
    ...metas("property", properties),
    ...(address === undefined ? [] : [`<link rel="canonical" href="${escaped(address)}">`]),
  ].join("\n");
}

/** What must be read before any figure. */
function noticeHtml({ draft, synthetic }: RenderOptions): string {
  if (synthetic === true) {
    return `<aside class="avis grave" aria-label="Avertissement"><strong>Données synthétiques.</strong> Les chiffres de cette page ont été générés pour essayer le code : ils ne disent rien de la France et ne doivent pas être cités.</aside>`;
  }
  return draft === true
    ? `<aside class="avis" aria-label="Avertissement"><strong>Brouillon.</strong> Cette page n'est pas publiée : ses chiffres et ses textes peuvent changer.</aside>`
    : "";
}
