import { manifestTable, readerRole, serverSchema, type StoredTable } from "damir";
import { escapeIdentifier, escapeLiteral, type Client } from "pg";
import type { Catalogue } from "../catalogue/catalogue.js";
import { forgetLoaded, readLoaded, writeLoaded } from "./loaded-tables.js";
import { qualified } from "./qualified-name.js";
import { createIndex, stagedName } from "./staging.js";
import { tableComments } from "./table-comments.js";
import { createTable, type TableDefinition, type TablePart } from "./table-definition.js";

/** Longest wait for the readers of what is replaced. */
const lockTimeout = "60s";

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
 * @param atOnce true where these parts are the whole table, made anew
 */
export async function publish(
  table: TableDefinition,
  parts: readonly TablePart[],
  atOnce: boolean,
  store: PublishedStore,
  server: Client,
): Promise<void> {
  await server.query(`LOCK TABLE ${qualified(serverSchema, manifestTable)} IN SHARE ROW EXCLUSIVE MODE`);
  await server.query(`SET LOCAL lock_timeout = '${lockTimeout}'`);
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
  await server.query(`SET LOCAL lock_timeout = '${lockTimeout}'`);
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
  await server.query(`SET LOCAL lock_timeout = '${lockTimeout}'`);
  const loaded = await readLoaded(server);
  const served = new Map(definitions.map((definition) => [definition.name, definition]));
  for (const [name, { description }] of loaded) {
    const definition = served.get(name);
    if (!definition) {
      await takeAway([name], server);
    } else if (definition.byMonth) {
      const months = new Set(definition.parts.map(({ month }) => month));
      for (const { month } of description.files) {
        if (month !== undefined && !months.has(Number(month)))
          await server.query(`DROP TABLE IF EXISTS ${qualified(serverSchema, `${name}_${month}`)}`);
      }
    }
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
  await server.query(`GRANT SELECT ON ${table} TO ${escapeIdentifier(readerRole)}`);
}

async function write(
  { name, digest }: TableDefinition,
  description: StoredTable["description"],
  { stored, now }: PublishedStore,
  server: Client,
): Promise<void> {
  await writeLoaded(server, name, { description, digest }, [...stored.keys()].indexOf(name), now);
}
