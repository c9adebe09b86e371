import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { UserError, type StoreFile } from "damir";
import { requireDiskSpace } from "./disk.js";
import { defaultLimits, sqlText, withDuckDB } from "./duckdb.js";
import type { StoreWriter } from "./store-writer.js";

/** SQL of the year of a row, in the tables that don't come by month. An accident's number begins with its year. */
const years: ReadonlyMap<string, string> = new Map([
  ["population", "annee"],
  ["medecins", "annee"],
  ["meteo", "year(jour)"],
  ["accidents", "year(jour)"],
  ...["accidents_usagers", "accidents_vehicules", "accidents_lieux"].map(
    (name) => [name, "CAST(left(num_acc, 4) AS INTEGER)"] as const,
  ),
]);

/** SQL of the year of a table's row; undefined where rows have none, or months. */
export function yearOfRow(table: string): string | undefined {
  return years.get(table);
}

/** Rows of some years in a file of the store that holds other years too. */
export interface YearRows {
  table: string;
  path: string;
  rows: number;
}

/**
 * Counts the rows of some years in each file of a table.
 * @param wanted years `AAAA`
 * @returns the files that have some
 * @throws UserError when a file can't be read
 * @throws Error when rows of that table have no year
 */
export async function countYearRows(
  folder: string,
  table: string,
  files: readonly StoreFile[],
  wanted: readonly string[],
): Promise<YearRows[]> {
  const isWanted = conditionOf(table, wanted);
  return withDuckDB(tmpdir(), { memory: "400MB", threads: 1 }, async (connection) => {
    const found: YearRows[] = [];
    for (const { path } of files) {
      const reader = await connection
        .runAndReadAll(
          `SELECT CAST(count(*) AS INTEGER) FROM read_parquet(${sqlText(join(folder, path))}) WHERE ${isWanted}`,
        )
        .catch((cause: unknown) => {
          throw new UserError(
            `${path} ne se lit pas : rien n'est enlevé. « damir data check » dit ce qui est abîmé.`,
            { cause },
          );
        });
      const rows = Number(reader.value(0, 0));
      if (rows > 0) found.push({ table, path, rows });
    }
    return found;
  });
}

/**
 * Takes the rows of some years out of a file of the store; the others keep their order, and are proved to be all there. The
 * published files it was made from are noted incomplete: the next pull of those years fetches them again.
 * @throws Error when another row is lost: a fault of the project
 */
export async function removeYearRows(
  { table, path, rows }: YearRows,
  wanted: readonly string[],
  writer: StoreWriter,
): Promise<void> {
  const { files = [], ...description } = writer.manifest().tables[table] ?? {};
  const file = files.find((other) => other.path === path);
  if (!file || !("title" in description)) throw new Error(`${path} left the store meanwhile`);
  if (rows === file.rows) {
    await writer.remove(table, (other) => other.path === path);
    return;
  }
  await requireDiskSpace(writer.folder, file.bytes);
  const isWanted = conditionOf(table, wanted);
  const parquet = join(writer.workFolder, `${table}.parquet`);
  const names = Object.keys(file.sums ?? {});
  const totals = ["CAST(count(*) AS VARCHAR)", ...names.map((name) => `CAST(sum("${name}") AS VARCHAR)`)];
  const before = `read_parquet(${sqlText(join(writer.folder, path))}) WHERE (${isWanted}) IS NOT TRUE`;
  const [kept, found] = await withDuckDB(writer.workFolder, defaultLimits, async (connection) => {
    await connection.run("SET preserve_insertion_order = true");
    await connection.run(`COPY (FROM ${before}) TO ${sqlText(parquet)} (FORMAT parquet, COMPRESSION zstd)`);
    const read = async (relation: string) =>
      (await connection.runAndReadAll(`SELECT ${totals.join(", ")} FROM ${relation}`)).getRows()[0] ?? [];
    return [await read(before), await read(`read_parquet(${sqlText(parquet)})`)];
  });
  if (JSON.stringify(kept) !== JSON.stringify(found) || Number(found[0]) !== file.rows - rows) {
    throw new Error(`${path}: what was to stay didn't. ${String(kept)} before, ${String(found)} after`);
  }
  const sums = names.flatMap((name, index): [string, string][] => {
    const sum = found[1 + index];
    return typeof sum === "string" ? [[name, sum]] : [];
  });
  await writer.add(table, description, {
    name: basename(path, ".parquet").replace(/-[0-9a-f]{12}$/, ""),
    parquet,
    rows: file.rows - rows,
    ...(file.sums ? { sums: Object.fromEntries(sums) } : {}),
    ...(file.source ? { source: { ...file.source, incomplete: true } } : {}),
    ...(file.sources ? { sources: file.sources.map((source) => ({ ...source, incomplete: true })) } : {}),
  });
}

function conditionOf(table: string, wanted: readonly string[]): string {
  const year = yearOfRow(table);
  if (year === undefined) throw new Error(`Rows of ${table} have no year`);
  return `${year} IN (${wanted.map(Number).join(", ")})`;
}
