import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withDuckDB } from "./duckdb.js";
import { query, temporaryFolder } from "./open-damir.fixture.js";
import { ParquetJoin } from "./parquet-join.js";
import { readThrift, writeThrift } from "./thrift-compact.js";

/** Writes one Parquet file a SELECT. */
async function filesOf(folder: string, selects: string[]): Promise<string[]> {
  const paths = selects.map((_, index) => join(folder, `${index}.parquet`));
  await withDuckDB(folder, { memory: "200MB", threads: 1 }, async (connection) => {
    for (const [index, select] of selects.entries()) {
      await connection.run(
        `COPY (${select}) TO '${paths[index] ?? ""}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 4096)`,
      );
    }
  });
  return paths;
}

async function joined(folder: string, paths: string[]): Promise<string> {
  const path = join(folder, "joined.parquet");
  const joining = await ParquetJoin.create(path);
  for (const part of paths) await joining.append(part);
  await joining.end();
  return path;
}

const rows = (from: number, to: number) =>
  `SELECT i::INTEGER AS i, (i % 7)::SMALLINT AS code, CASE WHEN i % 5 > 0 THEN (i * 1.25)::DECIMAL(18,2) END AS amount,
   chr((65 + i % 26)::INTEGER) AS letter FROM range(${from}, ${to}) t(i)`;

test("joined files hold all rows in order, with the row groups and statistics of each", async () => {
  const folder = temporaryFolder();
  const parts = await filesOf(folder, [rows(0, 10_000), rows(10_000, 10_001), rows(10_001, 30_000)]);
  const path = await joined(folder, parts);
  expect(await query(`SELECT * FROM '${path}'`)).toEqual(await query(`SELECT * FROM (${rows(0, 30_000)})`));
  const statistics = (files: string[]) =>
    query(
      `SELECT path_in_schema, row_group_num_rows, stats_min_value, stats_max_value, stats_null_count, encodings
       FROM parquet_metadata([${files.map((file) => `'${file}'`).join(", ")}]) ORDER BY ALL`,
    );
  expect(await statistics([path])).toEqual(await statistics(parts));
  // Values found through bloom filters and statistics, whose places moved too.
  expect(await query(`SELECT i, amount FROM '${path}' WHERE i = 25001`)).toEqual([["25001", "31251.25"]]);
  expect(await query(`SELECT count(*) FROM '${path}' WHERE letter = 'Q'`)).toEqual([["1154"]]);
});

test("a footer read and written is the same, byte for byte", async () => {
  const folder = temporaryFolder();
  const [path = ""] = await filesOf(folder, [rows(0, 50_000)]);
  const bytes = readFileSync(path);
  const length = bytes.readUInt32LE(bytes.length - 8);
  const footer = bytes.subarray(bytes.length - 8 - length, bytes.length - 8);
  expect(length).toBeGreaterThan(1000);
  expect(writeThrift(readThrift(footer)).equals(footer)).toBe(true);
  expect(() => readThrift(footer.subarray(0, 100))).toThrow("cut short");
});

test("what isn't a Parquet file of the same columns is refused", async () => {
  const folder = temporaryFolder();
  const [one = "", other = ""] = await filesOf(folder, [rows(0, 10), "SELECT 1::SMALLINT AS i"]);
  const text = join(folder, "text.parquet");
  writeFileSync(text, "not a Parquet file at all");
  await expect(joined(folder, [one, other])).rejects.toThrow("other columns");
  await expect(joined(folder, [one, text])).rejects.toThrow("isn't a Parquet file");
});
