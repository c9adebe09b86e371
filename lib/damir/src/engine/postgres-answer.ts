import { parse as parseArray } from "postgres-array";
import { isIdentifier } from "../dictionary/dictionary.js";
import { numberStyle } from "../french-format.js";
import type { Answer } from "../query/answer.js";
import { distinctNames, type Column } from "../query/columns.js";
import type { ResultValue } from "../query/sql-values.js";
import { UserError } from "../user-error.js";
import { declaredScale, serverType, typeName, type ServerType } from "./postgres-types.js";

/** A column of a server's answer. */
export interface ServerColumn {
  name: string;
  /** Number of its type in `pg_type`. */
  dataTypeID: number;
  /** What its declaration adds, such as the digits of a decimal; -1 where there is nothing. */
  dataTypeModifier: number;
}

/**
 * A decimal that no declaration bounds is money or a quantity up to this many digits after the comma (a sum keeps those of what it
 * adds, the coefficients have four), and beyond it the result of a division or of a mean.
 */
const mostExactDigits = 4;

/**
 * The server's rows as a JavaScript user expects them, the same as DuckDB's answer to the query.
 * @param rows texts as the server writes them, one list a row
 * @throws UserError for a decimal that a number can't hold exactly
 */
export function answerOfServer(
  columns: readonly ServerColumn[],
  rows: readonly (readonly (string | null)[])[],
  more: boolean,
): Answer {
  const names = distinctNames(columns.map(({ name }) => name));
  const read = columns.map((column, index) =>
    readColumn(
      { ...column, name: names[index] ?? column.name },
      rows.map((row) => row[index] ?? null),
    ),
  );
  return { columns: read.map(({ column }) => column), values: read.map(({ values }) => values), more };
}

function readColumn(
  { name, dataTypeID, dataTypeModifier }: ServerColumn,
  texts: readonly (string | null)[],
): { column: Column; values: ResultValue[] } {
  const type = serverType(dataTypeID);
  const scale = type.form === "decimal" ? scaleOf(dataTypeModifier, texts) : undefined;
  const values = texts.map((text) => (text === null ? null : valueOf(text, type, name, scale)));
  const column = { name, kind: type.kind, type: columnType(type, dataTypeModifier, scale) };
  if (type.kind !== "number") return { column, values };
  const numbers = values.filter(isNumber);
  const decimals = scale === 0 && dataTypeModifier < 0 ? undefined : scale;
  return { column: { ...column, style: numberStyle(numbers, decimals, !isIdentifier(name)) }, values };
}

/** What DuckDB calls the column's type: its sums are decimals of 38 digits, its quotients and means doubles. */
function columnType(type: ServerType, modifier: number, scale: number | undefined): string {
  if (type.form !== "decimal" || modifier >= 0) return typeName(type, modifier);
  if (scale === undefined) return "DOUBLE";
  return scale === 0 ? "HUGEINT" : `DECIMAL(38,${scale})`;
}

/** Digits after the comma of exact decimals; undefined where they are rounded numbers. */
function scaleOf(modifier: number, texts: readonly (string | null)[]): number | undefined {
  const declared = declaredScale(modifier);
  if (declared !== undefined) return declared;
  let most: number | undefined;
  for (const text of texts) {
    if (text === null) continue;
    const point = text.indexOf(".");
    const digits = point < 0 ? 0 : text.length - point - 1;
    if (digits > mostExactDigits) return undefined;
    most = Math.max(most ?? 0, digits);
  }
  return most;
}

function valueOf(text: string, type: ServerType, column: string, scale: number | undefined): ResultValue {
  switch (type.form) {
    case "text":
      return text;
    case "integer":
      return integerOf(text);
    case "double":
      return Number(text);
    case "decimal":
      return decimalOf(text, column, scale);
    case "boolean":
      return text === "t" || text === "true";
    case "date":
      return instantOf(text, `${text}T00:00:00Z`);
    case "timestamp":
      return instantOf(text, `${text.replace(" ", "T")}Z`);
    case "timestamp with time zone":
      return instantOf(text, text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));
    case "json":
      return JSON.parse(text) as ResultValue;
    case "list":
      return listOf(text, type.items, column);
  }
}

function integerOf(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** Digits that any double keeps. */
const safeDigits = 15;

function decimalOf(text: string, column: string, scale: number | undefined): number | bigint {
  const number = Number(text);
  if (scale === undefined || !Number.isFinite(number) || text.length <= safeDigits) return number;
  if (!text.includes(".")) return integerOf(text);
  const units = BigInt(text.replace(".", ""));
  if (units > BigInt(Number.MAX_SAFE_INTEGER) || units < -BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new UserError(
      `La colonne « ${column} » contient ${text}, trop grand pour un nombre JavaScript sans perdre de chiffres. Lisez-la comme texte : CAST(${column} AS VARCHAR).`,
    );
  }
  return number;
}

/** Infinite dates and those before our era stay texts, as the server writes them. */
function instantOf(text: string, iso: string): Date | string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? text : date;
}

function listOf(text: string, items: ServerType | undefined, column: string): ResultValue[] {
  if (items === undefined) throw new Error(`list ${column} of an unknown type`);
  const scale = items.form === "decimal" ? mostExactDigits : undefined;
  return parseArray<ResultValue>(text, (item) => valueOf(item, items, column, scale));
}

function isNumber(value: ResultValue): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}
