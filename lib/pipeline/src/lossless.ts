import type { DuckDBConnection } from "@duckdb/node-api";
import { sqlText } from "./duckdb.js";
import type { ColumnTotal } from "./open-damir-lines.js";
import { textFromScaled } from "./scaled-number.js";

/**
 * Compares the Parquet file, read again, with what was counted on the published bytes.
 * @throws Error when they differ: a fault of the project, not of the file
 */
export async function proveLossless(
  connection: DuckDBConnection,
  parquet: string,
  rows: number,
  totals: ColumnTotal[],
): Promise<void> {
  const columns = totals.flatMap(({ variable: { name, kind } }) => [
    `CAST(count(${name}) AS VARCHAR)`,
    `CAST(coalesce(sum(${kind === "text" ? `length(${name})` : name}), 0) AS VARCHAR)`,
  ]);
  const reader = await connection.runAndReadAll(
    `SELECT CAST(count(*) AS VARCHAR), ${columns.join(", ")} FROM read_parquet([${sqlText(parquet)}])`,
  );
  const found = reader.getRows()[0] ?? [];
  const expected = [
    String(rows),
    ...totals.flatMap(({ variable, filled, sum }) => [String(filled), textFromScaled(sum, variable.scale)]),
  ];
  const names = [
    "rows",
    ...totals.flatMap(({ variable }) => [`count of ${variable.name}`, `sum of ${variable.name}`]),
  ];
  const differences = names.flatMap((name, index) =>
    sameNumber(found[index], expected[index])
      ? []
      : [`${name}: ${String(expected[index])} published, ${String(found[index])} in the store`],
  );
  if (differences.length > 0) throw new Error(`The import isn't lossless. ${differences.join("; ")}`);
}

/** DuckDB writes an empty sum `0` or `0.00`. */
function sameNumber(found: unknown, expected: string | undefined): boolean {
  return found === expected || (found === "0" && /^0\.0+$/.test(expected ?? ""));
}
