import { join } from "node:path";
import { isRollUp, rollUpMeasures, rollUps, type RollUp, type StoreFile, type StoreTable } from "damir";
import type { DuckDBConnection } from "@duckdb/node-api";
import { requireDiskSpace } from "./disk.js";
import { defaultLimits, sqlText, withDuckDB } from "./duckdb.js";
import type { PipelineEffects } from "./effects.js";
import type { StoreWriter } from "./store-writer.js";

/** Rows of Open DAMIR from which roll-ups are worth their disk: a smaller store answers at once without. */
const fewestRows = 1_000_000;

/** Disk that the roll-ups of a month take at most, as a share of the month's own file. */
const shareOfMonth = 0.5;

/**
 * Brings the roll-ups of a store up to its months: those of a month that came or changed are made, those of a month that left go. Each
 * is proved to have the sums of its month. A store too small for them has none.
 * @param fewest rows of Open DAMIR below which none are made
 * @returns how many months were added up
 * @throws UserError when the disk is full
 * @throws Error when a roll-up doesn't add up to its month: a fault of the project
 */
export async function refreshRollUps(
  writer: StoreWriter,
  effects: PipelineEffects,
  fewest = fewestRows,
): Promise<number> {
  const months = writer.manifest().tables["damir"]?.files ?? [];
  const wanted = months.reduce((sum, { rows }) => sum + rows, 0) >= fewest ? months : [];
  const checksums = new Set(wanted.map(({ sha256 }) => sha256));
  for (const name of Object.keys(writer.manifest().tables).filter(isRollUp)) {
    await writer.remove(name, ({ source }) => source === undefined || !checksums.has(source.sha256));
  }
  const missing = wanted.map((month) => ({
    month,
    lacking: rollUps.filter(({ name }) => !has(writer, name, month)),
  }));
  const todo = missing.filter(({ lacking }) => lacking.length > 0);
  for (const [index, { month, lacking }] of todo.entries()) {
    effects.report(`Agrégats de ${month.month ?? month.path} (${index + 1}/${todo.length})…`);
    await requireDiskSpace(writer.folder, month.bytes * shareOfMonth);
    await withDuckDB(writer.workFolder, defaultLimits, async (connection) => {
      for (const rollUp of lacking) await addRollUp(rollUp, month, writer, connection, effects);
    });
  }
  return todo.length;
}

function has(writer: StoreWriter, rollUp: string, { sha256 }: StoreFile): boolean {
  return writer.manifest().tables[rollUp]?.files.some(({ source }) => source?.sha256 === sha256) ?? false;
}

async function addRollUp(
  { name, dimensions }: RollUp,
  month: StoreFile,
  writer: StoreWriter,
  connection: DuckDBConnection,
  effects: PipelineEffects,
): Promise<void> {
  const from = `read_parquet(${sqlText(join(writer.folder, month.path))})`;
  const parquet = join(writer.workFolder, `${name}.parquet`);
  const columns = dimensions.join(", ");
  const types = await typesOf(from, connection);
  const sums = rollUpMeasures.map(
    (measure) => `CAST(sum(${measure}) AS ${types.get(measure) ?? ""}) AS ${measure}`,
  );
  // The month first: it is the same on all rows.
  const order = [...dimensions].reverse().join(", ");
  await connection.run(
    `COPY (SELECT ${columns}, ${sums.join(", ")} FROM ${from} GROUP BY ${columns} ORDER BY ${order})
     TO ${sqlText(parquet)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  const [rows, ...found] = await totalsOf(`read_parquet(${sqlText(parquet)})`, connection);
  const [, ...expected] = await totalsOf(from, connection);
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(`${name} of ${month.path} adds up to ${String(found)} instead of ${String(expected)}`);
  }
  await writer.add(name, descriptionOf(name, dimensions, writer), {
    name: month.month ?? "",
    parquet,
    ...(month.month === undefined ? {} : { month: month.month }),
    rows: Number(rows),
    sums: Object.fromEntries(rollUpMeasures.map((measure, index) => [measure, found[index] ?? "0"])),
    source: {
      name: month.path,
      sha256: month.sha256,
      bytes: month.bytes,
      importedAt: effects.now().toISOString(),
    },
  });
}

async function typesOf(from: string, connection: DuckDBConnection): Promise<ReadonlyMap<string, string>> {
  const reader = await connection.runAndReadAll(
    `SELECT column_name, column_type FROM (DESCRIBE FROM ${from})`,
  );
  return new Map(reader.getRows().map(([name, type]) => [String(name), String(type)]));
}

/** Rows, then the sum of each measure, as decimals. */
async function totalsOf(from: string, connection: DuckDBConnection): Promise<string[]> {
  const sums = rollUpMeasures.map((measure) => `CAST(coalesce(sum(${measure}), 0) AS VARCHAR)`);
  const reader = await connection.runAndReadAll(
    `SELECT ${["CAST(count(*) AS VARCHAR)", ...sums].join(", ")} FROM ${from}`,
  );
  return (reader.getRows()[0] ?? []).map(String);
}

function descriptionOf(
  name: string,
  dimensions: readonly string[],
  writer: StoreWriter,
): Omit<StoreTable, "files"> {
  const damir = writer.manifest().tables["damir"];
  if (damir === undefined) throw new Error(`${name} was made without damir`);
  const { producer, licence, url, updated, synthetic } = damir;
  return {
    title: `Sommes de damir par ${dimensions.join(", ")}`,
    producer,
    licence,
    synthetic,
    ...(url === undefined ? {} : { url }),
    ...(updated === undefined ? {} : { updated }),
  };
}
