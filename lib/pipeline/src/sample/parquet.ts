import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { StoreFile } from "damir";
import type { Rows, SampleFile, SampleTable } from "./table.js";

/**
 * Writes one file of a table: sorted Parquet, then read back and compared with what was generated.
 * The bytes depend on the rows and on DuckDB's version alone.
 * @param folder of the store
 * @throws Error when the file read back isn't what was generated
 */
export async function writeParquet(
  connection: DuckDBConnection,
  folder: string,
  table: SampleTable,
  file: SampleFile,
  rows: Rows,
): Promise<StoreFile> {
  const path = `${table.name}/${file.name}.parquet`;
  const target = join(folder, path);
  const source = `${target}.csv`;
  mkdirSync(join(folder, table.name), { recursive: true });
  writeCsv(source, rows);

  const types = table.columns.map(({ name, sql }) => `${literal(name)}: ${literal(sql)}`).join(", ");
  const names = table.columns.map(({ name }) => `"${name}"`).join(", ");
  const order = [...table.order.map((name) => `"${name}"`), "rang"].join(", ");
  await connection.run(
    `COPY (SELECT ${names} FROM read_csv(${literal(source)}, header = false, auto_detect = false, delim = ',', quote = '"',
      escape = '"', nullstr = '\\N', columns = {'rang': 'INTEGER', ${types}}) ORDER BY ${order})
     TO ${literal(target)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`,
  );
  rmSync(source);

  const sums = table.measures.map((name) => `CAST(coalesce(sum(${exact(table, name)}), 0) AS VARCHAR)`);
  const reader = await connection.runAndReadAll(
    `SELECT ${["CAST(count(*) AS VARCHAR)", ...sums].join(", ")} FROM read_parquet(${literal(target)})`,
  );
  const [count, ...totals] = reader.getRows()[0] ?? [];
  if (Number(count) !== rows.length) {
    throw new Error(`${path}: ${String(count)} rows read back, ${rows.length} generated`);
  }
  table.measures.forEach((name, index) => {
    const wanted = sumOf(rows, table.columns.findIndex((column) => column.name === name));
    if (Math.abs(Number(totals[index]) - wanted) > 0.005) {
      throw new Error(`${path}: ${name} sums to ${String(totals[index])} once read back, to ${wanted} as generated`);
    }
  });
  return {
    path,
    ...(file.month === undefined ? {} : { month: file.month }),
    rows: rows.length,
    bytes: statSync(target).size,
    sha256: createHash("sha256").update(readFileSync(target)).digest("hex"),
    ...(table.measures.length === 0
      ? {}
      : { sums: Object.fromEntries(table.measures.map((name, index) => [name, String(totals[index])])) }),
  };
}

/** Sum of a column, in ten-thousandths so that no cent is lost on the way. */
function sumOf(rows: Rows, column: number): number {
  return rows.reduce((sum, row) => sum + Math.round(Number(row[column]) * 1e4), 0) / 1e4;
}

/** Sums of binary fractions depend on their order: they're taken in tenths. */
function exact(table: SampleTable, name: string): string {
  const type = table.columns.find((column) => column.name === name)?.sql;
  return type === "DOUBLE" ? `CAST("${name}" AS DECIMAL(18,1))` : `"${name}"`;
}

/** One line a row, its rank first; `\\N` is null. */
function writeCsv(path: string, rows: Rows): void {
  const file = openSync(path, "w");
  try {
    let text = "";
    rows.forEach((row, rank) => {
      text += String(rank);
      for (const value of row) {
        if (value === null) text += ",\\N";
        else if (typeof value === "number") text += `,${value}`;
        else text += `,"${value.replaceAll('"', '""')}"`;
      }
      text += "\n";
      if (text.length < 1 << 20) return;
      writeFileSync(file, text);
      text = "";
    });
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
