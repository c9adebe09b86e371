import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { currentRollUps, isRollUp, type RollUpOrigin } from "./rollups/rollups.js";
import { UserError } from "./user-error.js";

/**
 * One Parquet file of a store. Paths are relative to the store's folder, with `/`.
 * @internal
 */
export interface StoreFile {
  path: string;
  /** Processing month `AAAAMM`, for the tables that come one file a month. */
  month?: string;
  rows: number;
  bytes: number;
  /** sha256 of the Parquet file. */
  sha256: string;
  /** Exact sum of each measure, as a decimal string (euros, acts, coefficients): the proof of a lossless import. */
  sums?: Record<string, string>;
  /** The published file this one was made from; the last imported where there are several. */
  source?: StoreSource;
  /** Every published file that this one holds rows of, where there are several. */
  sources?: StoreSource[];
  /** Of a file of a roll-up, what it was made by. */
  rollUp?: RollUpOrigin;
}

/**
 * A published file, and where it came from when it was fetched.
 * @internal
 */
export interface StoreSource {
  name: string;
  /** sha256 of the published file, compressed or not. */
  sha256: string;
  /** Its size in bytes. */
  bytes: number;
  importedAt: string;
  url?: string;
  etag?: string;
  lastModified?: string;
  /** Day of its last update, `AAAA-MM-JJ`. */
  updated?: string;
  /** True when some of its years were taken out of the store since. */
  incomplete?: boolean;
}

/**
 * One table of a store: the view of the same name reads all its files.
 * @internal
 */
export interface StoreTable {
  title: string;
  producer: string;
  licence: string;
  /** Where people find the published data. */
  url?: string;
  /** Day of the last update, `AAAA-MM-JJ`, as its licence asks to cite. */
  updated?: string;
  /** True when the rows were generated, not observed. */
  synthetic: boolean;
  files: StoreFile[];
}

/**
 * Version of the manifest that this code reads and writes.
 * @internal
 */
export const manifestVersion = 1;

/**
 * `manifest.json` of a store.
 * @internal
 */
export interface Manifest {
  version: number;
  tables: Record<string, StoreTable>;
}

/**
 * A folder of Parquet files with its manifest.
 * @internal
 */
export interface Store {
  folder: string;
  manifest: Manifest;
}

/**
 * Root of the project: the folder that holds `data/`, from the sources as from the build.
 * @internal
 */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

/**
 * Folder of the code lists, variables and geography that a person may read and correct.
 * @internal
 */
export const dataFolder = join(projectRoot, "data");

/**
 * Folder of the stores: `DAMIR_HOME`, else `.damir/` in the project.
 * @internal
 */
export function damirHome(env: NodeJS.ProcessEnv = process.env): string {
  return resolve(env["DAMIR_HOME"] || join(projectRoot, ".damir"));
}

/**
 * Folder of the months and datasets that the user imported.
 * @internal
 */
export function storeFolder(home: string): string {
  return join(home, "store");
}

/**
 * Folder of the synthetic sample.
 * @internal
 */
export function sampleFolder(home: string): string {
  return join(home, "sample");
}

/**
 * A table and the store whose files hold it.
 * @internal
 */
export interface StoredTable {
  store: Store;
  description: StoreTable;
}

/**
 * The tables of the stores by name: each as it was imported, else as the sample has it.
 * @throws UserError when there is neither a store nor a sample, or when one can't be read
 * @internal
 */
export function readTables(home: string): Map<string, StoredTable> {
  const stores = [sampleFolder(home), storeFolder(home)].flatMap((folder) => readStore(folder) ?? []);
  const tables = new Map<string, StoredTable>();
  for (const store of stores) {
    for (const [name, description] of Object.entries(store.manifest.tables)) {
      if (description.files.length > 0) tables.set(name, { store, description });
    }
  }
  keepCurrentRollUps(tables);
  if (tables.size === 0) {
    throw new UserError(
      `Aucune donnée dans ${home}. Créez l'échantillon synthétique (npx damir data sample) ou importez des fichiers (npx damir data add open-damir FICHIER…).`,
    );
  }
  return tables;
}

/** Leaves the roll-ups out that don't hold the months of `damir` as they are now. */
function keepCurrentRollUps(tables: Map<string, StoredTable>): void {
  const current = currentRollUps(new Map([...tables].map(([name, { description }]) => [name, description])));
  for (const [name, { store }] of [...tables]) {
    if (!isRollUp(name)) continue;
    const description = current.get(name);
    if (description) tables.set(name, { store, description });
    else tables.delete(name);
  }
}

/**
 * Reads a store.
 * @returns undefined where the folder holds no manifest.
 * @throws UserError when the manifest can't be read.
 * @internal
 */
export function readStore(folder: string): Store | undefined {
  const path = join(folder, "manifest.json");
  if (!existsSync(path)) return undefined;
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
  } catch (cause) {
    throw new UserError(
      `Le manifeste ${path} est illisible. Échantillon : refaites-le (npx damir data sample --force). Données importées : mettez ce seul fichier de côté, vos fichiers restent, et réimportez-les (npx damir data add).`,
      { cause },
    );
  }
  if (manifest.version !== manifestVersion || typeof manifest.tables !== "object") {
    throw new UserError(
      `Le manifeste ${path} n'est pas de la version ${manifestVersion} que ce programme lit. Mettez le projet à jour.`,
    );
  }
  return { folder, manifest };
}
