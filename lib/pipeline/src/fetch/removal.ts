import { existsSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { readStore, storeFolder, UserError } from "damir";
import type { Dataset } from "../catalogue/dataset.js";
import { silentEffects } from "../effects.js";
import { refreshRollUps } from "../rollup-store.js";
import { StoreWriter } from "../store-writer.js";
import { downloadsFolder, sizeOf } from "./download-place.js";
import { countYearRows, removeYearRows, type YearRows } from "../year-rows.js";
import { yearsOf } from "./period.js";

/** What removing a dataset, or some months of it, takes away. */
export interface Removal {
  /** Files of the store: table, month where there is one, size in bytes. */
  stored: { table: string; path: string; month?: string; bytes: number }[];
  /** Rows of the years to take away, in files of the store that hold others too. */
  rows: YearRows[];
  /** The years of these rows, `AAAA`. */
  years: readonly string[];
  /** Downloads, whole or begun, and what is known of them. */
  downloaded: { path: string; bytes: number }[];
}

/**
 * Finds what a removal takes away, without taking it.
 * @param months `AAAA-MM`; undefined for the whole dataset
 * @throws UserError where the store doesn't keep these months or years apart, or there is nothing to take away
 */
export async function planRemoval(
  dataset: Dataset,
  months: readonly string[] | undefined,
  home: string,
): Promise<Removal> {
  if (months && dataset.periode.pas === "annee" && dataset.import.par === "fichier") {
    return planYears(dataset, wholeYears(dataset, months), home);
  }
  const apart = months && piecesOf(dataset, months);
  const isWanted = (name: string | undefined) =>
    !apart || (name !== undefined && apart.wanted.has(apart.shape.exec(name)?.[0] ?? ""));
  const tables = readStore(storeFolder(home))?.manifest.tables ?? {};
  const stored = dataset.tables.flatMap(({ nom: table }) =>
    (tables[table]?.files ?? [])
      .filter(({ path }) => isWanted(basename(path)))
      .map(({ path, month, bytes }) => ({ table, path, bytes, ...(month === undefined ? {} : { month }) })),
  );
  const folder = join(downloadsFolder(home), dataset.id);
  const downloaded = (existsSync(folder) ? readdirSync(folder) : [])
    .filter((name) => !name.endsWith(".lock") && isWanted(name))
    .map((name) => ({ path: join(folder, name), bytes: sizeOf(join(folder, name)) }));
  if (stored.length + downloaded.length === 0)
    throw nothingToRemove(dataset, apart && [...apart.wanted], home);
  return { stored, rows: [], years: [], downloaded };
}

/** Files that hold many years each lose the rows of some; what was downloaded holds the other years too, and stays. */
async function planYears(dataset: Dataset, years: string[], home: string): Promise<Removal> {
  const tables = readStore(storeFolder(home))?.manifest.tables ?? {};
  const rows: YearRows[] = [];
  for (const { nom } of dataset.tables) {
    rows.push(...(await countYearRows(storeFolder(home), nom, tables[nom]?.files ?? [], years)));
  }
  if (rows.length === 0) throw nothingToRemove(dataset, years, home);
  return { stored: [], rows, years, downloaded: [] };
}

function nothingToRemove({ id }: Dataset, pieces: readonly string[] | undefined, home: string): UserError {
  return new UserError(
    `Rien à enlever : ${id}${pieces ? ` (${pieces.join(", ")})` : ""} n'est pas dans ${home}. « damir data list » dit ce qui y est.`,
  );
}

/** What of a dataset can leave without the rest. */
interface Pieces {
  /** How a file's name, of the store or downloaded, says its month or its year. */
  shape: RegExp;
  wanted: ReadonlySet<string>;
}

/** @throws UserError where the store doesn't keep what is asked apart from the rest */
function piecesOf(dataset: Dataset, months: readonly string[]): Pieces {
  const { id, periode } = dataset;
  if (periode.pas === "mois") {
    return {
      shape: /20\d\d(0[1-9]|1[0-2])/,
      wanted: new Set(months.map((month) => month.replace("-", ""))),
    };
  }
  if (periode.pas === "aucune") {
    throw new UserError(
      `${id} s'enlève en entier, sans période : il se télécharge en entier aussi. damir data remove ${id}`,
    );
  }
  // Files imported together are those of a year.
  return { shape: /(19|20)\d\d/, wanted: new Set(wholeYears(dataset, months)) };
}

/** @throws UserError for a part of a year */
function wholeYears({ id }: Dataset, months: readonly string[]): string[] {
  const years = yearsOf(months);
  if (months.length < 12 * years.length) {
    throw new UserError(`${id} s'enlève par années entières : damir data remove ${id} ${years.join(" ")}`);
  }
  return years;
}

/** Takes away what a plan says: the store first, whole table files at a time, the downloads next. */
export async function remove(removal: Removal, home: string): Promise<void> {
  if (removal.stored.length > 0) {
    const paths = new Set(removal.stored.map(({ path }) => path));
    await StoreWriter.use(storeFolder(home), async (writer) => {
      for (const table of new Set(removal.stored.map((file) => file.table)))
        await writer.remove(table, ({ path }) => paths.has(path));
      await refreshRollUps(writer, silentEffects);
    });
  }
  if (removal.rows.length > 0) {
    await StoreWriter.use(storeFolder(home), async (writer) => {
      for (const rows of removal.rows) await removeYearRows(rows, removal.years, writer);
    });
  }
  for (const { path } of removal.downloaded) await rm(path, { force: true });
}
