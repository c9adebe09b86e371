import { manifestTable, serverSchema, type StoreTable } from "damir";
import type { Client } from "pg";
import type { TableDefinition, TablePart } from "./table-definition.js";

const manifest = `${serverSchema}.${manifestTable}`;

/** A table as the last load left it. */
export interface LoadedTable {
  description: StoreTable;
  /** Digest of the definition that it was made by. */
  digest: string;
}

/** The tables that a server holds; none where nothing was loaded. */
export async function readLoaded(server: Client): Promise<Map<string, LoadedTable>> {
  const { rows: known } = await server.query<{ found: boolean }>(
    "SELECT to_regclass($1) IS NOT NULL AS found",
    [manifest],
  );
  if (!known[0]?.found) return new Map();
  const { rows } = await server.query<{ nom: string; description: StoreTable; empreinte: string }>(
    `SELECT nom, description, empreinte FROM ${manifest}`,
  );
  return new Map(rows.map(({ nom, description, empreinte }) => [nom, { description, digest: empreinte }]));
}

/** Writes the manifest, within the transaction that brings the tables. */
export async function writeLoaded(
  server: Client,
  tables: ReadonlyMap<string, LoadedTable>,
  now: Date,
): Promise<void> {
  await server.query(
    `CREATE TABLE IF NOT EXISTS ${manifest} (ordre integer NOT NULL, nom text PRIMARY KEY, description json NOT NULL,
                                             empreinte text NOT NULL, charge_le timestamptz NOT NULL)`,
  );
  await server.query(
    `COMMENT ON TABLE ${manifest} IS 'Ce que la base contient : une ligne par table, avec sa source, sa licence, ses fichiers, leurs lignes et leurs sommes.'`,
  );
  await server.query(`DELETE FROM ${manifest}`);
  let order = 0;
  for (const [name, { description, digest }] of tables) {
    await server.query(`INSERT INTO ${manifest} VALUES ($1, $2, $3, $4, $5)`, [
      order++,
      name,
      JSON.stringify(description),
      digest,
      now.toISOString(),
    ]);
  }
}

/** True when a server holds the very files of a part already. */
export function isLoaded(table: TableDefinition, part: TablePart, loaded: LoadedTable | undefined): boolean {
  if (loaded?.digest !== table.digest) return false;
  const sameMonth = loaded.description.files.filter(
    (file) => part.month === undefined || Number(file.month) === part.month,
  );
  return checksums(sameMonth) === checksums(part.files);
}

function checksums(files: readonly { sha256: string }[]): string {
  return files.map(({ sha256 }) => sha256).join(" ");
}
