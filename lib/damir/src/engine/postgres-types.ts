import type { ColumnKind } from "../query/sql-values.js";

/** A type of PostgreSQL as the library sees it, under the name that DuckDB gives it. */
export interface ServerType {
  /** Of the column as a whole; a `DECIMAL` without its digits. */
  name: string;
  kind: ColumnKind;
  /** How its texts become values. */
  form:
    | "text"
    | "integer"
    | "double"
    | "decimal"
    | "boolean"
    | "date"
    | "timestamp"
    | "timestamp with time zone"
    | "json"
    | "list";
  /** Of a list: what it holds. */
  items?: ServerType;
}

const scalar = (name: string, kind: ColumnKind, form: ServerType["form"]): ServerType => ({
  name,
  kind,
  form,
});

const text = scalar("VARCHAR", "text", "text");
const boolean = scalar("BOOLEAN", "boolean", "boolean");
const smallint = scalar("SMALLINT", "number", "integer");
const integer = scalar("INTEGER", "number", "integer");
const bigint = scalar("BIGINT", "number", "integer");
const float = scalar("FLOAT", "number", "double");
const double = scalar("DOUBLE", "number", "double");
const decimal = scalar("DECIMAL", "number", "decimal");
const date = scalar("DATE", "date", "date");
const timestamp = scalar("TIMESTAMP", "date", "timestamp");
const timestampWithZone = scalar("TIMESTAMP WITH TIME ZONE", "date", "timestamp with time zone");
const json = scalar("JSON", "other", "json");

const listOf = (items: ServerType): ServerType => ({
  name: `${items.name}[]`,
  kind: "other",
  form: "list",
  items,
});

/** By the type's number in `pg_type`, which is the same on every server. */
const types = new Map<number, ServerType>([
  [16, boolean],
  [19, text],
  [20, bigint],
  [21, smallint],
  [23, integer],
  [25, text],
  [26, bigint],
  [114, json],
  [700, float],
  [701, double],
  [705, text],
  [1000, listOf(boolean)],
  [1005, listOf(smallint)],
  [1007, listOf(integer)],
  [1009, listOf(text)],
  [1015, listOf(text)],
  [1016, listOf(bigint)],
  [1021, listOf(float)],
  [1022, listOf(double)],
  [1042, text],
  [1043, text],
  [1082, date],
  [1114, timestamp],
  [1115, listOf(timestamp)],
  [1182, listOf(date)],
  [1184, timestampWithZone],
  [1231, listOf(decimal)],
  [1700, decimal],
  [3802, json],
]);

/** Times, intervals and what else there is: as PostgreSQL writes them. */
const other = scalar("OTHER", "other", "text");

/** @param id number of the type in `pg_type` */
export function serverType(id: number): ServerType {
  return types.get(id) ?? other;
}

/**
 * Digits after the comma that a declared `numeric(18,2)` has; undefined for a `numeric` that has no bounds, such as a sum.
 * @param modifier of the column, as the server gives it
 */
export function declaredScale(modifier: number): number | undefined {
  return modifier < 0 ? undefined : (modifier - 4) & 0x7ff;
}

/** The type's name with the digits of a declared decimal: `DECIMAL(18,2)`. */
export function typeName(type: ServerType, modifier: number): string {
  const scale = declaredScale(modifier);
  if (type.form !== "decimal" || scale === undefined) return type.name;
  return `DECIMAL(${(modifier - 4) >> 16},${scale})`;
}
