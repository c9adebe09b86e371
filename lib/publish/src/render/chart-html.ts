import type { NotebookOutput } from "../check/check-report.js";
import { chartTable, pageSpec, type ChartTable } from "./chart-data.js";
import { csvOf } from "./csv.js";
import { drawableSpec } from "./drawable-spec.js";
import { escaped, fileLink, scriptJson } from "./markup.js";
import type { PageContent } from "./page-content.js";
import { pictureHtml } from "./picture-html.js";

type Json = Readonly<Record<string, unknown>>;

/** Rows of a chart that the page shows; the file has them all. */
const mostRows = 200;

const text = (value: unknown): string =>
  typeof value === "string"
    ? value
    : Array.isArray(value) && value.every((line) => typeof line === "string")
      ? value.join(" ")
      : "";

/** A chart or a map: drawn by Vega where scripts run, its picture and the table of its data for everyone else. */
export async function chartHtml(spec: Json, output: NotebookOutput, content: PageContent): Promise<string> {
  const number = ++content.charts;
  const title = titleOf(spec);
  const alternative =
    text(spec["description"]) || text(output.data?.["text/plain"]) || title || `Graphique ${number}`;
  const lite = Object.keys(output.data ?? {}).some((type) => type.startsWith("application/vnd.vegalite"));
  const drawable = await drawableSpec(spec, lite ? "vega-lite" : "vega", content.shared);
  if (drawable !== undefined) content.drawn++;
  const picture = pictureHtml(output, alternative);
  const table = chartTable(pageSpec(spec));
  return [
    `<figure class="graphique" id="graphique-${number}">`,
    drawable === undefined
      ? ""
      : `<div class="cadre"><div class="vue" role="img" aria-label="${escaped(alternative)}"></div></div><div class="choix"></div>`,
    `<div class="fixe">${picture === "" ? `<p>${escaped(alternative)}</p>` : picture}</div>`,
    drawable === undefined ? "" : `<script type="application/json">${scriptJson(drawable)}</script>`,
    table === undefined ? "" : dataHtml(table, number, title, content),
    `</figure>`,
  ].join("");
}

function titleOf({ title }: Json): string {
  return typeof title === "object" && title !== null && !Array.isArray(title)
    ? text((title as Json)["text"])
    : text(title);
}

function dataHtml(
  { columns, rows }: ChartTable,
  number: number,
  title: string,
  content: PageContent,
): string {
  const { name, csv } = content.addFile("graphique", number, title, csvOf(columns, rows));
  const shown = rows.slice(0, mostRows);
  const kinds = columns.map((_, index) =>
    rows.every((row) => row[index] === null || typeof row[index] === "number"),
  );
  const kind = (index: number) => (kinds[index] === true ? ' class="damir-number"' : "");
  const cut = rows.length > shown.length ? ` (${shown.length} premières lignes sur ${rows.length})` : "";
  const label = `Données du graphique ${number}`;
  return [
    `<details class="donnees"><summary>${label}${cut}</summary>`,
    `<div class="defile" role="region" tabindex="0" aria-label="${label}"><table><thead><tr>`,
    columns.map((column, index) => `<th scope="col"${kind(index)}>${escaped(column)}</th>`).join(""),
    `</tr></thead><tbody>`,
    shown
      .map(
        (row) =>
          `<tr>${row.map((value, index) => `<td${kind(index)}>${escaped(shownValue(value))}</td>`).join("")}</tr>`,
      )
      .join(""),
    `</tbody></table></div>`,
    `<p>${fileLink(name, "text/csv", csv, `Télécharger ces données (CSV, ${rows.length} ligne${rows.length > 1 ? "s" : ""})`)}</p></details>`,
  ].join("");
}

const numbers = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 3, signDisplay: "negative" });
const plainNumbers = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 3, useGrouping: false });

function shownValue(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") {
    // Years and months of DAMIR (202401) aren't counted by thousands.
    const code =
      Number.isInteger(value) && ((value >= 1900 && value < 2100) || (value >= 190001 && value < 210013));
    return (code ? plainNumbers : numbers).format(value).replace("-", "\u2212");
  }
  if (typeof value === "boolean") return value ? "oui" : "non";
  return typeof value === "string" ? value : JSON.stringify(value);
}
