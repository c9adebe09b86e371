import { chartRows } from "../check/outputs-read.js";

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Keys of a specification under which rows stand. */
const holdsRows = (key: string) => key === "values" || key === "datasets";

/** Words for readers, in which a column's name means nothing. */
const holdsWords = (key: string) => ["description", "title", "subtitle"].includes(key);

const isWords = (value: unknown): boolean =>
  typeof value === "string" || (Array.isArray(value) && value.every((line) => typeof line === "string"));

/** Texts of a specification in which a column may be named: fields, expressions, templates, names of options. */
function textsOf(spec: unknown, key = ""): string[] {
  if (typeof spec === "string") return [spec];
  if (Array.isArray(spec)) {
    return holdsRows(key) && spec.some(isRecord) ? [] : spec.flatMap((part) => textsOf(part));
  }
  if (!isRecord(spec)) return [];
  return Object.entries(spec).flatMap(([name, value]) =>
    ["datasets", "usermeta"].includes(name) || (holdsWords(name) && isWords(value))
      ? []
      : [name, ...textsOf(value, name)],
  );
}

/**
 * A specification as a page may carry it: its rows hold only the columns that it names somewhere, nothing is loaded from an address,
 * and its own wishes for the viewer (`usermeta`) are left out.
 */
export function pageSpec(spec: Json): Record<string, unknown> {
  const texts = textsOf(spec).join("\n").replaceAll("\\", "");
  const words = new Set(texts.match(/[\p{L}\p{N}_]+/gu) ?? []);
  // A name of several words is looked for as it is.
  const needed = (column: string) =>
    /^[\p{L}\p{N}_]+$/u.test(column) ? words.has(column) : texts.includes(column);
  const row = (value: unknown): unknown => {
    if (!isRecord(value)) return value;
    if (value["type"] === "Feature") {
      const properties = value["properties"];
      return isRecord(properties) ? { ...value, properties: row(properties) } : value;
    }
    return Object.fromEntries(Object.entries(value).filter(([column]) => needed(column)));
  };
  const cut = (value: unknown, key = ""): unknown => {
    if (Array.isArray(value)) {
      return key === "values" && value.some(isRecord) ? value.map(row) : value.map((part) => cut(part));
    }
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, part]): [string, unknown][] => {
        if (name === "usermeta" || ((key === "data" || key === "from") && name === "url")) return [];
        if (name === "datasets" && isRecord(part)) {
          const sets = Object.entries(part).map(([set, rows]) => [set, cut(rows, "values")] as const);
          return [[name, Object.fromEntries(sets)]];
        }
        return [[name, cut(part, name)]];
      }),
    );
  };
  return cut(spec) as Record<string, unknown>;
}

/** Rows of a chart, for a table beside it and for a file. */
export interface ChartTable {
  columns: string[];
  rows: unknown[][];
}

/** The longest list of rows of a specification; undefined where it has none. */
export function chartTable(spec: Json): ChartTable | undefined {
  const all = chartRows(spec)
    .filter((rows) => rows.length > 0)
    .sort((a, b) => b.length - a.length)[0];
  if (all === undefined) return undefined;
  const columns = [...new Set(all.flatMap(Object.keys))];
  return { columns, rows: all.map((row) => columns.map((name) => row[name] ?? null)) };
}
