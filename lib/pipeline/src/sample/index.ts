import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { UserError, type Manifest, type StoreFile } from "damir";
import { explainDiskError } from "../disk.js";
import { geographyTables } from "../reference/geography-tables.js";
import { accidentsTable } from "./accidents.js";
import { damirDepartementTable } from "./damir-departement.js";
import { damirTable } from "./damir.js";
import { medecinsTable } from "./medecins.js";
import { meteoTable } from "./meteo.js";
import { draftRows, writeParquet } from "../tables/project-parquet.js";
import { populationTable } from "./population.js";
import { dictionaryTables } from "../reference/dictionary-tables.js";
import { descriptionOf, type ProjectTable } from "../tables/project-table.js";

/** What making the sample does to the world, files apart. */
export interface SampleEffects {
  /** Tells the user what is being made: one French sentence a table. */
  progress(message: string): void;
}

const silent: SampleEffects = { progress: () => undefined };

/**
 * Makes the synthetic sample: every table of the store, the same bytes each time.
 * Builds beside `folder`, then takes the place of the sample that was there; nothing changes when it fails.
 * @param folder of the sample store
 * @throws UserError when the folder holds something else or can't be written
 */
export async function generateSample(folder: string, effects: SampleEffects = silent): Promise<Manifest> {
  refuseOtherFolder(folder);
  const partial = `${folder}.partial-${process.pid}`;
  try {
    mkdirSync(dirname(folder), { recursive: true });
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial);
    const manifest = await writeTables(partial, effects);
    writeFileSync(join(partial, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    replace(folder, partial);
    return manifest;
  } catch (error) {
    throw explainDiskError(error, folder);
  } finally {
    // Where a file stands in the way, Node.js 20 can't even look for the folder: its error would hide the cause.
    if (existsSync(partial)) rmSync(partial, { recursive: true, force: true });
  }
}

async function writeTables(folder: string, effects: SampleEffects): Promise<Manifest> {
  // One thread and a fixed order: the bytes must not depend on the machine.
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    const manifest: Manifest = { version: 1, tables: {} };
    for (const makeTable of tableMakers) {
      for (const table of makeTable()) {
        if (table.synthetic) effects.progress(`Échantillon : ${table.title}`);
        const files = await writeFiles(connection, folder, table);
        manifest.tables[table.name] = { ...descriptionOf(table), files };
      }
    }
    return manifest;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Writes the files of a table in turn; the rows of the next are generated while DuckDB writes. */
async function writeFiles(
  connection: DuckDBConnection,
  folder: string,
  table: ProjectTable,
): Promise<StoreFile[]> {
  const files: StoreFile[] = [];
  let writing: Promise<StoreFile> | undefined;
  for (const file of table.files) {
    const [written, draft] = await Promise.all([
      writing,
      nextTurn().then(() => draftRows(folder, table, file)),
    ]);
    if (written) files.push(written);
    writing = writeParquet(connection, folder, draft);
  }
  if (writing) files.push(await writing);
  return files;
}

/** Lets what was asked of DuckDB start. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The tables in the order they are made, each when its turn comes. */
const tableMakers: readonly (() => ProjectTable[])[] = [
  () => [damirTable()],
  () => [damirDepartementTable()],
  () => [populationTable()],
  () => [medecinsTable()],
  () => [meteoTable()],
  () => [accidentsTable()],
  dictionaryTables,
  geographyTables,
];

function refuseOtherFolder(folder: string): void {
  if (!existsSync(folder) || existsSync(join(folder, "manifest.json"))) return;
  if (readdirSync(folder).length > 0) {
    throw new UserError(
      `Le dossier ${folder} contient autre chose qu'un échantillon (pas de manifest.json) : il ne sera pas remplacé. Choisissez un autre dossier (DAMIR_HOME) ou videz celui-ci.`,
    );
  }
}

function replace(folder: string, built: string): void {
  const old = `${folder}.old-${process.pid}`;
  rmSync(old, { recursive: true, force: true });
  if (existsSync(folder)) renameSync(folder, old);
  try {
    renameSync(built, folder);
  } catch (error) {
    if (existsSync(old)) renameSync(old, folder);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}
