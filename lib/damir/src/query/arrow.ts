import type { DataType, Table, Vector } from "apache-arrow";
import type { Answer } from "./answer.js";
import type { Column } from "./columns.js";
import type { ResultValue } from "./sql-values.js";

type Arrow = typeof import("apache-arrow");

/**
 * The values of an answer as an Arrow table. Texts are dictionaries; whole numbers Int32, Float64 up to 2^53 or Int64; decimals
 * Float64; dates days where they have no time, else timestamps; what Arrow has no plain type for, such as lists, JSON texts.
 */
export async function arrowTable({ columns, values }: Answer): Promise<Table> {
  // Loaded only here: few notebooks need it.
  const arrow = await import("apache-arrow");
  const vectors = columns.map((column, index): [string, Vector] => [
    column.name,
    vectorOf(arrow, column, values[index] ?? []),
  ]);
  return new arrow.Table(Object.fromEntries(vectors));
}

function vectorOf(arrow: Arrow, { kind }: Column, values: readonly ResultValue[]): Vector {
  const filled = values.filter((value) => value !== null);
  const make = (type: DataType, items: readonly unknown[] = values): Vector =>
    arrow.vectorFromArray(items, type);
  if (kind === "number" && filled.every(isNumber)) return numbers(arrow, filled, values, make);
  if (kind === "boolean" && filled.every((value) => typeof value === "boolean"))
    return make(new arrow.Bool());
  if (kind === "date" && filled.every((value) => value instanceof Date)) {
    const days = filled.every((date) => date.getTime() % 86_400_000 === 0);
    return make(days ? new arrow.DateDay() : new arrow.TimestampMillisecond());
  }
  const texts = values.map((value) => (value === null ? null : textOf(value)));
  return make(new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()), texts);
}

function numbers(
  arrow: Arrow,
  filled: readonly (number | bigint)[],
  values: readonly ResultValue[],
  make: (type: DataType, items?: readonly unknown[]) => Vector,
): Vector {
  if (filled.every((value) => typeof value === "number")) {
    return make(filled.every((value) => (value | 0) === value) ? new arrow.Int32() : new arrow.Float64());
  }
  const integers = values.map((value) => (value === null ? null : BigInt(value as number | bigint)));
  const fit = integers.every((value) => value === null || BigInt.asIntN(64, value) === value);
  // Beyond 64 bits, exact as texts.
  return fit
    ? make(new arrow.Int64(), integers)
    : make(
        new arrow.Utf8(),
        integers.map((value) => value?.toString() ?? null),
      );
}

function isNumber(value: ResultValue): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function textOf(value: Exclude<ResultValue, null>): string {
  if (typeof value === "string") return value;
  const exact = (_: string, item: unknown) => (typeof item === "bigint" ? item.toString() : item);
  return JSON.stringify(value, exact);
}
