import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import {
  isMadeBy,
  isRollUp,
  readStore,
  rollUpMeasures,
  rollUps,
  storeFolder,
  type Manifest,
  type RollUp,
  type StoreFile,
  type StoreTable,
} from "damir";
import type { DatasetReader } from "./dataset-reader.js";
import { requireDiskSpace } from "./disk.js";
import { defaultLimits, sqlText, withDuckDB } from "./duckdb.js";
import type { PipelineEffects } from "./effects.js";
import { StoreBusyError } from "./store-lock.js";
import { StoreWriter } from "./store-writer.js";

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
  const { toMake, stale } = differences(writer.manifest(), fewest);
  for (const [name, files] of stale) await writer.remove(name, (file) => files.has(file.path));
  for (const [index, { month, lacking }] of toMake.entries()) {
    effects.report(`Agrégats de ${month.month ?? month.path} (${index + 1}/${toMake.length})…`);
    await requireDiskSpace(writer.folder, month.bytes * shareOfMonth);
    await withDuckDB(writer.workFolder, defaultLimits, async (connection) => {
      const from = `read_parquet(${sqlText(join(writer.folder, month.path))})`;
      const added = { month, from, complete: await completeMeasures(from, connection) };
      for (const rollUp of lacking) await addRollUp(rollUp, added, writer, connection, effects);
    });
  }
  return toMake.length;
}

/**
 * Brings the roll-ups of a home's store up to its months, where they aren't. Where another process writes in the store, its own import does.
 * @param home folder of the stores (`damirHome()`)
 * @throws UserError when the disk is full or can't be written, or the manifest can't be read
 */
export async function ensureRollUps(home: string, effects: PipelineEffects): Promise<void> {
  const folder = storeFolder(home);
  const manifest = readStore(folder)?.manifest;
  if (!manifest) return;
  const { toMake, stale } = differences(manifest, fewestRows);
  if (toMake.length + stale.size === 0) return;
  try {
    await StoreWriter.use(folder, (writer) => refreshRollUps(writer, effects));
  } catch (error) {
    if (!(error instanceof StoreBusyError)) throw error;
    effects.report("Les agrégats seront mis à jour à la fin de l'autre import en cours, ou au prochain.");
  }
}

/** Makes a reader of Open DAMIR that leaves the store with its roll-ups up to date, whatever it imported. */
export function withRollUps(reader: DatasetReader): DatasetReader {
  return {
    add: async (files, home, effects, options) => {
      const [outcome] = await Promise.allSettled([reader.add(files, home, effects, options)]);
      const [made] = await Promise.allSettled([ensureRollUps(home, effects)]);
      // Of two troubles, the import's is the one to mend first.
      if (outcome.status === "rejected") throw outcome.reason;
      if (made.status === "rejected") throw made.reason;
      return outcome.value;
    },
  };
}

/** What the roll-ups of a store lack: those to make of each month, and the paths of files whose month changed or left, by table. */
function differences(
  { tables }: Pick<Manifest, "tables">,
  fewest: number,
): { toMake: { month: StoreFile; lacking: RollUp[] }[]; stale: Map<string, ReadonlySet<string>> } {
  const wanted = wantedMonths({ tables }, fewest);
  const checksums = new Set(wanted.map(({ sha256 }) => sha256));
  const filesOf = (name: string) => tables[name]?.files ?? [];
  const isCurrent = (rollUp: RollUp | undefined, file: StoreFile) =>
    rollUp !== undefined && isMadeBy(rollUp, file) && checksums.has(file.source?.sha256 ?? "");
  const toMake = wanted.flatMap((month) => {
    const lacking = rollUps.filter(
      (rollUp) =>
        !filesOf(rollUp.name).some((file) => isCurrent(rollUp, file) && file.source?.sha256 === month.sha256),
    );
    return lacking.length === 0 ? [] : [{ month, lacking }];
  });
  const stale = new Map<string, ReadonlySet<string>>();
  for (const name of Object.keys(tables).filter(isRollUp)) {
    const rollUp = rollUps.find((one) => one.name === name);
    const others = filesOf(name).filter((file) => !isCurrent(rollUp, file));
    if (others.length > 0) stale.set(name, new Set(others.map(({ path }) => path)));
  }
  return { toMake, stale };
}

function wantedMonths({ tables }: Pick<Manifest, "tables">, fewest: number): readonly StoreFile[] {
  const months = tables["damir"]?.files ?? [];
  return months.reduce((sum, { rows }) => sum + rows, 0) >= fewest ? months : [];
}

/** A month to add up. */
interface Added {
  readonly month: StoreFile;
  /** Its file, as DuckDB reads it. */
  readonly from: string;
  /** The measures that none of its rows lacks. */
  readonly complete: string[];
}

async function addRollUp(
  { name, dimensions }: RollUp,
  { month, from, complete }: Added,
  writer: StoreWriter,
  connection: DuckDBConnection,
  effects: PipelineEffects,
): Promise<void> {
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
    rollUp: { dimensions: [...dimensions], complete },
    source: {
      name: month.path,
      sha256: month.sha256,
      bytes: month.bytes,
      importedAt: effects.now().toISOString(),
    },
  });
}

/** The measures that no row of a month lacks. */
async function completeMeasures(from: string, connection: DuckDBConnection): Promise<string[]> {
  const gaps = rollUpMeasures.map((measure) => `count(*) - count(${measure})`);
  const reader = await connection.runAndReadAll(`SELECT ${gaps.join(", ")} FROM ${from}`);
  const counts = reader.getRows()[0] ?? [];
  return rollUpMeasures.filter((_, index) => Number(counts[index]) === 0);
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
