import { statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { isRollUp, readStore, sampleFolder, storeFolder, type StoreTable } from "damir";
import { sqlText, withDuckDB } from "./duckdb.js";
import { isReferenceSource } from "./reference/reference-store.js";
import { measure } from "./store-writer.js";
import { yearOfRow } from "./year-rows.js";

/** One table of a store, as `damir data list` shows it. */
export interface InventoryTable {
  name: string;
  title: string;
  synthetic: boolean;
  /** True for what the project makes itself: code lists, dictionary, geography, roll-ups of Open DAMIR. */
  reference: boolean;
  rows: number;
  /** Processing months `AAAAMM` in order; empty where months make no sense. */
  months: string[];
  /** First and last year of its rows, for the tables that have years and no months. */
  years?: YearSpan;
  bytes: number;
  /** Day of the sources' last update, `AAAA-MM-JJ`, where it is known: the latest. */
  updated?: string;
  /** When the last file was imported, ISO 8601. */
  importedAt?: string;
}

/** Years, both included. */
export interface YearSpan {
  first: number;
  last: number;
}

/** What one store holds. */
export interface Inventory {
  folder: string;
  /** Undefined where there is no store. */
  tables: InventoryTable[] | undefined;
}

/**
 * Lists the sample and the store. Sizes and rows come from the manifests, years from the Parquet files; a file that can't be
 * read leaves its table without years (`checkStore` says what is wrong with it).
 * @param home folder of the stores (`damirHome()`)
 * @throws UserError when a manifest can't be read
 * @example const { store } = await listStore(damirHome());
 */
export async function listStore(home: string): Promise<{ sample: Inventory; store: Inventory }> {
  return {
    sample: await inventoryOf(sampleFolder(home)),
    store: await inventoryOf(storeFolder(home)),
  };
}

async function inventoryOf(folder: string): Promise<Inventory> {
  const tables = readStore(folder)?.manifest.tables;
  if (!tables) return { folder, tables: undefined };
  return withDuckDB(tmpdir(), { memory: "400MB", threads: 1 }, async (connection) => {
    const listed: InventoryTable[] = [];
    for (const [name, table] of Object.entries(tables)) {
      const one = inventoryTable(name, table);
      const years = one.reference ? undefined : await yearsOf(folder, name, table, connection);
      listed.push(years ? { ...one, years } : one);
    }
    return { folder, tables: listed };
  });
}

function inventoryTable(name: string, { title, synthetic, files, updated }: StoreTable): InventoryTable {
  return {
    name,
    title,
    synthetic,
    reference: isRollUp(name) || (!synthetic && files.every(({ source }) => isReferenceSource(source))),
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    months: files.flatMap((file) => file.month ?? []).sort(),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    ...latest("updated", [updated, ...files.map(({ source }) => source?.updated)]),
    ...latest(
      "importedAt",
      files.map(({ source }) => source?.importedAt),
    ),
  };
}

async function yearsOf(
  folder: string,
  name: string,
  { files }: StoreTable,
  connection: DuckDBConnection,
): Promise<YearSpan | undefined> {
  const year = yearOfRow(name);
  if (year === undefined || files.length === 0) return undefined;
  // The list says what is here even where a file is lost.
  const paths = files
    .map(({ path }) => join(folder, path))
    .filter((path) => statSync(path, { throwIfNoEntry: false }));
  const reader = await connection
    .runAndReadAll(
      `SELECT CAST(min(${year}) AS INTEGER), CAST(max(${year}) AS INTEGER) FROM read_parquet([${paths.map(sqlText).join(", ")}])`,
    )
    .catch(() => undefined);
  const [first, last] = reader?.getRows()[0] ?? [];
  return typeof first === "number" && typeof last === "number" ? { first, last } : undefined;
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
