import { join } from "node:path";
import { statSync } from "node:fs";
import { readStore, sampleFolder, storeFolder } from "damir";
import { measure } from "./store-writer.js";

/** One table of a store, as `damir data list` shows it. */
export interface InventoryTable {
  name: string;
  title: string;
  synthetic: boolean;
  rows: number;
  /** Processing months `AAAAMM` in order; empty where months make no sense. */
  months: string[];
  bytes: number;
  /** Day of the sources' last update, `AAAA-MM-JJ`, where it is known: the latest. */
  updated?: string;
  /** When the last file was imported, ISO 8601. */
  importedAt?: string;
}

/** What one store holds. */
export interface Inventory {
  folder: string;
  /** Undefined where there is no store. */
  tables: InventoryTable[] | undefined;
}

/**
 * Lists the sample and the store.
 * @param home folder of the stores (`damirHome()`)
 * @throws UserError when a manifest can't be read
 */
export function listStore(home: string): { sample: Inventory; store: Inventory } {
  return { sample: inventoryOf(sampleFolder(home)), store: inventoryOf(storeFolder(home)) };
}

function inventoryOf(folder: string): Inventory {
  const tables = readStore(folder)?.manifest.tables;
  if (!tables) return { folder, tables: undefined };
  return {
    folder,
    tables: Object.entries(tables).map(([name, { title, synthetic, files, updated }]) => ({
      name,
      title,
      synthetic,
      rows: files.reduce((sum, file) => sum + file.rows, 0),
      months: files.flatMap((file) => file.month ?? []).sort(),
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
      ...latest("updated", [updated, ...files.map(({ source }) => source?.updated)]),
      ...latest(
        "importedAt",
        files.map(({ source }) => source?.importedAt),
      ),
    })),
  };
}

function latest(
  key: "updated" | "importedAt",
  dates: readonly (string | undefined)[],
): Partial<InventoryTable> {
  const last = dates
    .flatMap((date) => date ?? [])
    .sort()
    .at(-1);
  return last === undefined ? {} : { [key]: last };
}

/** True when a store is there and each of its files has the size and the checksum that its manifest says. */
export async function isIntact(folder: string): Promise<boolean> {
  const store = readStore(folder);
  if (!store) return false;
  for (const file of Object.values(store.manifest.tables).flatMap((table) => table.files)) {
    const path = join(folder, file.path);
    if (statSync(path, { throwIfNoEntry: false })?.size !== file.bytes) return false;
    if ((await measure(path)).sha256 !== file.sha256) return false;
  }
  return true;
}
