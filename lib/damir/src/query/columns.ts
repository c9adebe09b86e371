import type { NumberStyle } from "../french-format.js";
import type { ColumnKind, ResultValue } from "./sql-values.js";

/** A column of a result. */
export interface Column {
  name: string;
  kind: ColumnKind;
  /** SQL type, such as `DECIMAL(18,2)`. */
  type: string;
  /** How its numbers are written; undefined for other kinds. */
  style?: NumberStyle;
}

/** One row: a value by column name. */
export type Row = Record<string, ResultValue>;

/** Names of columns, each once, as DuckDB gives them to those of a subquery: `a`, `a_1`. */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    let free = name;
    for (let count = 1; seen.has(free) || (free !== name && taken.has(free)); count++)
      free = `${name}_${count}`;
    seen.add(free);
    return free;
  });
}
