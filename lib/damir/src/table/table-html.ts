import { readFileSync } from "node:fs";
import { escapeHtml } from "../html.js";
import { cellJson, cellText } from "./cell-text.js";
import type { ShownColumn } from "./shown-column.js";
import { countLine, syntheticMark, type TableContent } from "./table-content.js";

/** A notebook gets no heavier by one table than this, in characters of JSON, unless more rows are asked for. */
const mostCharacters = 2_000_000;

const asset = (name: string) => readFileSync(new URL(`../../assets/${name}`, import.meta.url), "utf8");

/**
 * The same text in every table, so that a page's security policy can allow it by its hash.
 * @internal
 */
export const tableStyle = condensed(asset("table.css"));
/**
 * What makes a table sortable, likewise.
 * @internal
 */
export const tableScript = condensed(asset("table.js"));

/** Leaves out comments and what indents the lines: a notebook has as many copies as tables. */
function condensed(text: string): string {
  return text
    .replace(/^\s*(\/\/.*|\/\*[^]*?\*\/)\s*$/gm, "")
    .replace(/\/\*\* .*? \*\/ /g, "")
    .replace(/^\s+/gm, "")
    .trim();
}

/**
 * A table in HTML that stands alone: its first rows for whoever runs no script, all that go along for the script beside it.
 * Inline styles repeat what matters most, as some readers of notebooks drop style sheets.
 */
export function tableHtml(content: TableContent, limited = true): string {
  const { columns, caption, pageSize, total } = content;
  const rows = limited ? lightRows(content) : content.rows;
  const first = rows.slice(0, pageSize);
  const title = caption === "" ? "" : `<strong>${escapeHtml(caption)}</strong> `;
  return [
    // Signs of money would make mathematics of a row, and letters typed in a search the lab's shortcuts.
    `<div class="damir-table tex2jax_ignore mathjax_ignore" data-lm-suppress-shortcuts="true"><style>${tableStyle}</style>`,
    `<div class="damir-scroll" role="region" tabindex="0" aria-label="${escapeHtml(caption || "Table")}"><table>`,
    `<caption style="text-align:left">${title}<span class="damir-count">${countLine(total, first.length)}</span></caption>`,
    `<thead><tr>${columns.map(headCell).join("")}</tr></thead>`,
    `<tbody>${first.map((row) => `<tr>${columns.map((column) => cell(cellText(row[column.name] ?? null, column), column)).join("")}</tr>`).join("")}</tbody>`,
    `</table></div>`,
    ...content.notes.map((note) => `<p class="damir-foot">${escapeHtml(note)}</p>`),
    footHtml(content.source),
    rows.length > 1 ? scripts(content, rows) : "",
    `</div>`,
  ].join("");
}

/** JupyterLab aligns all cells on the right, GitHub none. */
function alignment({ kind }: ShownColumn): string {
  return kind === "number" ? ' class="damir-number" style="text-align:right"' : ' style="text-align:left"';
}

function headCell(column: ShownColumn): string {
  const { title, label, unit } = column;
  const name = `${escapeHtml(title)}${unit === "" ? "" : ` (${escapeHtml(unit)})`}`;
  const small = label === "" ? "" : `<br><small>${escapeHtml(label)}</small>`;
  return `<th scope="col"${alignment(column)}><span>${name}</span>${small}</th>`;
}

function cell(text: string, column: ShownColumn): string {
  return `<td${alignment(column)}>${escapeHtml(text)}</td>`;
}

function footHtml(source: string): string {
  if (source === "") return "";
  const at = source.indexOf(syntheticMark);
  const plain = escapeHtml(at < 0 ? source : source.slice(0, at));
  const marked =
    at < 0
      ? ""
      : `<span class="damir-synthetic" style="background-color:#b3261e;color:#fff">${escapeHtml(source.slice(at))}</span>`;
  return `<p class="damir-foot">${plain}${marked}</p>`;
}

/** As many of the first rows as keep the notebook light, one page at least. */
function lightRows({ columns, rows, pageSize }: TableContent): TableContent["rows"] {
  let characters = 0;
  const end = rows.findIndex((row, index) => {
    characters += JSON.stringify(columns.map(({ name }) => cellJson(row[name] ?? null))).length;
    return characters > mostCharacters && index >= pageSize;
  });
  return end < 0 ? rows : rows.slice(0, end);
}

function scripts(content: TableContent, rows: TableContent["rows"]): string {
  const { columns, total, pageSize, sort, source } = content;
  const data = {
    columns: columns.map(({ title, kind, style }) => ({ title, kind, style })),
    sort: sort ? [sort.column, sort.direction] : [-1, ""],
    pageSize,
    count: countLine(total, rows.length),
    file: fileName(content),
    source,
    rows: rows.map((row) => columns.map(({ name }) => cellJson(row[name] ?? null))),
  };
  // Nothing of a text may end the block.
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return `<script type="application/json">${json}</script><script>${tableScript}</script>`;
}

function fileName({ caption, synthetic }: TableContent): string {
  const slug = caption
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60);
  return `${synthetic ? "donnees-synthetiques-" : ""}${slug || "table"}.csv`;
}
