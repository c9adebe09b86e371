import { openDamirVariables } from "../dictionary/dictionary.js";
import type { DisplayData } from "../display.js";
import { formatDate, formatNumber } from "../french-format.js";
import { escapeHtml } from "../html.js";
import { isSynthetic, sourceLine, type Source } from "../query/provenance.js";
import type { Column, Row } from "../query/columns.js";
import type { ResultValue } from "../query/sql-values.js";

/** Rows shown of a longer result; the count of the others is said. */
const shownRows = 20;

/** What stands for a missing value. */
const missing = "–";

const footStyle = "text-align:left;font-size:85%;opacity:.8;padding-top:.4em";
const markStyle = "color:#b3261e;font-weight:600;opacity:1";

/** A value as a reader sees it in a table, in French. */
export function cellText(value: ResultValue, column: Column): string {
  if (value === null) return missing;
  if (value instanceof Date) return formatDate(value);
  if (typeof value === "boolean") return value ? "oui" : "non";
  if ((typeof value === "number" || typeof value === "bigint") && column.style) {
    return formatNumber(value, column.style);
  }
  return typeof value === "object" ? JSON.stringify(value, largeIntegers) : String(value);
}

/** JSON has no integer beyond 2^53: they are written as texts. */
function largeIntegers(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

/** A table as notebooks show it: HTML for people, aligned text for terminals and exports. */
export function tableDisplay(
  columns: readonly Column[],
  rows: readonly Row[],
  sources: readonly Source[],
): DisplayData {
  const cells = rows
    .slice(0, shownRows)
    .map((row) => columns.map((column) => cellText(row[column.name] ?? null, column)));
  const count = countLine(rows.length, cells.length);
  const source = sourceLine(sources);
  return {
    data: {
      "text/html": html(columns, cells, count, source, isSynthetic(sources)),
      "text/plain": text(columns, cells, [count, source]),
    },
  };
}

function countLine(total: number, shown: number): string {
  const all = `${formatNumber(total, { decimals: 0, grouping: true })} ligne${total > 1 ? "s" : ""}`;
  return total > shown ? `${all}, dont les ${shown} premières ici` : all;
}

function html(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  count: string,
  source: string,
  synthetic: boolean,
): string {
  const align = (column: Column) => `text-align:${column.kind === "number" ? "right" : "left"}`;
  const head = columns.map((column) => {
    const variable = openDamirVariables().get(column.name);
    const label = variable ? ` title="${escapeHtml(variable.libelle)}"` : "";
    const unit = variable?.unite === "euros" ? " (€)" : "";
    return `<th scope="col" style="${align(column)}"${label}>${escapeHtml(column.name)}${unit}</th>`;
  });
  const body = cells.map((row) => {
    const data = columns.map(
      (column, index) =>
        `<td style="${align(column)};font-variant-numeric:tabular-nums">${escapeHtml(row[index] ?? "")}</td>`,
    );
    return `<tr>${data.join("")}</tr>`;
  });
  const mark = synthetic ? `;${markStyle}` : "";
  const sourceRow = source
    ? `<tr><td colspan="${columns.length}" style="${footStyle}${mark}">${escapeHtml(source)}</td></tr>`
    : "";
  return [
    `<table class="damir-table"><thead><tr>${head.join("")}</tr></thead>`,
    `<tbody>${body.join("")}</tbody>`,
    `<tfoot><tr><td colspan="${columns.length}" style="${footStyle}">${escapeHtml(count)}</td></tr>${sourceRow}</tfoot></table>`,
  ].join("");
}

function text(columns: readonly Column[], cells: readonly (readonly string[])[], foot: string[]): string {
  const widths = columns.map((column, index) =>
    Math.max(column.name.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const line = (values: readonly string[]) =>
    columns
      .map((column, index) => {
        const value = values[index] ?? "";
        const width = widths[index] ?? 0;
        return column.kind === "number" ? value.padStart(width) : value.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [line(columns.map((column) => column.name)), ...cells.map(line), "", ...foot]
    .filter((value, index, all) => value !== "" || index < all.length - 1)
    .join("\n");
}
