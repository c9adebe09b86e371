import {
  DuckDBArrayValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBStructValue,
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

const dateTypes = new Set([DuckDBTypeId.DATE, DuckDBTypeId.TIMESTAMP, DuckDBTypeId.TIMESTAMP_TZ]);

export function columnKind(type: DuckDBType): ColumnKind {
  if (numberTypes.has(type.typeId)) return "number";
  if (dateTypes.has(type.typeId)) return "date";
  if (type.typeId === DuckDBTypeId.VARCHAR) return "text";
  if (type.typeId === DuckDBTypeId.BOOLEAN) return "boolean";
  return "other";
}

const millisecondsPerDay = 86_400_000;

/**
 * A DuckDB value as a JavaScript user expects it.
 * A decimal becomes a number where that keeps every digit (up to 2^53 of its smallest unit: 90 000 milliards d'euros to the cent).
 * @throws UserError for a decimal that a number can't hold exactly
 */
export function fromDuckDB(value: DuckDBValue, column: string): ResultValue {
  if (value instanceof DuckDBDecimalValue) {
    if (value.value > BigInt(Number.MAX_SAFE_INTEGER) || value.value < -BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new UserError(
        `La colonne « ${column} » contient ${value.toString()}, trop grand pour un nombre JavaScript sans perdre de chiffres. Lisez-la comme texte : CAST(${column} AS VARCHAR).`,
      );
    }
    return Number(value.value) / 10 ** value.scale;
  }
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (value instanceof DuckDBDateValue) return new Date(value.days * millisecondsPerDay);
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return new Date(Number(value.micros / 1000n));
  }
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return value.items.map((item) => fromDuckDB(item, column));
  }
  if (value instanceof DuckDBStructValue) {
    const entries = Object.entries(value.entries).map(([name, item]) => [name, fromDuckDB(item, column)]);
    return Object.fromEntries(entries) as object;
  }
  // Times, intervals, unions …: as DuckDB writes them.
  return typeof value === "object" && value !== null ? value.toString() : value;
}

/** A value as DuckDB binds it: a Date at midnight UTC is a DATE, another one a TIMESTAMP. */
export function toDuckDB(value: SqlValue): DuckDBValue {
  if (!(value instanceof Date)) return value;
  const milliseconds = value.getTime();
  return milliseconds % millisecondsPerDay === 0
    ? new DuckDBDateValue(milliseconds / millisecondsPerDay)
    : new DuckDBTimestampValue(BigInt(milliseconds) * 1000n);
}
