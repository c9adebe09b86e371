import type { Answer } from "./answer.js";
import type { Column, Row } from "./columns.js";
import type { ResultValue } from "./sql-values.js";

/**
 * The values of a column:
 * - decimals and floating point: a Float64Array, exact to the cent, where a null is NaN;
 * - whole numbers: an Int32Array where they all fit and none is null; else a Float64Array where they are all below 2^53 in size
 *   (a null is NaN); else a BigInt64Array where they fit and none is null; else an array of bigint and null;
 * - anything else (texts, dates, booleans, lists): an array, where a null is null.
 */
export type TypedColumn = Int32Array | Float64Array | BigInt64Array | readonly ResultValue[];

/** A column by name. */
export type TypedColumns<R extends object = Row> = { readonly [Name in keyof R]: TypedColumn };

/** The values of an answer, one typed array a column. */
export function typedColumns<R extends object>({ columns, values }: Answer): TypedColumns<R> {
  const entries = columns.map((column, index) => [column.name, typedColumn(column, values[index] ?? [])]);
  return Object.fromEntries(entries) as TypedColumns<R>;
}

function typedColumn({ kind, type }: Column, values: readonly ResultValue[]): TypedColumn {
  if (kind !== "number") return values;
  if (!isWholeType(type)) return floats(values);
  if (values.every(isInt32)) return Int32Array.from(values);
  if (values.every((value) => value === null || typeof value === "number")) return floats(values);
  const integers = values.map((value) => (value === null ? null : BigInt(value as number | bigint)));
  return integers.every(isInt64) ? BigInt64Array.from(integers) : integers;
}

/** Whole numbers in either engine's words: INTEGER, BIGINT, HUGEINT, UTINYINT, int4 … */
function isWholeType(type: string): boolean {
  return /INT/i.test(type) && !/^INTERVAL/i.test(type);
}

function floats(values: readonly ResultValue[]): Float64Array {
  return Float64Array.from(values, (value) => (value === null ? Number.NaN : Number(value)));
}

function isInt32(value: ResultValue): value is number {
  return typeof value === "number" && (value | 0) === value;
}

function isInt64(value: bigint | null): value is bigint {
  return value !== null && BigInt.asIntN(64, value) === value;
}
