import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { StoreFile } from "damir";
import type { ProjectFile, ProjectTable } from "./project-table.js";

/** Rows of a file of a table, generated and on their way to Parquet. */
export interface Draft {
  table: ProjectTable;
  file: ProjectFile;
  /** Path of the CSV file that holds them. */
  csv: string;
  rows: number;
  /** Sum of each measure of the table, in ten-thousandths so that no cent is lost on the way. */
  sums: number[];
}

/** Bytes that no row reaches. */
const longestRow = 1 << 16;

/**
 * Generates the rows of a file and lays them beside where it will be.
 * @param folder of the store
 */
export function draftRows(folder: string, table: ProjectTable, file: ProjectFile): Draft {
  mkdirSync(join(folder, table.name), { recursive: true });
  const csv = join(folder, table.name, `${file.name}.csv`);
  const measures = table.measures.map((name) => table.columns.findIndex((column) => column.name === name));
  const sums = measures.map(() => 0);
  const output = openSync(csv, "w");
  const page = Buffer.allocUnsafe(1 << 20);
  let rows = 0;
  try {
    let used = 0;
    for (const row of file.rows()) {
      let line = String(rows);
      for (const value of row) {
        if (value === null) line += ",\\N";
        else if (typeof value === "number") line += `,${value}`;
        else line += `,"${value.replaceAll('"', '""')}"`;
      }
      rows += 1;
      used += page.write(`${line}\n`, used);
      measures.forEach((column, index) => {
        sums[index] = (sums[index] ?? 0) + Math.round(Number(row[column]) * 1e4);
      });
      if (used > page.length - longestRow) {
        writeFileSync(output, page.subarray(0, used));
        used = 0;
      }
    }
    writeFileSync(output, page.subarray(0, used));
  } finally {
    closeSync(output);
  }
  return { table, file, csv, rows, sums };
}

/**
 * Turns a draft into sorted Parquet, then reads it back and compares it with what was generated.
 * The bytes depend on the rows and on DuckDB's version alone.
 * @param folder of the store
 * @throws Error when the file read back isn't what was generated
 */
export async function writeParquet(
  connection: DuckDBConnection,
  folder: string,
  draft: Draft,
): Promise<StoreFile> {
  const { table, file, csv, rows } = draft;
  const path = `${table.name}/${file.name}.parquet`;
  const target = join(folder, path);
  const types = table.columns.map(({ name, sql }) => `${literal(name)}: ${literal(sql)}`).join(", ");
  const names = table.columns.map(({ name }) => `"${name}"`).join(", ");
  const order = [...table.order.map((name) => `"${name}"`), "rang"].join(", ");
  await connection.run(
    `COPY (SELECT ${names} FROM read_csv(${literal(csv)}, header = false, auto_detect = false, delim = ',', quote = '"',
      escape = '"', nullstr = '\\N', columns = {'rang': 'INTEGER', ${types}}) ORDER BY ${order})
     TO ${literal(target)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`,
  );
  rmSync(csv);

  const totals = table.measures.map((name) => `CAST(coalesce(sum(${exact(table, name)}), 0) AS VARCHAR)`);
  const reader = await connection.runAndReadAll(
    `SELECT ${["CAST(count(*) AS VARCHAR)", ...totals].join(", ")} FROM read_parquet(${literal(target)})`,
  );
  const [count, ...sums] = (reader.getRows()[0] ?? []).map(String);
  if (Number(count) !== rows) throw new Error(`${path}: ${count ?? "no"} rows read back, ${rows} generated`);
  table.measures.forEach((name, index) => {
    const generated = (draft.sums[index] ?? 0) / 1e4;
    if (Math.abs(Number(sums[index]) - generated) > 0.005) {
      throw new Error(
        `${path}: ${name} sums to ${sums[index] ?? "nothing"} once read back, to ${generated} as generated`,
      );
    }
  });
  return {
    path,
    ...(file.month === undefined ? {} : { month: file.month }),
    rows,
    bytes: statSync(target).size,
    sha256: createHash("sha256").update(readFileSync(target)).digest("hex"),
    ...(sums.length === 0
      ? {}
      : { sums: Object.fromEntries(table.measures.map((name, index) => [name, sums[index] ?? ""])) }),
  };
}

/** Sums of binary fractions depend on their order: they're taken in tenths. */
function exact(table: ProjectTable, name: string): string {
  const type = table.columns.find((column) => column.name === name)?.sql;
  return type === "DOUBLE" ? `CAST("${name}" AS DECIMAL(18,1))` : `"${name}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
