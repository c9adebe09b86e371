import { DuckDBDecimalType, type DuckDBType, type DuckDBValue } from "@duckdb/node-api";
import { isIdentifier } from "../dictionary/dictionary.js";
import { numberStyle } from "../french-format.js";
import type { Answer } from "../query/answer.js";
import type { Column } from "../query/columns.js";
import { columnKind, fromDuckDB, type ResultValue } from "../query/sql-values.js";

/** What DuckDB's own results and chunks have in common. */
interface DuckDBRows {
  names: readonly string[];
  types: readonly DuckDBType[];
  /** One list a column. */
  values: readonly (readonly DuckDBValue[])[];
}

/** DuckDB's rows as a JavaScript user expects them. */
export function answerOf({ names, types, values }: DuckDBRows, more: boolean): Answer {
  const converted = values.map((column, index) =>
    column.map((value) => fromDuckDB(value, names[index] ?? "")),
  );
  const columns = names.map((name, index): Column => {
    const type = types[index];
    if (!type) throw new Error(`column ${name} has no type`);
    const column = { name, kind: columnKind(type), type: type.toString() };
    if (column.kind !== "number") return column;
    const decimals = type instanceof DuckDBDecimalType ? type.scale : undefined;
    const numbers = (converted[index] ?? []).filter(isNumber);
    return { ...column, style: numberStyle(numbers, decimals, !isIdentifier(name)) };
  });
  return { columns, values: converted, more };
}

function isNumber(value: ResultValue): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}
