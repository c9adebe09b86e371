import { inspect } from "node:util";

const maximalRows = 50;
const maximalColumns = 40;
const format = new Intl.NumberFormat("fr-FR");

/**
 * An HTML table for an array of records, or undefined for anything else. Shows the first 50 rows and 40 columns and says
 * how many there are. Everything in it is escaped.
 */
export function recordTable(value: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const rows: unknown[] = value.slice(0, maximalRows);
  if (!rows.every(isRecord)) return undefined;
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (columns.length === 0) return undefined;
  const shown = columns.slice(0, maximalColumns);
  const head = shown.map((name) => `<th>${escapeHtml(name)}</th>`).join("");
  const body = rows.map((row) => `<tr>${shown.map((name) => cellHtml(row[name])).join("")}</tr>`).join("\n");
  const parts = [
    value.length > rows.length
      ? `${format.format(rows.length)} premières lignes sur ${format.format(value.length)}`
      : "",
    columns.length > shown.length ? `${shown.length} premières colonnes sur ${columns.length}` : "",
  ].filter((part) => part !== "");
  const note = parts.length > 0 ? `\n<p>${parts.join(", ")}</p>` : "";
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table>${note}`;
}

/** Makes text harmless inside HTML. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function cellHtml(value: unknown): string {
  if (value === undefined || value === null) return "<td></td>";
  const text = typeof value === "string" ? value : inspect(value, { depth: 1, breakLength: Infinity });
  const style = typeof value === "number" || typeof value === "bigint" ? ' style="text-align:right"' : "";
  return `<td${style}>${escapeHtml(text.length > 500 ? `${text.slice(0, 500)}…` : text)}</td>`;
}
