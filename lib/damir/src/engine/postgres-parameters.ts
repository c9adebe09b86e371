import { SqlFragment, type SqlValue } from "../query/sql.js";

const millisecondsPerDay = 86_400_000;

/** A query as it is sent to PostgreSQL. */
export interface ServerQuery {
  text: string;
  values: (string | null)[];
}

/**
 * A query whose values carry their types: the server would else infer them from their surroundings, and refuse a number that
 * a column couldn't hold where DuckDB finds no row. A text is left to it, so that `'2024-01-01'` can be compared with a date.
 *
 * @param texts says `text` of the texts too, for the few places where nothing tells their type
 */
export function serverQuery({ strings, values }: SqlFragment, texts: "inferred" | "typed"): ServerQuery {
  const written = values.map((value, index) => {
    const type = typeOf(value) ?? (texts === "typed" ? "text" : undefined);
    return `$${index + 1}${type === undefined ? "" : `::${type}`}`;
  });
  return {
    text: strings.map((piece, index) => `${piece}${written[index] ?? ""}`).join(""),
    values: values.map(valueText),
  };
}

/**
 * Where a place of the sent text stands in the query's own.
 * @param position of the sent text, in characters from 0
 */
export function placeInQuery({ strings, values, text }: SqlFragment, sent: string, position: number): number {
  const place = Array.from(sent).slice(0, position).join("").length;
  let [own, other] = [0, 0];
  for (const [index, piece] of strings.entries()) {
    if (place < other + piece.length) return own + place - other;
    own += piece.length;
    other += piece.length;
    if (index >= values.length) break;
    const plain = `$${index + 1}`.length;
    const type = typeOf(values[index] ?? null);
    const typed = sent.startsWith(`::${type ?? "text"}`, other + plain);
    const length = plain + (typed ? `::${type ?? "text"}`.length : 0);
    if (place < other + length) return own;
    own += plain;
    other += length;
  }
  return Math.min(own, text.length);
}

function typeOf(value: SqlValue): string | undefined {
  switch (typeof value) {
    case "number":
      if (!Number.isSafeInteger(value)) return "double precision";
      return Math.abs(value) < 2 ** 31 ? "integer" : "bigint";
    case "bigint":
      return value >= -(2n ** 63n) && value < 2n ** 63n ? "bigint" : "numeric";
    case "boolean":
      return "boolean";
    default:
      return value instanceof Date ? (isMidnight(value) ? "date" : "timestamp") : undefined;
  }
}

function valueText(value: SqlValue): string | null {
  if (value === null) return null;
  if (!(value instanceof Date)) return String(value);
  const iso = value.toISOString();
  return isMidnight(value) ? iso.slice(0, -"T00:00:00.000Z".length) : iso.slice(0, -1);
}

function isMidnight(date: Date): boolean {
  return date.getTime() % millisecondsPerDay === 0;
}
