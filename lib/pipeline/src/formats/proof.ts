import type { DuckDBConnection } from "@duckdb/node-api";
import { textFromScaled } from "../scaled-number.js";

/** What a column must add up to. */
export interface ColumnSum {
  name: string;
  /** Rows where it isn't null. */
  filled: bigint;
  /** Units of 10^-scale for a number, characters for a text. */
  sum: bigint;
  scale: number;
  text: boolean;
  /** SQL of the value to sum, where the column's own sum would be inexact. */
  exact?: string;
}

/**
 * Compares what stands in the store with what was counted while reading.
 * @param relation SQL that reads the Parquet file again, such as `read_parquet(['…'])`
 * @throws Error when they differ: a fault of the project, not of the file
 */
export async function proveSums(
  connection: DuckDBConnection,
  relation: string,
  rows: number,
  sums: readonly ColumnSum[],
): Promise<void> {
  const columns = sums.flatMap(({ name, text, exact }) => [
    `CAST(count("${name}") AS VARCHAR)`,
    `CAST(coalesce(sum(${exact ?? (text ? `length("${name}")` : `"${name}"`)}), 0) AS VARCHAR)`,
  ]);
  const reader = await connection.runAndReadAll(
    `SELECT ${["CAST(count(*) AS VARCHAR)", ...columns].join(", ")} FROM ${relation}`,
  );
  const found = (reader.getRows()[0] ?? []).map(String);
  const expected = [
    String(rows),
    ...sums.flatMap(({ filled, sum, scale }) => [String(filled), textFromScaled(sum, scale)]),
  ];
  const names = ["rows", ...sums.flatMap(({ name }) => [`count of ${name}`, `sum of ${name}`])];
  const differences = names.flatMap((name, index) =>
    sameNumber(found[index] ?? "", expected[index] ?? "")
      ? []
      : [`${name}: ${expected[index] ?? ""} published, ${found[index] ?? ""} in the store`],
  );
  if (differences.length > 0) throw new Error(`The import isn't lossless. ${differences.join("; ")}`);
}

/** DuckDB writes the sum of nothing `0`, whatever the scale. */
function sameNumber(found: string, expected: string): boolean {
  return found === expected || (found === "0" && /^0\.0+$/.test(expected));
}
