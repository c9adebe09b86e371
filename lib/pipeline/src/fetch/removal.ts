import { existsSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readStore, storeFolder, UserError } from "damir";
import type { Dataset } from "../catalogue/dataset.js";
import { StoreWriter } from "../store-writer.js";
import { downloadsFolder, sizeOf } from "./download-place.js";

/** What removing a dataset, or some months of it, takes away. */
export interface Removal {
  /** Files of the store: table, month where there is one, size in bytes. */
  stored: { table: string; path: string; month?: string; bytes: number }[];
  /** Downloads, whole or begun, and what is known of them. */
  downloaded: { path: string; bytes: number }[];
}

/**
 * Finds what a removal takes away, without taking it.
 * @param months `AAAA-MM`; undefined for the whole dataset
 * @throws UserError where months make no sense, or there is nothing to take away
 */
export function planRemoval(dataset: Dataset, months: readonly string[] | undefined, home: string): Removal {
  if (months && dataset.periode.pas !== "mois") {
    throw new UserError(`${dataset.id} s'enlève en entier, sans période : damir data remove ${dataset.id}`);
  }
  const wanted = months && new Set(months.map((month) => month.replace("-", "")));
  const isWanted = (month: string | undefined) => !wanted || (month !== undefined && wanted.has(month));
  const tables = readStore(storeFolder(home))?.manifest.tables ?? {};
  const stored = dataset.tables.flatMap(({ nom: table }) =>
    (tables[table]?.files ?? [])
      .filter(({ month }) => isWanted(month))
      .map(({ path, month, bytes }) => ({ table, path, bytes, ...(month === undefined ? {} : { month }) })),
  );
  const folder = join(downloadsFolder(home), dataset.id);
  const downloaded = (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => !name.endsWith(".lock") && isWanted(/20\d\d(0[1-9]|1[0-2])/.exec(name)?.[0]))
    .map((name) => ({ path: join(folder, name), bytes: sizeOf(join(folder, name)) }));
  if (stored.length + downloaded.length === 0) {
    throw new UserError(
      `Rien à enlever : ${dataset.id}${months ? ` (${months.join(", ")})` : ""} n'est pas dans ${home}. « damir data list » dit ce qui y est.`,
    );
  }
  return { stored, downloaded };
}

/** Takes away what a plan says: the store first, whole table files at a time, the downloads next. */
export async function remove(removal: Removal, home: string): Promise<void> {
  if (removal.stored.length > 0) {
    const paths = new Set(removal.stored.map(({ path }) => path));
    await StoreWriter.use(storeFolder(home), async (writer) => {
      for (const table of new Set(removal.stored.map((file) => file.table)))
        await writer.remove(table, ({ path }) => paths.has(path));
    });
  }
  for (const { path } of removal.downloaded) await rm(path, { force: true });
}
