import {
  DuckDBArrayValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { SqlValue } from "./sql.js";
import { UserError } from "../user-error.js";

/** What a column holds, as far as display and charts care. */
export type ColumnKind = "number" | "text" | "date" | "boolean" | "other";

/** A value of a result: integers beyond 2^53 come as bigint, dates as Date at midnight UTC. */
export type ResultValue = string | number | bigint | boolean | Date | null | object;

const numberTypes = new Set([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.DECIMAL,
]);

const dateTypes = new Set([
  DuckDBTypeId.DATE,
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
  DuckDBTypeId.TIMESTAMP_TZ,
]);

const textTypes = new Set([DuckDBTypeId.VARCHAR, DuckDBTypeId.ENUM, DuckDBTypeId.UUID]);

export function columnKind(type: DuckDBType): ColumnKind {
  if (numberTypes.has(type.typeId)) return "number";
  if (dateTypes.has(type.typeId)) return "date";
  if (textTypes.has(type.typeId)) return "text";
  if (type.typeId === DuckDBTypeId.BOOLEAN) return "boolean";
  return "other";
}

const millisecondsPerDay = 86_400_000;

/** Digits that any number holds. */
const safeUnits = 10n ** 15n;

/** Powers of ten up to here are exact as numbers, and so is the rounding of a division by them. */
const exactScale = 22;

/**
 * A decimal as a number, where it keeps every digit: always up to 15 of them (9 999 milliards d'euros to the cent).
 * @param units the decimal without its point
 * @param scale digits after the point
 * @returns undefined for a decimal that no number stands for
 */
export function exactNumber(units: bigint, scale: number): number | undefined {
  const number =
    scale <= exactScale ? Number(units) / 10 ** scale : Number(`${units.toString()}e-${scale.toString()}`);
  if (units < safeUnits && units > -safeUnits) return number;
  return BigInt(number.toFixed(scale).replace(".", "")) === units ? number : undefined;
}

/** What is said of a value that a number can't hold. */
export function inexactNumberError(column: string, value: string): UserError {
  return new UserError(
    `La colonne « ${column} » contient ${value}, trop grand pour un nombre JavaScript sans perdre de chiffres. Lisez-la comme texte : CAST(${column} AS VARCHAR).`,
  );
}

/**
 * A DuckDB value as a JavaScript user expects it: decimals as numbers, integers beyond 2^53 as bigint, dates as Date at midnight
 * UTC (infinite ones as `infinity` and `-infinity`), lists as arrays, structures as objects; what JavaScript has no value for, such as a time of day, as DuckDB writes it.
 * @throws UserError for a decimal that a number can't hold exactly
 */
export function fromDuckDB(value: DuckDBValue, column: string): ResultValue {
  if (value instanceof DuckDBDecimalValue) {
    const number = exactNumber(value.value, value.scale);
    if (number === undefined) throw inexactNumberError(column, value.toString());
    return number;
  }
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (typeof value !== "object" || value === null) return value;
  const milliseconds = millisecondsOf(value);
  if (milliseconds !== undefined) {
    if (Math.abs(milliseconds) <= lastMillisecond) return new Date(milliseconds);
    return milliseconds > 0 ? "infinity" : "-infinity";
  }
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return value.items.map((item) => fromDuckDB(item, column));
  }
  if (value instanceof DuckDBStructValue) {
    const entries = Object.entries(value.entries).map(([name, item]) => [name, fromDuckDB(item, column)]);
    return Object.fromEntries(entries) as object;
  }
  if (value instanceof DuckDBMapValue) {
    const entries = value.entries.map(({ key, value: item }) => [
      typeof key === "object" && key !== null ? key.toString() : String(key),
      fromDuckDB(item, column),
    ]);
    return Object.fromEntries(entries) as object;
  }
  return value.toString();
}

/** The last date of JavaScript, in the year 275760. */
const lastMillisecond = 8.64e15;

function millisecondsOf(value: object): number | undefined {
  if (value instanceof DuckDBDateValue) return value.days * millisecondsPerDay;
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return Number(value.micros / 1000n);
  }
  if (value instanceof DuckDBTimestampSecondsValue) return Number(value.seconds) * 1000;
  if (value instanceof DuckDBTimestampMillisecondsValue) return Number(value.millis);
  if (value instanceof DuckDBTimestampNanosecondsValue) return Number(value.nanos / 1_000_000n);
  return undefined;
}

/** A value as DuckDB binds it: a Date at midnight UTC is a DATE, another one a TIMESTAMP. */
export function toDuckDB(value: SqlValue): DuckDBValue {
  if (!(value instanceof Date)) return value;
  const milliseconds = value.getTime();
  return milliseconds % millisecondsPerDay === 0
    ? new DuckDBDateValue(milliseconds / millisecondsPerDay)
    : new DuckDBTimestampValue(BigInt(milliseconds) * 1000n);
}
