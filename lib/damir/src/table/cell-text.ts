import { formatDate, formatMonth, formatNumber } from "../french-format.js";
import type { ResultValue } from "../query/sql-values.js";
import type { ShownColumn } from "./shown-column.js";

/** What stands for a missing value. */
const missing = "–";

/** Characters of a text that a cell shows; the copy and the CSV have it whole. */
const longestText = 300;

/** A value as a reader sees it in a table, in French. `assets/table.js` follows the same rules. */
export function cellText(value: ResultValue, { kind, style }: Pick<ShownColumn, "kind" | "style">): string {
  if (value === null) return missing;
  if (value instanceof Date) return kind === "month" ? formatMonth(value) : formatDate(value);
  if (typeof value === "boolean") return value ? "oui" : "non";
  if (kind === "number" && style && typeof value !== "object") return formatNumber(value, style);
  const text = typeof value === "object" ? JSON.stringify(value, largeIntegers) : String(value);
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

/** A value as the page's script reads it in JSON: exact, numbers that JSON doesn't have as texts. */
export function cellJson(value: ResultValue): string | number | boolean | null {
  if (value instanceof Date) return value.toISOString().replace("T00:00:00.000Z", "");
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "bigint":
      return value.toString();
    case "object":
      return value === null ? null : JSON.stringify(value, largeIntegers);
    default:
      return value;
  }
}

/** JSON has no integer beyond 2^53: they are written as texts. */
function largeIntegers(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
