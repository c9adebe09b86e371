import type { SqlValue } from "../query/sql.js";
import type { Scalar } from "./query-model.js";
import type { SyntaxValue } from "../query/syntax-node.js";

/** A constant of a query's text; undefined for one that isn't reasoned on, such as a list. */
export function literal({ is_null, type, value }: SyntaxValue): Scalar | undefined {
  if (is_null === true) return null;
  if (typeof value === "number") return value / 10 ** (type?.type_info?.scale ?? 0);
  return typeof value === "string" || typeof value === "boolean" ? value : undefined;
}

/** A bound value. */
export function boundValue(value: SqlValue): Scalar {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return typeof value === "bigint" ? Number(value) : value;
}
