import { readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { readStore, type StoreFile } from "damir";
import { readableSize } from "./disk.js";
import { expectedColumns } from "./expected-columns.js";
import { counted } from "./french-count.js";
import { defaultLimits, sqlText, withDuckDB } from "./duckdb.js";
import { measure } from "./store-writer.js";

/** What a store really holds, against what its manifest says. */
export interface StoreCheck {
  folder: string;
  files: number;
  bytes: number;
  rows: number;
  /** A French sentence each; none when all is as it should be. */
  faults: string[];
  /**
   * What was imported by an older version of the project and lacks columns that it would have now, a French sentence each.
   * Its rows are right.
   */
  outdated: string[];
  /** Parquet files that no manifest names: what an interrupted import left, harmless. */
  leftovers: string[];
}

/**
 * Reads a store to its last byte: sizes, checksums, then rows and the exact sum of each measure in the Parquet files.
 * @param onFile called before each file, with the bytes read so far out of all
 * @returns undefined where there is no store
 * @throws UserError when the manifest can't be read
 */
export async function checkStore(
  folder: string,
  onFile: (path: string, done: number, total: number) => void = () => undefined,
): Promise<StoreCheck | undefined> {
  const store = readStore(folder);
  if (!store) return undefined;
  const columns = expectedColumns();
  const files = Object.entries(store.manifest.tables).flatMap(([table, { synthetic, files }]) =>
    // The sample is made again with the project; what was imported stays.
    files.map((file) => ({ ...file, expected: synthetic ? [] : (columns.get(table) ?? []) })),
  );
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const check: StoreCheck = {
    folder,
    files: files.length,
    bytes: total,
    rows: 0,
    faults: [],
    outdated: [],
    leftovers: [],
  };
  /** Files by the columns that they lack. */
  const outdated = new Map<string, string[]>();
  let done = 0;
  await withDuckDB(tmpdir(), defaultLimits, async (connection) => {
    for (const file of files) {
      onFile(file.path, done, total);
      const fault = await faultOf(folder, file, connection);
      if (fault === undefined) {
        check.rows += file.rows;
        const absent = (await absentColumns(folder, file, file.expected, connection)).join(", ");
        if (absent !== "") outdated.set(absent, [...(outdated.get(absent) ?? []), file.path]);
      } else check.faults.push(`${file.path} ${fault}`);
      done += file.bytes;
    }
  });
  onFile("", total, total);
  check.outdated = [...outdated].map(([absent, paths]) => `${someOf(paths)} sans ${absent}`);
  const named = new Set(files.map(({ path }) => path));
  check.leftovers = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".parquet") && !named.has(path))
    .sort();
  return check;
}

function someOf(paths: readonly string[]): string {
  return paths.length > 3 ? `${paths.slice(0, 2).join(", ")}… (${paths.length} fichiers)` : paths.join(", ");
}

async function absentColumns(
  folder: string,
  { path }: StoreFile,
  expected: readonly string[],
  connection: DuckDBConnection,
): Promise<string[]> {
  if (expected.length === 0) return [];
  const reader = await connection.runAndReadAll(
    `SELECT column_name FROM (DESCRIBE FROM read_parquet([${sqlText(join(folder, path))}]))`,
  );
  const found = new Set(reader.getRows().map(([name]) => name));
  return expected.filter((name) => !found.has(name));
}

async function faultOf(
  folder: string,
  file: StoreFile,
  connection: DuckDBConnection,
): Promise<string | undefined> {
  const path = join(folder, file.path);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return "n'est plus là";
  if (size !== file.bytes) return `fait ${readableSize(size)} au lieu de ${readableSize(file.bytes)}`;
  if ((await measure(path)).sha256 !== file.sha256) return "n'a plus le même contenu (sha256)";
  const measures = Object.entries(file.sums ?? {});
  const sums = measures.flatMap(([name]) => {
    const sum = `sum("${name.replaceAll('"', '""')}")`;
    return [`CAST(${sum} AS VARCHAR)`, `typeof(${sum})`];
  });
  let found: unknown[];
  try {
    const reader = await connection.runAndReadAll(
      `SELECT ${["CAST(count(*) AS VARCHAR)", ...sums].join(", ")} FROM read_parquet([${sqlText(path)}])`,
    );
    found = reader.getRows()[0] ?? [];
  } catch (error) {
    return `ne se lit pas (DuckDB : ${(error as Error).message.split("\n")[0] ?? ""})`;
  }
  const [rows, ...values] = found;
  if (Number(rows) !== file.rows)
    return `a ${counted(Number(rows), "ligne")} au lieu de ${file.rows.toLocaleString("fr-FR")}`;
  for (const [place, [name, expected]] of measures.entries()) {
    const value = values[2 * place];
    const sum = typeof value === "string" ? value : "0";
    if (!sameNumber(sum, expected, values[2 * place + 1] !== "DOUBLE"))
      return `: la somme de ${name} est ${sum} au lieu de ${expected}`;
  }
  return undefined;
}

/**
 * Exact sums (whole numbers, decimals) are equal to the last digit; those of floating-point columns to what adding in
 * another order changes.
 */
function sameNumber(found: string, expected: string, isExact: boolean): boolean {
  if (plain(found) === plain(expected)) return true;
  return !isExact && Math.abs(Number(found) - Number(expected)) <= 1e-9 * Math.abs(Number(expected));
}

function plain(number: string): string {
  const cut = number.includes(".") ? number.replace(/\.?0+$/, "") : number;
  return cut === "-0" || cut === "" ? "0" : cut;
}
