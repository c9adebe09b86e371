import { availableParallelism, tmpdir } from "node:os";
import { readTables, serverSchema, type StoredTable } from "damir";
import { readCatalogue } from "../catalogue/catalogue.js";
import { defaultLimits, withEngine, type Engine } from "../duckdb.js";
import type { PipelineEffects } from "../effects.js";
import { inParallel } from "../fetch/in-parallel.js";
import { dialectStatements } from "./dialect-functions.js";
import { isLoaded, readLoaded, setUpManifest, type LoadedTable } from "./loaded-tables.js";
import { publish, withdraw, type PublishedStore } from "./publication.js";
import { qualified } from "./qualified-name.js";
import { grantReading, setUpReader } from "./reader-role.js";
import { inTransaction, withOwner, type OwnerConnection } from "./server-connection.js";
import { noteStaged, removeStaging, setUpStaging, stagePart } from "./staging.js";
import { defineTable, type TableDefinition, type TablePart } from "./table-definition.js";

/** What was loaded into a server. */
export interface ServerLoad {
  /** The server without its password. */
  server: string;
  tables: number;
  /** Rows that were copied, and verified. */
  rows: number;
  /** Tables and months that were there already, the same. */
  unchanged: number;
  /** What deserves a word: French sentences. */
  notes: string[];
}

/** How a server is loaded. */
export interface LoadOptions {
  /** Password of the role that reads; as it is where undefined. */
  readerPassword?: string | undefined;
  /** Months and tables that are copied at once, each by a connection of its own; as many as the machine has cores, four at the most. */
  jobs?: number | undefined;
}

/**
 * Loads the stores into a PostgreSQL server: each table as the views of the store show it, with its comments, keys and indexes. What the
 * server has already stays; the rest is copied and verified beside it, several parts at once, and each month (or table without months)
 * takes its place in the transaction that copied it: whatever happens, readers see whole months and a manifest that says which, and a
 * load after it copies only what is missing. A table whose form changed, or that goes from synthetic to real, changes in one transaction.
 *
 * @param home folder of the stores (`damirHome()`)
 * @param url address of the database's owner
 * @throws UserError when the server can't be loaded: it keeps what it had, and the months that came
 */
export async function loadServer(
  home: string,
  url: string,
  options: LoadOptions,
  effects: PipelineEffects,
): Promise<ServerLoad> {
  const stored = readTables(home);
  const jobs = options.jobs ?? Math.min(availableParallelism(), 4);
  return withOwner(url, (owner) =>
    withEngine(tmpdir(), defaultLimits, async (engine) => {
      const { server, shown } = owner;
      // Rows keep the order of their files: an index of what they are sorted on then reads few pages.
      await engine.connection.run("SET preserve_insertion_order = true");
      const notes = await setUpReader(server, options.readerPassword);
      const definitions: TableDefinition[] = [];
      for (const [name, table] of stored) definitions.push(await defineTable(name, table, engine.connection));
      const loaded = await readLoaded(server);
      const changed = changedTables(definitions, stored, loaded);
      await inTransaction(server, async () => {
        await server.query(`CREATE SCHEMA IF NOT EXISTS ${serverSchema}`);
        await setUpManifest(server);
        for (const statement of dialectStatements()) await server.query(statement);
        await grantReading(server);
      });
      const store = { stored, catalogue: readCatalogue(), now: effects.now() };
      let copied = { rows: 0, parts: 0 };
      try {
        copied = await bring(changed, store, jobs, engine, owner, effects);
        await inTransaction(server, () => withdraw(definitions, store, server));
      } catch (error) {
        // Where the server can't be told any more, the next load does it, or takes up what is whole.
        await removeStaging(server).catch(() => undefined);
        throw error;
      }
      await removeStaging(server);
      // Of each table as a whole, which its parts don't tell.
      for (const { name } of changed) await server.query(`ANALYZE ${qualified(serverSchema, name)}`);
      const parts = definitions.reduce((count, definition) => count + definition.parts.length, 0);
      return {
        server: shown,
        tables: definitions.length,
        rows: copied.rows,
        unchanged: parts - copied.parts,
        notes,
      };
    }),
  );
}

/** A table of which something is to be copied. */
interface ChangedTable extends TableDefinition {
  changedParts: readonly TablePart[];
  /** True when all of it changes in one transaction, as its months before and after don't go together. */
  atOnce: boolean;
}

function changedTables(
  definitions: readonly TableDefinition[],
  stored: ReadonlyMap<string, StoredTable>,
  loaded: ReadonlyMap<string, LoadedTable>,
): ChangedTable[] {
  return definitions.flatMap((definition) => {
    const known = loaded.get(definition.name);
    const synthetic = stored.get(definition.name)?.description.synthetic;
    const atOnce =
      known !== undefined &&
      (known.digest !== definition.digest || known.description.synthetic !== synthetic);
    const changedParts = definition.parts.filter((part) => atOnce || !isLoaded(definition, part, known));
    return changedParts.length === 0 ? [] : [{ ...definition, changedParts, atOnce }];
  });
}

/** Copies what changed, several parts at once, and has readers see it. */
async function bring(
  changed: readonly ChangedTable[],
  store: PublishedStore,
  jobs: number,
  engine: Engine,
  owner: OwnerConnection,
  effects: PipelineEffects,
): Promise<{ rows: number; parts: number }> {
  // What is small and goes with the months comes before them.
  const tasks = changed
    .flatMap((table) => table.changedParts.map((part) => ({ table, part })))
    .sort((a, b) => Number(a.table.byMonth) - Number(b.table.byMonth));
  const whole = await setUpStaging(
    owner.server,
    tasks.filter(({ table }) => table.atOnce).map(({ table, part }) => [table, part]),
  );
  const left = tasks.filter(({ part }) => !whole.has(part.name));
  const total = left.flatMap(({ part }) => part.files).reduce((sum, file) => sum + file.rows, 0);
  let rows = 0;
  await inParallel(left, jobs, ({ table, part }) =>
    engine.beside((source) =>
      owner.beside((server) =>
        inTransaction(server, async () => {
          await stagePart(table, part, source, server, (sent) => {
            rows += sent;
            effects.progress("Chargement", rows, total);
          });
          if (table.atOnce) await noteStaged(server, table, part);
          else await publish(table, [part], false, store, server);
        }),
      ),
    ),
  );
  for (const table of changed) {
    if (!table.atOnce) continue;
    await inTransaction(owner.server, () => publish(table, table.changedParts, true, store, owner.server));
  }
  return { rows, parts: left.length };
}
