import { tableData } from "../check/outputs-read.js";
import { csvOf } from "./csv.js";
import { fileLink, scriptJson, unescaped } from "./markup.js";
import type { PageContent } from "./page-content.js";
import { sanitised, textOnly } from "./sanitise.js";

const syntheticMark = "DONNÉES SYNTHÉTIQUES";

/** True for a table of the library, with the rows beside it or, where one row needs no sorting, without. */
export function isLibraryTable(html: string): boolean {
  return html.startsWith('<div class="damir-table') && /<table>[^]*?<\/table>/.test(html);
}

/** Names and rows as they are read, where the table brings no others. */
function shownRows(table: string): { columns: { title: string }[]; rows: string[][] } {
  const texts = (html: string, pattern: RegExp) =>
    [...html.matchAll(pattern)].map(([, inner = ""]) => plainNumber(unescaped(textOnly(inner))));
  const bodies = /<tbody>([^]*)<\/tbody>/.exec(table)?.[1] ?? "";
  return {
    columns: texts(table, /<th\b[^>]*><span>([^]*?)<\/span>/g).map((title) => ({ title })),
    rows: [...bodies.matchAll(/<tr>([^]*?)<\/tr>/g)].map(([, row = ""]) =>
      texts(row, /<td\b[^>]*>([^]*?)<\/td>/g),
    ),
  };
}

/** Without the spaces of thousands and the true minus, which spreadsheets don't read. */
function plainNumber(text: string): string {
  return /^\u2212?[\d\s]+(,\d+)?$/.test(text)
    ? text.replace(/\s/g, "").replace("\u2212", "-")
    : text === "–"
      ? ""
      : text;
}

/**
 * A table of the library: its markup is read anew, its data are written anew, and what sorts it is the library's own script, which
 * the page holds once and its policy knows.
 */
export function tableHtml(html: string, content: PageContent): string {
  const number = ++content.tables;
  const data = tableData(html);
  const table = /<table>[^]*?<\/table>/.exec(html)?.[0] ?? "";
  const caption = textOnly(/<caption\b[^>]*><strong>([^]*?)<\/strong>/.exec(table)?.[1] ?? "");
  const feet = [...html.matchAll(/<p class="damir-foot">([^]*?)<\/p>/g)].map(([, foot = ""]) => {
    const words = textOnly(foot);
    const at = words.indexOf(syntheticMark);
    return at < 0
      ? `<p class="damir-foot">${words}</p>`
      : `<p class="damir-foot">${words.slice(0, at)}<span class="damir-synthetic">${words.slice(at)}</span></p>`;
  });
  const { columns, rows } = data ?? shownRows(table);
  const file = content.addFile(
    "table",
    number,
    caption,
    csvOf(
      columns.map(({ title }) => title),
      rows,
    ),
  );
  const label = `Télécharger la table (CSV, ${rows.length} ligne${rows.length > 1 ? "s" : ""})`;
  return [
    `<div class="damir-table"><div class="damir-scroll" role="region" tabindex="0" aria-label="${caption || `Table ${number}`}">${sanitised(table)}</div>`,
    ...feet,
    data === undefined ? "" : `<script type="application/json">${scriptJson(data)}</script>`,
    data === undefined
      ? `<p>${fileLink(file.name, "text/csv", file.csv, label)}</p>`
      : `<noscript><p>${fileLink(file.name, "text/csv", file.csv, label)}</p></noscript>`,
    `</div>`,
  ].join("");
}
