import { manifestTable, serverSchema, type StoreTable } from "damir";
import { escapeLiteral, type Client } from "pg";
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

/** Makes the manifest, where it isn't there yet. */
export async function setUpManifest(server: Client): Promise<void> {
  await server.query(
    `CREATE TABLE IF NOT EXISTS ${manifest} (ordre integer NOT NULL, nom text PRIMARY KEY, description json NOT NULL,
                                             empreinte text NOT NULL, charge_le timestamptz NOT NULL)`,
  );
  const comments = {
    "": "Ce que la base contient : une ligne par table, avec sa source, sa licence, ses fichiers, leurs lignes et leurs sommes.",
    ordre: "Rang de la table, tel que les notebooks les listent.",
    nom: "Nom de la table.",
    description:
      "Source, licence, date de mise à jour, données synthétiques ou non, et fichiers chargés : mois, lignes, sha256 et sommes.",
    empreinte: "Change quand la forme de la table change, qui est alors refaite.",
    charge_le: "Instant du dernier chargement qui a changé la table.",
  };
  for (const [column, said] of Object.entries(comments)) {
    const subject = column === "" ? `TABLE ${manifest}` : `COLUMN ${manifest}.${column}`;
    await server.query(`COMMENT ON ${subject} IS ${escapeLiteral(said)}`);
  }
}

/**
 * Writes what the manifest says of a table, within the transaction that brings what it says.
 * @param place of the table among the others
 */
export async function writeLoaded(
  server: Client,
  name: string,
  { description, digest }: LoadedTable,
  place: number,
  now: Date,
): Promise<void> {
  await server.query(
    `INSERT INTO ${manifest} VALUES ($1, $2, $3, $4, $5) ON CONFLICT (nom) DO UPDATE SET ordre = excluded.ordre,
       description = excluded.description, empreinte = excluded.empreinte, charge_le = excluded.charge_le`,
    [place, name, JSON.stringify(description), digest, now.toISOString()],
  );
}

/** Takes a table out of the manifest. */
export async function forgetLoaded(server: Client, name: string): Promise<void> {
  await server.query(`DELETE FROM ${manifest} WHERE nom = $1`, [name]);
}

/** True when a server holds the very files of a part already. */
export function isLoaded(table: TableDefinition, part: TablePart, loaded: LoadedTable | undefined): boolean {
  if (loaded?.digest !== table.digest) return false;
  const sameMonth = loaded.description.files.filter(
    (file) => part.month === undefined || Number(file.month) === part.month,
  );
  return checksums(sameMonth) === checksums(part.files);
}

/** Changes when the files of a part do. */
export function checksums(files: readonly { sha256: string }[]): string {
  return files.map(({ sha256 }) => sha256).join(" ");
}
