import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { StoreFile, StoreSource, StoreTable } from "damir";
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
 * @returns what the manifest says, and whether rows of the same years, days or accidents were there before
 */
export async function storeDraft(
  table: CompanionTable,
  draft: CompanionDraft,
  joining: Joining,
  sources: readonly StoreSource[],
  writer: StoreWriter,
): Promise<{ added: StoreFile; replaced: boolean }> {
  draft.close();
  const old = oldFile(table, joining.file, writer);
  await requireDiskSpace(writer.folder, 2 * (old?.bytes ?? 0) + 10e6);
  const parquet = join(writer.workFolder, `${table.name}.parquet`);
  const { rows, replaced, sums } = await withDuckDB(writer.workFolder, defaultLimits, async (connection) => {
    const count = async (relation: string) =>
      Number(
        (
          await connection.runAndReadAll(`SELECT CAST(count(*) AS VARCHAR) FROM ${relation}`)
        ).getRows()[0]?.[0],
      );
    const names = table.columns.map(({ name }) => `"${name}"`).join(", ");
    const oldRows = old && `read_parquet(${sqlText(join(writer.folder, old.path))})`;
    const kept = oldRows && `(SELECT ${names} FROM ${oldRows} WHERE NOT (${joining.replaces}))`;
    const statement = !oldRows
      ? `SELECT ${names} FROM ${draft.relation()}`
      : joining.merge
        ? joining.merge(draft.relation(), oldRows)
        : `SELECT ${names} FROM ${draft.relation()} UNION ALL FROM ${kept ?? ""}`;
    await connection.run(
      `COPY (SELECT ${names} FROM (${statement}) ORDER BY ${table.order})
      TO ${sqlText(parquet)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    const written = `read_parquet(${sqlText(parquet)})`;
    const fresh = joining.merge && oldRows ? undefined : `(FROM ${written} WHERE ${joining.replaces})`;
    const measured = draft.sums();
    if (fresh) await proveSums(connection, fresh, draft.rows, measured);
    else {
      const own = measured.filter(({ name, filled }) => table.measures.includes(name) && filled > 0n);
      const filled = own.map(({ name }) => `"${name}" IS NOT NULL`).join(" OR ");
      await proveSums(
        connection,
        `(FROM ${written} WHERE (${joining.replaces}) AND (${filled}))`,
        draft.rows,
        own,
      );
    }
    const before = oldRows ? await count(oldRows) : 0;
    const left = kept ? await count(kept) : 0;
    const stay = await count(`(FROM ${written} WHERE NOT (${joining.replaces}))`);
    if (stay !== left) throw new Error(`${table.name}: ${left} rows were to stay, ${stay} did`);
    const totals = await connection.runAndReadAll(
      `SELECT ${["CAST(count(*) AS VARCHAR)", ...table.measures.map((name) => `CAST(sum("${name}") AS VARCHAR)`)].join(", ")} FROM ${written}`,
    );
    const [all, ...found] = totals.getRows()[0] ?? [];
    const sums = Object.fromEntries(
      table.measures.flatMap((name, index) => {
        const sum = found[index];
        return typeof sum === "string" ? [[name, sum]] : [];
      }),
    );
    return { rows: Number(all), replaced: before > left, sums };
  });
  await rm(draft.path);
  const files = [
    ...sourcesOf(old).filter(({ name }) => !sources.some((other) => other.name === name)),
    ...sources,
  ];
  const source = sources.at(-1);
  const updated = sources
    .map((one) => one.updated)
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
  return { added, replaced };
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
