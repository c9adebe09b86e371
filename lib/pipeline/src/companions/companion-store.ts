import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { StoreFile, StoreSource, StoreTable } from "damir";
import type { ImportedFile } from "../dataset-reader.js";
import { requireDiskSpace } from "../disk.js";
import { defaultLimits, sqlText, withDuckDB } from "../duckdb.js";
import { proveSums } from "../formats/proof.js";
import type { StoreWriter } from "../store-writer.js";
import { CompanionDraft, type CompanionColumn } from "./companion-draft.js";

/** A companion table of the store. */
export interface CompanionTable {
  name: string;
  description: Omit<StoreTable, "files">;
  columns: readonly CompanionColumn[];
  /** Columns whose sum goes into the manifest. */
  measures: readonly string[];
  /** SQL of the sort, which is also the key of a row. */
  order: string;
}

/** How new rows join the file that the store already holds. */
export interface Joining {
  /** Name of the file in the table's folder, without extension. */
  file: string;
  /** SQL condition of the rows, old or new, that the published file speaks of: old ones leave, new ones come. */
  replaces: string;
  /**
   * SQL of the rows to store, for rows that keep something of the old ones; default: the new rows and the old ones that
   * aren't replaced.
   */
  merge?: (fresh: string, old: string) => string;
}

/** Starts the rows of a table, in the writer's work folder. */
export function draftOf(table: CompanionTable, writer: StoreWriter): CompanionDraft {
  return new CompanionDraft(join(writer.workFolder, `${table.name}.csv`), table.columns);
}

/**
 * Puts the rows of a draft into the store, read again and compared first.
 * @param sources published files that the rows come from
 * @returns what the manifest says, as the import of the files tells it
 */
export async function storeDraft(
  table: CompanionTable,
  draft: CompanionDraft,
  joining: Joining,
  sources: readonly StoreSource[],
  writer: StoreWriter,
): Promise<Pick<ImportedFile, "bytes" | "replaced" | "storedRows">> {
  draft.close();
  const old = oldFile(table, joining.file, writer);
  await requireDiskSpace(writer.folder, 2 * (old?.bytes ?? 0) + 10e6);
  const parquet = join(writer.workFolder, `${table.name}.parquet`);
  const { rows, replaced, sums } = await withDuckDB(writer.workFolder, defaultLimits, async (connection) => {
    const before = old && `read_parquet(${sqlText(join(writer.folder, old.path))})`;
    const names = table.columns.map(({ name }) => `"${name}"`).join(", ");
    await connection.run(
      `COPY (SELECT ${names} FROM (${joined(names, draft, joining, before)}) ORDER BY ${table.order})
      TO ${sqlText(parquet)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    const after = `read_parquet(${sqlText(parquet)})`;
    const replaced = await proveJoined(connection, table, draft, joining, before, after);
    const { rows, sums } = await totalsOf(connection, after, table.measures);
    return { rows, replaced, sums };
  });
  await rm(draft.path);
  const others = sourcesOf(old).filter(({ name }) => !sources.some((other) => other.name === name));
  const files = [...others, ...sources];
  const source = sources.at(-1);
  const updated = sources
    .flatMap((one) => one.updated ?? [])
    .sort()
    .at(-1);
  const { added } = await writer.add(
    table.name,
    { ...table.description, ...(updated === undefined ? {} : { updated }) },
    {
      name: joining.file,
      parquet,
      rows,
      sums,
      ...(source ? { source } : {}),
      ...(files.length > 1 ? { sources: files } : {}),
    },
  );
  return { bytes: added.bytes, replaced, ...(others.length > 0 ? { storedRows: rows } : {}) };
}

function joined(
  names: string,
  draft: CompanionDraft,
  { replaces, merge }: Joining,
  before: string | undefined,
): string {
  if (before === undefined) return `SELECT ${names} FROM ${draft.relation()}`;
  if (merge) return merge(draft.relation(), before);
  return `SELECT ${names} FROM ${draft.relation()} UNION ALL SELECT ${names} FROM ${before} WHERE NOT (${replaces})`;
}

/**
 * Compares the file read again with what was read in the publication, and with what the store held.
 * @returns true when the store held what the publication speaks of
 * @throws Error when something is lost or gained: a fault of the project, not of the file
 */
async function proveJoined(
  connection: DuckDBConnection,
  table: CompanionTable,
  draft: CompanionDraft,
  { replaces, merge }: Joining,
  before: string | undefined,
  after: string,
): Promise<boolean> {
  const measured = draft.sums();
  // Rows that keep something of the old ones are told by the measures that the publication gives.
  const own = measured.filter(({ name, filled }) => table.measures.includes(name) && filled > 0n);
  const filled = own.map(({ name }) => `"${name}" IS NOT NULL`).join(" OR ");
  const spoken = merge ? `(${replaces}) AND (${filled})` : replaces;
  const fresh = merge && before !== undefined ? own : measured;
  await proveSums(connection, `(FROM ${after} WHERE ${spoken})`, draft.rows, fresh);
  if (before === undefined) return false;

  const kept = table.measures.filter((name) => merge && !own.some((column) => column.name === name));
  for (const [condition, measures] of [
    [`NOT (${replaces})`, table.measures],
    // What the publication doesn't give stays as it was in its own years too.
    ...kept.map((name) => [`(${replaces}) AND "${name}" IS NOT NULL`, [name]] as const),
  ] as const) {
    const [was, is] = [
      await totalsOf(connection, `(FROM ${before} WHERE ${condition})`, measures),
      await totalsOf(connection, `(FROM ${after} WHERE ${condition})`, measures),
    ];
    if (JSON.stringify(was) !== JSON.stringify(is)) {
      throw new Error(
        `${table.name}: what was to stay didn't. ${JSON.stringify(was)} before, ${JSON.stringify(is)} after`,
      );
    }
  }
  return (await totalsOf(connection, `(FROM ${before} WHERE ${spoken})`, [])).rows > 0;
}

async function totalsOf(
  connection: DuckDBConnection,
  relation: string,
  measures: readonly string[],
): Promise<{ rows: number; sums: Record<string, string> }> {
  const columns = ["count(*)", ...measures.map((name) => `sum("${name}")`)];
  const reader = await connection.runAndReadAll(
    `SELECT ${columns.map((column) => `CAST(${column} AS VARCHAR)`).join(", ")} FROM ${relation}`,
  );
  const [rows, ...found] = reader.getRows()[0] ?? [];
  const sums = measures.flatMap((name, index) => {
    const sum = found[index];
    return typeof sum === "string" ? [[name, sum] as const] : [];
  });
  return { rows: Number(rows), sums: Object.fromEntries(sums) };
}

function oldFile({ name }: CompanionTable, file: string, writer: StoreWriter): StoreFile | undefined {
  const start = `${name}/${file}`;
  return writer
    .manifest()
    .tables[name]?.files.find(({ path }) =>
      /^(-[0-9a-f]{12})?\.parquet$/.test(path.startsWith(start) ? path.slice(start.length) : ""),
    );
}

function sourcesOf(file: StoreFile | undefined): StoreSource[] {
  return file?.sources ?? (file?.source ? [file.source] : []);
}
