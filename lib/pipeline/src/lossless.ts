import type { DuckDBConnection } from "@duckdb/node-api";
import { sqlText } from "./duckdb.js";
import type { MonthTotals } from "./month-totals.js";
import { digestSql } from "./row-digest.js";
import { textFromScaled } from "./scaled-number.js";
import type { Variable } from "./variables.js";

/**
 * Compares the Parquet file, read again, with what was counted on the published bytes: rows, count and sum of every
 * column, and the digest that tells whether the same values stand in the same rows.
 * @param missing variables that the published file doesn't have, null in every row
 * @throws Error when they differ: a fault of the project, not of the file
 */
export async function proveLossless(
  connection: DuckDBConnection,
  parquet: string,
  { rows, columns, digest }: MonthTotals,
  missing: readonly Variable[] = [],
): Promise<void> {
  const counts = columns.flatMap(({ variable: { name, kind } }) => [
    `count(${name})`,
    `coalesce(sum(${kind === "text" ? `length(${name})` : name}), 0)`,
  ]);
  const nulls = missing.map(({ name }) => `count(${name})`);
  const asked = ["count(*)", ...counts, ...nulls, "sum(digest_0)", "sum(digest_1)"];
  const digested = digestSql(
    columns.map(({ variable, filled, wide }) => ({ variable, nulls: filled < rows, wide })),
    `read_parquet([${sqlText(parquet)}])`,
  );
  const reader = await connection.runAndReadAll(
    `SELECT ${asked.map((total) => `CAST(${total} AS VARCHAR)`).join(", ")} FROM (${digested})`,
  );
  const found = reader.getRows()[0] ?? [];
  const expected = [
    String(rows),
    ...columns.flatMap(({ variable, filled, sum }) => [String(filled), textFromScaled(sum, variable.scale)]),
    ...missing.map(() => "0"),
    ...digest.map(String),
  ];
  const names = [
    "rows",
    ...columns.flatMap(({ variable }) => [`count of ${variable.name}`, `sum of ${variable.name}`]),
    ...missing.map(({ name }) => `count of ${name}`),
    "digest of the rows",
    "second digest of the rows",
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
