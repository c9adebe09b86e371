import { tableFromIPC, type DataType, type Vector } from "apache-arrow";
import { isIdentifier } from "../dictionary/dictionary.js";
import { numberStyle } from "../french-format.js";
import type { Answer } from "../query/answer.js";
import { distinctNames, type Column } from "../query/columns.js";
import type { ColumnKind, ResultValue } from "../query/sql-values.js";
import { UserError } from "../user-error.js";

/** How the values of a type become a notebook's. */
interface Reading {
  /** As DuckDB names the type. */
  name: string;
  kind: ColumnKind;
  /** Digits after the comma, of a decimal. */
  scale?: number;
  read: (value: unknown, column: string) => ResultValue;
}

/** Numbers of Arrow's types in its format. */
const arrowTypes = {
  integer: 2,
  float: 3,
  text: 5,
  boolean: 6,
  decimal: 7,
  date: 8,
  timestamp: 10,
  list: 12,
  struct: 13,
} as const;

/**
 * The cluster's rows as a JavaScript user expects them, the same as DuckDB's answer to the query.
 * @param batches Arrow streams, at least one: an answer without rows has its columns in one
 * @param most rows to keep
 * @throws UserError for a decimal that a number can't hold exactly
 */
export function answerOfSpark(batches: readonly Uint8Array[], most: number): Answer {
  const tables = batches.map((batch) => tableFromIPC(batch));
  const fields = tables[0]?.schema.fields ?? [];
  const names = distinctNames(fields.map(({ name }) => name));
  const readings = fields.map(({ type }) => readingOf(type as DataType));
  const values: ResultValue[][] = fields.map(() => []);
  let rows = 0;
  for (const table of tables) {
    rows += table.numRows;
    readings.forEach(({ read }, index) => {
      const vector: Vector | null = table.getChildAt(index);
      const kept = values[index] ?? [];
      for (let row = 0; vector !== null && row < vector.length && kept.length < most; row++) {
        const value: unknown = vector.get(row);
        kept.push(value === null || value === undefined ? null : read(value, names[index] ?? ""));
      }
    });
  }
  const columns = readings.map(({ name: type, kind, scale }, index): Column => {
    const name = names[index] ?? "";
    if (kind !== "number") return { name, kind, type };
    const numbers = (values[index] ?? []).filter(
      (value) => typeof value === "number" || typeof value === "bigint",
    );
    return { name, kind, type, style: numberStyle(numbers, scale, !isIdentifier(name)) };
  });
  return { columns, values, more: rows > most };
}

function readingOf(type: DataType): Reading {
  const { typeId } = type as { typeId: number };
  switch (typeId) {
    case arrowTypes.integer:
      return {
        name: integerName((type as unknown as { bitWidth: number }).bitWidth),
        kind: "number",
        read: integer,
      };
    case arrowTypes.float:
      return { name: "DOUBLE", kind: "number", read: Number };
    case arrowTypes.decimal: {
      const { precision, scale } = type as unknown as { precision: number; scale: number };
      return {
        name: `DECIMAL(${precision},${scale})`,
        kind: "number",
        scale,
        read: (value, column) => decimal(value as Uint32Array, scale, column),
      };
    }
    case arrowTypes.text:
      return { name: "VARCHAR", kind: "text", read: String };
    case arrowTypes.boolean:
      return { name: "BOOLEAN", kind: "boolean", read: Boolean };
    case arrowTypes.date:
      return { name: "DATE", kind: "date", read: instant };
    case arrowTypes.timestamp:
      return { name: "TIMESTAMP", kind: "date", read: instant };
    case arrowTypes.list: {
      const item = readingOf(type.children[0]?.type as DataType);
      return {
        name: `${item.name}[]`,
        kind: "other",
        read: (value, column) =>
          Array.from(value as Iterable<unknown>, (one) => (one === null ? null : item.read(one, column))),
      };
    }
    case arrowTypes.struct: {
      const fields = type.children.map((field) => ({
        name: field.name,
        reading: readingOf(field.type as DataType),
      }));
      return {
        name: "STRUCT",
        kind: "other",
        read: (value, column) =>
          Object.fromEntries(
            fields.map(({ name, reading }) => {
              const one = (value as Record<string, unknown>)[name];
              return [name, one === null || one === undefined ? null : reading.read(one, column)];
            }),
          ),
      };
    }
  }
  // Intervals and what else there is: as Arrow writes them.
  return { name: "OTHER", kind: "other", read: String };
}

function integerName(bits: number): string {
  return bits === 64 ? "BIGINT" : bits === 32 ? "INTEGER" : bits === 16 ? "SMALLINT" : "TINYINT";
}

function integer(value: unknown): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : (value as bigint);
}

/** Arrow gives days and instants as milliseconds. */
function instant(value: unknown): Date {
  return value instanceof Date ? value : new Date(Number(value));
}

/** A decimal of 128 bits, in 32-bit words from the lowest. */
function decimal(words: Uint32Array, scale: number, column: string): number | bigint {
  let units = 0n;
  for (const word of [...words].reverse()) units = (units << 32n) | BigInt(word);
  units = BigInt.asIntN(128, units);
  if (scale === 0) return integer(units);
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(scale + 1, "0");
  const written = `${negative ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  if (units > BigInt(Number.MAX_SAFE_INTEGER) || units < -BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new UserError(
      `La colonne « ${column} » contient ${written}, trop grand pour un nombre JavaScript sans perdre de chiffres. Lisez-la comme texte : CAST(${column} AS VARCHAR).`,
    );
  }
  return Number(written);
}
