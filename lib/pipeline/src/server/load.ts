import { tmpdir } from "node:os";
import type { DuckDBConnection } from "@duckdb/node-api";
import { readTables, serverSchema, type StoredTable } from "damir";
import { escapeIdentifier, escapeLiteral, type Client } from "pg";
import { readCatalogue, type Catalogue } from "../catalogue/catalogue.js";
import { defaultLimits, withDuckDB } from "../duckdb.js";
import type { PipelineEffects } from "../effects.js";
import { copyRows } from "./copy-rows.js";
import { dialectStatements } from "./dialect-functions.js";
import { proveLoaded } from "./load-proof.js";
import { isLoaded, readLoaded, writeLoaded, type LoadedTable } from "./loaded-tables.js";
import { grantReading, setUpReader } from "./reader-role.js";
import { inTransaction, withOwner } from "./server-connection.js";
import { tableComments } from "./table-comments.js";
import { createTable, defineTable, type TableDefinition, type TablePart } from "./table-definition.js";

/** Where parts wait until all of them are there; readers don't see it. */
const staging = "atelier_chargement";

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

/**
 * Loads the stores into a PostgreSQL server: each table as the views of the store show it, with its comments, keys and indexes. What the
 * server has already stays; the rest is copied and verified beside it, then replaces it in one transaction: readers see the last whole
 * state, whatever happens.
 *
 * @param home folder of the stores (`damirHome()`)
 * @param url address of the database's owner
 * @param readerPassword of the role that reads; as it is where undefined
 * @throws UserError when the server can't be loaded: it keeps what it had
 */
export async function loadServer(
  home: string,
  url: string,
  readerPassword: string | undefined,
  effects: PipelineEffects,
): Promise<ServerLoad> {
  const stored = readTables(home);
  return withOwner(url, ({ server, shown }) =>
    withDuckDB(tmpdir(), defaultLimits, async (source) => {
      // Rows keep the order of their files: an index of what they are sorted on then reads few pages.
      await source.run("SET preserve_insertion_order = true");
      const notes = await setUpReader(server, readerPassword);
      const definitions: TableDefinition[] = [];
      for (const [name, table] of stored) definitions.push(await defineTable(name, table, source));
      const loaded = await readLoaded(server);
      const changed = changedParts(definitions, loaded);
      const rows = await stageParts(changed, source, server, effects);
      try {
        await inTransaction(server, async () => {
          await server.query("SET LOCAL lock_timeout = '60s'");
          await server.query(`CREATE SCHEMA IF NOT EXISTS ${serverSchema}`);
          await replaceTables(definitions, changed, loaded, server);
          await comment(definitions, stored, readCatalogue(), server);
          for (const statement of dialectStatements()) await server.query(statement);
          await writeLoaded(server, manifestOf(definitions, stored), effects.now());
          await grantReading(server);
          await server.query(`DROP SCHEMA ${staging} CASCADE`);
        });
      } catch (error) {
        await dropStaging(server, error);
      }
      // Of each table as a whole, which its parts don't tell.
      for (const { name } of changed) await server.query(`ANALYZE ${qualified(serverSchema, name)}`);
      const parts = definitions.reduce((count, definition) => count + definition.parts.length, 0);
      const copied = changed.reduce((count, { changedParts }) => count + changedParts.length, 0);
      return { server: shown, tables: definitions.length, rows, unchanged: parts - copied, notes };
    }),
  );
}

/** A table of which something is to be copied. */
interface ChangedTable extends TableDefinition {
  changedParts: readonly TablePart[];
  /** True when it is made anew: its columns changed, or it wasn't there. */
  anew: boolean;
}

function changedParts(
  definitions: readonly TableDefinition[],
  loaded: ReadonlyMap<string, LoadedTable>,
): ChangedTable[] {
  return definitions.flatMap((definition) => {
    const known = loaded.get(definition.name);
    const parts = definition.parts.filter((part) => !isLoaded(definition, part, known));
    const anew = known?.digest !== definition.digest;
    return parts.length === 0 && !anew ? [] : [{ ...definition, changedParts: parts, anew }];
  });
}

/** Copies what changed beside the tables, each part in its own transaction, and verifies it there. */
async function stageParts(
  changed: readonly ChangedTable[],
  source: DuckDBConnection,
  server: Client,
  effects: PipelineEffects,
): Promise<number> {
  const total = changed
    .flatMap((table) => table.changedParts)
    .flatMap(({ files }) => files)
    .reduce((sum, file) => sum + file.rows, 0);
  let done = 0;
  // What an interrupted load left.
  await server.query(`DROP SCHEMA IF EXISTS ${staging} CASCADE`);
  await server.query(`CREATE SCHEMA ${staging}`);
  try {
    for (const table of changed) {
      for (const part of table.changedParts) {
        await inTransaction(server, async () => {
          const target = qualified(staging, part.name);
          await server.query(createTable(table, target, part));
          await copyRows(part, table.columns, target, source, server, (rows) => {
            done += rows;
            effects.progress("Chargement", done, total);
          });
          for (const columns of table.keys.indexes) await server.query(createIndex(target, columns));
          await proveLoaded(part, table.columns, target, source, server);
          await server.query(`ANALYZE ${target}`);
        });
      }
    }
  } catch (error) {
    await dropStaging(server, error);
  }
  return done;
}

/** Puts the parts in the place of those that they replace. */
async function replaceTables(
  definitions: readonly TableDefinition[],
  changed: readonly ChangedTable[],
  loaded: ReadonlyMap<string, LoadedTable>,
  server: Client,
): Promise<void> {
  const served = new Map(definitions.map((definition) => [definition.name, definition]));
  for (const [name, { description }] of loaded) {
    const definition = served.get(name);
    if (!definition) await server.query(`DROP TABLE IF EXISTS ${qualified(serverSchema, name)}`);
    else if (definition.byMonth) {
      const months = new Set(definition.parts.map(({ month }) => month));
      for (const { month } of description.files) {
        if (month !== undefined && !months.has(Number(month)))
          await server.query(`DROP TABLE IF EXISTS ${qualified(serverSchema, `${name}_${month}`)}`);
      }
    }
  }
  for (const table of changed) {
    const whole = qualified(serverSchema, table.name);
    if (table.anew) {
      await server.query(`DROP TABLE IF EXISTS ${whole}`);
      if (table.byMonth) {
        await server.query(createTable(table, whole));
        for (const columns of table.keys.indexes) await server.query(createIndex(whole, columns));
      }
    }
    for (const part of table.changedParts) {
      const place = qualified(serverSchema, part.name);
      await server.query(`DROP TABLE IF EXISTS ${place}`);
      await server.query(`ALTER TABLE ${qualified(staging, part.name)} SET SCHEMA ${serverSchema}`);
      if (part.month !== undefined) {
        await server.query(`ALTER TABLE ${whole} ATTACH PARTITION ${place} FOR VALUES IN (${part.month})`);
      }
    }
  }
}

async function comment(
  definitions: readonly TableDefinition[],
  stored: ReadonlyMap<string, StoredTable>,
  catalogue: Catalogue,
  server: Client,
): Promise<void> {
  for (const { name, columns, computed } of definitions) {
    const description = stored.get(name)?.description;
    if (!description) continue;
    const comments = tableComments(name, description, catalogue);
    const table = qualified(serverSchema, name);
    await server.query(`COMMENT ON TABLE ${table} IS ${escapeLiteral(comments.table)}`);
    for (const column of [...columns, ...computed]) {
      const said = comments.columns.get(column.name);
      if (said === undefined) continue;
      await server.query(
        `COMMENT ON COLUMN ${table}.${escapeIdentifier(column.name)} IS ${escapeLiteral(said)}`,
      );
    }
  }
}

function manifestOf(
  definitions: readonly TableDefinition[],
  stored: ReadonlyMap<string, StoredTable>,
): Map<string, LoadedTable> {
  return new Map(
    definitions.flatMap(({ name, digest }) => {
      const description = stored.get(name)?.description;
      return description ? [[name, { description, digest }] as const] : [];
    }),
  );
}

/** Leaves nothing half-done on the server, where it can still be told so; the next load does it else. */
async function dropStaging(server: Client, error: unknown): Promise<never> {
  await server.query(`DROP SCHEMA IF EXISTS ${staging} CASCADE`).catch(() => undefined);
  throw error;
}

function createIndex(table: string, columns: readonly string[]): string {
  return `CREATE INDEX ON ${table} (${columns.map(escapeIdentifier).join(", ")})`;
}

function qualified(schema: string, name: string): string {
  return `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;
}
