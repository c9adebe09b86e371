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
