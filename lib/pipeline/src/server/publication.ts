import { setTimeout } from "node:timers/promises";
import { isRollUp, manifestTable, readersGroup, serverSchema, type StoredTable } from "damir";
import { DatabaseError, escapeIdentifier, escapeLiteral, type Client } from "pg";
import type { Catalogue } from "../catalogue/catalogue.js";
import { forgetLoaded, readLoaded, writeLoaded } from "./loaded-tables.js";
import type { PartOfTable } from "./load-plan.js";
import { qualified } from "./qualified-name.js";
import { createIndex, stagedName } from "./staging.js";
import { tableComments } from "./table-comments.js";
import { createTable, type TableDefinition, type TablePart } from "./table-definition.js";

/** Longest wait for the readers of what is replaced, in milliseconds: a team's longest query takes two minutes. */
const lockTimeout = 150_000;

/**
 * Longest wait at once, in milliseconds: less than PostgreSQL lets a deadlock last, and readers who come meanwhile wait behind us.
 */
const attemptTimeout = 250;

/** What the tables that are published say of themselves. */
export interface PublishedStore {
  /** In the order in which notebooks list them. */
  stored: ReadonlyMap<string, StoredTable>;
  catalogue: Catalogue;
  now: Date;
}

/**
 * Puts staged parts in the place of those that they replace, with the manifest that says so, in a transaction of the caller's that is
 * then to be ended without delay: other publications wait for it.
 */
export async function publishParts(
  group: readonly PartOfTable[],
  store: PublishedStore,
  server: Client,
): Promise<void> {
  await lockManifest(server);
  const loaded = await readLoaded(server);
  const busy = group.filter(([{ name }, { month }]) => {
    const months = loaded.get(name)?.description.files.map((file) => Number(file.month));
    // A statement that names a month's rows and their sums must find both or neither, and PostgreSQL looks up each table's months by itself.
    return months !== undefined && (isRollUp(name) || (month !== undefined && months.includes(month)));
  });
  await waitForReaders([...new Set(busy.map(([{ name }]) => name))], server);
  for (const [table, part] of group) await publish(table, [part], false, store, server);
}

/** Puts the parts of whole tables in the place of these tables, as {@link publishParts} does. */
export async function publishTables(
  tables: readonly TableDefinition[],
  store: PublishedStore,
  server: Client,
): Promise<void> {
  await lockManifest(server);
  const loaded = await readLoaded(server);
  await waitForReaders(
    tables.map(({ name }) => name).filter((name) => loaded.has(name)),
    server,
  );
  for (const table of tables) await publish(table, table.parts, true, store, server);
}

async function lockManifest(server: Client): Promise<void> {
  await server.query(`LOCK TABLE ${qualified(serverSchema, manifestTable)} IN SHARE ROW EXCLUSIVE MODE`);
  await server.query(`SET LOCAL lock_timeout = ${lockTimeout}`);
}

/**
 * Waits until nobody reads some tables, and keeps readers away until the transaction ends: all the tables at once or none, for a reader
 * of several would else wait for us and we for him.
 * @param names of tables; those that somebody took away by hand are left out
 * @throws DatabaseError (55P03) when they are still there after {@link lockTimeout}
 */
async function waitForReaders(names: readonly string[], server: Client): Promise<void> {
  const { rows } = await server.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p') AND relname = ANY ($2)",
    [serverSchema, names],
  );
  if (rows.length === 0) return;
  const tables = rows.map(({ name }) => qualified(serverSchema, name)).join(", ");
  const end = Date.now() + lockTimeout;
  await server.query("SAVEPOINT readers");
  for (;;) {
    try {
      await server.query(`SET LOCAL lock_timeout = ${attemptTimeout}`);
      await server.query(`LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE`);
      break;
    } catch (error) {
      if (!(error instanceof DatabaseError && error.code === "55P03") || Date.now() > end) throw error;
      await server.query("ROLLBACK TO SAVEPOINT readers");
      await setTimeout(attemptTimeout);
    }
  }
  await server.query(`SET LOCAL lock_timeout = ${lockTimeout}`);
}

/** @param atOnce true where these parts are the whole table, made anew */
async function publish(
  table: TableDefinition,
  parts: readonly TablePart[],
  atOnce: boolean,
  store: PublishedStore,
  server: Client,
): Promise<void> {
  const known = (await readLoaded(server)).get(table.name);
  const made = atOnce || known === undefined;
  const whole = qualified(serverSchema, table.name);
  if (made) {
    await server.query(`DROP TABLE IF EXISTS ${whole}`);
    if (table.byMonth) {
      await server.query(createTable(table, whole));
      for (const columns of table.keys.indexes) await server.query(createIndex(whole, columns));
      await letRead(whole, server);
    }
  }
  for (const part of parts) {
    const place = qualified(serverSchema, part.name);
    await server.query(`DROP TABLE IF EXISTS ${place}`);
    await server.query(`ALTER TABLE ${stagedName(part)} SET SCHEMA ${serverSchema}`);
    await letRead(place, server);
    if (part.month === undefined) continue;
    await server.query(`ALTER TABLE ${whole} ATTACH PARTITION ${place} FOR VALUES IN (${part.month})`);
    const said = `Mois de traitement ${part.month} de la table ${table.name}.`;
    await server.query(`COMMENT ON TABLE ${place} IS ${escapeLiteral(said)}`);
  }
  if (made || !table.byMonth) await comment(table, store, server);
  const description = store.stored.get(table.name)?.description;
  if (!description) return;
  const come = parts.flatMap(({ files }) => files);
  const months = new Set(come.map(({ month }) => month));
  const there = made || !table.byMonth ? [] : known.description.files;
  const files = [...there.filter(({ month }) => !months.has(month)), ...come];
  files.sort((a, b) => Number(a.month ?? 0) - Number(b.month ?? 0));
  await write(table, { ...description, files }, store, server);
}

/** Takes whole tables away, and out of the manifest. */
export async function takeAway(names: readonly string[], server: Client): Promise<void> {
  if (names.length === 0) return;
  await waitForReaders(names, server);
  for (const name of names) {
    await server.query(`DROP TABLE IF EXISTS ${qualified(serverSchema, name)}`);
    await forgetLoaded(server, name);
  }
}

/** Takes away the tables and months that the store has no longer, and brings up to date what is said of the others. */
export async function withdraw(
  definitions: readonly TableDefinition[],
  store: PublishedStore,
  server: Client,
): Promise<void> {
  await server.query(`SET LOCAL lock_timeout = ${lockTimeout}`);
  const loaded = await readLoaded(server);
  const served = new Map(definitions.map((definition) => [definition.name, definition]));
  const gone = [...loaded.keys()].filter((name) => !served.has(name));
  const goneMonths = definitions
    .filter(({ byMonth }) => byMonth)
    .flatMap(({ name, parts }) => {
      const months = new Set(parts.map(({ month }) => month));
      const files = loaded.get(name)?.description.files ?? [];
      return files.flatMap(({ month }) =>
        month === undefined || months.has(Number(month)) ? [] : [{ name, place: `${name}_${month}` }],
      );
    });
  await waitForReaders([...new Set([...gone, ...goneMonths.map(({ name }) => name)])], server);
  await takeAway(gone, server);
  for (const { place } of goneMonths) {
    await server.query(`DROP TABLE IF EXISTS ${qualified(serverSchema, place)}`);
  }
  for (const definition of definitions) {
    const description = store.stored.get(definition.name)?.description;
    if (!description) continue;
    await comment(definition, store, server);
    await write(definition, description, store, server);
  }
}

/** Says what a table and its columns are, for whoever meets them in a database tool. */
async function comment(
  { name, columns, computed }: TableDefinition,
  { stored, catalogue }: PublishedStore,
  server: Client,
): Promise<void> {
  const description = stored.get(name)?.description;
  if (!description) return;
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

async function letRead(table: string, server: Client): Promise<void> {
  await server.query(`GRANT SELECT ON ${table} TO ${escapeIdentifier(readersGroup)}`);
}

async function write(
  { name, digest }: TableDefinition,
  description: StoredTable["description"],
  { stored, now }: PublishedStore,
  server: Client,
): Promise<void> {
  await writeLoaded(server, name, { description, digest }, [...stored.keys()].indexOf(name), now);
}
