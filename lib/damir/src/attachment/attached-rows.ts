import {
  BIGINT,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBDecimalType,
  DuckDBDecimalValue,
  DuckDBTimestampValue,
  HUGEINT,
  INTEGER,
  SMALLINT,
  TIMESTAMP,
  TINYINT,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { Row } from "../query/columns.js";
import { toDuckDB, type ResultValue } from "../query/sql-values.js";
import { quotedName } from "./quoting.js";

/** A column to be made, with its type where it is known. */
export interface NewColumn {
  name: string;
  /** The key of its values in the rows. */
  key: string;
  /** SQL type of the column they were read from, such as `DECIMAL(18,2)`. */
  type?: string;
}

/** Rows of DuckDB's blocks. */
const blockRows = 2048;

const millisecondsPerDay = 86_400_000;

const wholeTypes: Readonly<Record<string, DuckDBType>> = { TINYINT, SMALLINT, INTEGER, BIGINT, HUGEINT };

/** Makes a table of rows in memory. */
export async function createTableOfRows(
  connection: DuckDBConnection,
  table: string,
  columns: readonly NewColumn[],
  rows: readonly Row[],
): Promise<void> {
  const types = columns.map(({ key, type }) =>
    typeOf(
      type,
      rows.map((row) => row[key] ?? null),
    ),
  );
  const declared = columns.map(({ name }, index) => `${quotedName(name)} ${types[index]?.toString() ?? ""}`);
  await connection.run(`CREATE TABLE ${quotedName(table)} (${declared.join(", ")})`);
  const appender = await connection.createAppender(table);
  try {
    for (let from = 0; from < rows.length; from += blockRows) {
      const block = rows.slice(from, from + blockRows);
      const chunk = DuckDBDataChunk.create(types, block.length);
      chunk.setColumns(
        columns.map(({ key }, index) => block.map((row) => valueFor(types[index], row[key] ?? null))),
      );
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

/** The type that was known, where the values still have it; else the one that holds them all. */
function typeOf(known: string | undefined, values: readonly ResultValue[]): DuckDBType {
  const filled = values.filter((value) => value !== null);
  if (filled.every((value) => typeof value === "number" || typeof value === "bigint") && filled.length > 0) {
    const [, digits, scale] = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(known ?? "") ?? [];
    if (digits !== undefined && scale !== undefined) return DECIMAL(Number(digits), Number(scale));
    if (!filled.every((value) => typeof value === "bigint" || Number.isInteger(value))) return DOUBLE;
    return wholeTypes[known ?? ""] ?? (filled.every((value) => isInt64(value)) ? BIGINT : HUGEINT);
  }
  if (filled.length > 0 && filled.every((value) => value instanceof Date)) {
    return known !== "TIMESTAMP" && filled.every(isMidnight) ? DATE : TIMESTAMP;
  }
  return filled.length > 0 && filled.every((value) => typeof value === "boolean") ? BOOLEAN : VARCHAR;
}

function isMidnight(date: Date): boolean {
  return date.getTime() % millisecondsPerDay === 0;
}

function isInt64(value: number | bigint): boolean {
  const integer = BigInt(value);
  return BigInt.asIntN(64, integer) === integer;
}

function valueFor(type: DuckDBType | undefined, value: ResultValue): DuckDBValue {
  if (value === null || type === undefined) return null;
  if (type === VARCHAR) {
    if (value instanceof Date) return value.toISOString();
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  }
  if (typeof value === "number" || typeof value === "bigint") return numberFor(type, value);
  if (value instanceof Date) {
    return type === TIMESTAMP ? new DuckDBTimestampValue(BigInt(value.getTime()) * 1000n) : toDuckDB(value);
  }
  return typeof value === "object" ? JSON.stringify(value) : value;
}

function numberFor(type: DuckDBType, value: number | bigint): DuckDBValue {
  if (type instanceof DuckDBDecimalType) {
    const units = BigInt(Number(value).toFixed(type.scale).replace(".", ""));
    return new DuckDBDecimalValue(units, type.width, type.scale);
  }
  if (type === BIGINT || type === HUGEINT) return BigInt(value);
  return Number(value);
}
