import { createHash } from "node:crypto";
import type { DuckDBConnection } from "@duckdb/node-api";
import { escapeIdentifier, type Client } from "pg";
import { copyRows } from "./copy-rows.js";
import { proveLoaded } from "./load-proof.js";
import { checksums } from "./loaded-tables.js";
import { qualified } from "./qualified-name.js";
import { createTable, type TableDefinition, type TablePart } from "./table-definition.js";

/** Where parts are made; readers don't see it. */
const staging = "atelier_chargement";

/** What is there whole, and of which files: what a load that was killed made isn't copied again. */
const ready = `${staging}.prets`;

/** A part's table before it is served. */
export function stagedName(part: TablePart): string {
  return qualified(staging, part.name);
}

/** Changes when a part must be made anew: its files did, or how the loader makes a table of them. */
function partDigest(definition: TableDefinition, part: TablePart): string {
  return createHash("sha256")
    .update(`${definition.digest} ${checksums(part.files)}`)
    .digest("hex");
}

/**
 * Makes the place of the parts, and takes away those that an earlier load left and that this one has no use for.
 * @param wanted the parts that this load needs
 * @returns the names of those that are there, whole
 */
export async function setUpStaging(
  server: Client,
  wanted: readonly (readonly [TableDefinition, TablePart])[],
): Promise<Set<string>> {
  await server.query(`CREATE SCHEMA IF NOT EXISTS ${staging}`);
  await server.query(`CREATE TABLE IF NOT EXISTS ${ready} (nom text PRIMARY KEY, empreinte text NOT NULL)`);
  const { rows } = await server.query<{ table: string; digest: string | null }>(
    `SELECT t.tablename AS "table", p.empreinte AS digest FROM pg_tables t LEFT JOIN ${ready} p ON p.nom = t.tablename
     WHERE t.schemaname = $1 AND t.tablename <> 'prets'`,
    [staging],
  );
  const useful = new Map(wanted.map(([table, part]) => [part.name, partDigest(table, part)]));
  const kept = new Set<string>();
  for (const { table, digest } of rows) {
    if (digest !== null && useful.get(table) === digest) kept.add(table);
    else await server.query(`DROP TABLE ${qualified(staging, table)}`);
  }
  await server.query(`DELETE FROM ${ready} WHERE NOT nom = ANY ($1)`, [[...kept]]);
  return kept;
}

/** Notes, in the transaction that made it, that a part is whole. */
export async function noteStaged(server: Client, table: TableDefinition, part: TablePart): Promise<void> {
  await server.query(`INSERT INTO ${ready} VALUES ($1, $2)`, [part.name, partDigest(table, part)]);
}

/** Takes the place of the parts away, with what is in it. */
export async function removeStaging(server: Client): Promise<void> {
  await server.query(`DROP SCHEMA IF EXISTS ${staging} CASCADE`);
}

/**
 * Makes a part in its place: its rows, its indexes, and the proof that they are the files'. In a transaction of the caller's.
 * @param onRows called with the rows that were sent since
 * @throws UserError when the server doesn't hold what the files do
 */
export async function stagePart(
  table: TableDefinition,
  part: TablePart,
  source: DuckDBConnection,
  server: Client,
  onRows: (rows: number) => void,
): Promise<void> {
  const target = stagedName(part);
  await server.query(createTable(table, target, part));
  await copyRows(part, table.columns, target, source, server, onRows);
  for (const columns of table.keys.indexes) await server.query(createIndex(target, columns));
  await proveLoaded(part, table.columns, target, source, server);
  await server.query(`ANALYZE ${target}`);
}

/** The statement that makes an index of a table. */
export function createIndex(table: string, columns: readonly string[]): string {
  return `CREATE INDEX ON ${table} (${columns.map(escapeIdentifier).join(", ")})`;
}
