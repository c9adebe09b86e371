import { availableParallelism, tmpdir } from "node:os";
import { readTables, serverSchema } from "damir";
import type { Client } from "pg";
import { readCatalogue } from "../catalogue/catalogue.js";
import { defaultLimits, withEngine, type Engine } from "../duckdb.js";
import type { PipelineEffects } from "../effects.js";
import { inParallel } from "../fetch/in-parallel.js";
import { dialectStatements } from "./dialect-functions.js";
import { planLoad, type LoadPlan, type PartOfTable } from "./load-plan.js";
import { readLoaded, setUpManifest } from "./loaded-tables.js";
import { publishParts, publishTables, takeAway, withdraw, type PublishedStore } from "./publication.js";
import { qualified } from "./qualified-name.js";
import { grantReading, setUpReader } from "./reader-role.js";
import { inTransaction, withOwner, type OwnerConnection } from "./server-connection.js";
import { noteStaged, removeStaging, setUpStaging, stagePart } from "./staging.js";
import { defineTable, type TableDefinition } from "./table-definition.js";

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
 * The roll-ups of the store come with their months.
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
      const plan = planLoad(definitions, stored, await readLoaded(server));
      await inTransaction(server, async () => {
        await server.query(`CREATE SCHEMA IF NOT EXISTS ${serverSchema}`);
        await setUpManifest(server);
        for (const statement of dialectStatements()) await server.query(statement);
        await grantReading(server);
        await takeAway(plan.withdrawn, server);
      });
      const store = { stored, catalogue: readCatalogue(), now: effects.now() };
      let copied = { rows: 0, parts: 0 };
      try {
        copied = await bring(plan, store, jobs, engine, owner, effects);
        await inTransaction(server, () => withdraw(definitions, store, server));
      } catch (error) {
        // Where the server can't be told any more, the next load does it, or takes up what is whole.
        await removeStaging(server).catch(() => undefined);
        throw error;
      }
      await removeStaging(server);
      // Of each table as a whole, which its parts don't tell.
      const changed = new Set([...plan.groups.flat().map(([table]) => table), ...plan.swaps]);
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

/** Copies what changed, several parts at once, and has readers see it. */
async function bring(
  { groups, swaps }: LoadPlan,
  store: PublishedStore,
  jobs: number,
  engine: Engine,
  owner: OwnerConnection,
  effects: PipelineEffects,
): Promise<{ rows: number; parts: number }> {
  const staged = swaps.flatMap((table) => table.parts.map((part) => [table, part] as const));
  const whole = await setUpStaging(owner.server, staged);
  const waiting = staged.filter(([, part]) => !whole.has(part.name));
  const left = [...groups.flat(), ...waiting];
  const total = left.flatMap(([, part]) => part.files).reduce((sum, file) => sum + file.rows, 0);
  let rows = 0;
  const copied = (group: readonly PartOfTable[], end: (server: Client) => Promise<void>) =>
    engine.beside((source) =>
      owner.beside((server) =>
        inTransaction(server, async () => {
          for (const [table, part] of group) {
            await stagePart(table, part, source, server, (sent) => {
              rows += sent;
              effects.progress("Chargement", rows, total);
            });
          }
          await end(server);
        }),
      ),
    );
  const tasks = [
    ...groups.map((group) => () => copied(group, (server) => publishParts(group, store, server))),
    ...waiting.map(
      ([table, part]) =>
        () =>
          copied([[table, part]], (server) => noteStaged(server, table, part)),
    ),
  ];
  await inParallel(tasks, jobs, (task) => task());
  await inTransaction(owner.server, () => publishTables(swaps, store, owner.server));
  return { rows, parts: left.length };
}
