import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import { manifestTable, readerRole, serverFunctions, serverSchema, UserError } from "damir";
import { escapeIdentifier, escapeLiteral, type Client } from "pg";

const role = escapeIdentifier(readerRole);

/** What a session of the role starts with, whatever program opens it; a program may change it, but not write. */
export const readerSettings: Readonly<Record<string, string>> = {
  search_path: `${serverSchema}, ${serverFunctions}, pg_catalog`,
  default_transaction_read_only: "on",
  timezone: "'UTC'",
  statement_timeout: "'10min'",
  idle_in_transaction_session_timeout: "'10min'",
  // A notebook that was killed doesn't leave its query running.
  client_connection_check_interval: "'10s'",
};

/**
 * Makes the role that reads, where it isn't there yet, and gives it what it needs in this database: to read the tables of the schema.
 * @param password left as it is where undefined; a new role has none, and enters only where `pg_hba.conf` asks for none
 * @returns what couldn't be set, as French sentences
 * @throws UserError when the loader's role may not make one
 */
export async function setUpReader(server: Client, password?: string): Promise<string[]> {
  const { rows } = await server.query<{
    base: string;
    known: boolean;
    mayChange: boolean;
    superuser: boolean;
  }>(
    `SELECT current_database() AS base, EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS known,
            (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS "mayChange",
            (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser`,
    [readerRole],
  );
  const { base = "", known = false, mayChange = false, superuser = false } = rows[0] ?? {};
  if (!known && !mayChange) {
    throw new UserError(
      `Ce rôle ne peut pas en créer un autre. Demandez à l'administrateur : CREATE ROLE ${readerRole} LOGIN; puis relancez la commande.`,
    );
  }
  if (!known)
    await server.query(`CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION`);
  await closeByways(server, base, superuser);
  const notes: string[] = [];
  if (mayChange) {
    if (password !== undefined) {
      await server.query(`ALTER ROLE ${role} PASSWORD ${escapeLiteral(scramVerifier(password))}`);
    }
    for (const [name, value] of Object.entries(readerSettings)) {
      await server.query(`ALTER ROLE ${role} IN DATABASE ${escapeIdentifier(base)} SET ${name} = ${value}`);
    }
  } else {
    notes.push(
      `Les réglages de ${readerRole}${password === undefined ? "" : " et son mot de passe"} n'ont pas pu être changés : ce rôle-ci n'en a pas le droit (CREATEROLE).`,
    );
  }
  return notes;
}

/** Functions that write large objects, which PostgreSQL lets everybody do. */
const largeObjectFunctions = ["lo_creat(integer)", "lo_create(oid)", "lo_from_bytea(oid, bytea)"];

/**
 * Closes what PostgreSQL leaves open to every role: temporary tables, which no limit on temporary files holds, and large objects. A
 * session may leave its read-only mode, and could fill the disk by either.
 */
async function closeByways(server: Client, base: string, superuser: boolean): Promise<void> {
  await server.query(`REVOKE TEMPORARY ON DATABASE ${escapeIdentifier(base)} FROM PUBLIC`);
  if (!superuser) return;
  for (const name of largeObjectFunctions) {
    await server.query(`REVOKE EXECUTE ON FUNCTION pg_catalog.${name} FROM PUBLIC`);
  }
}

/** Lets the role read the tables of the schema, and nothing else. */
export async function grantReading(server: Client): Promise<void> {
  await server.query(`GRANT USAGE ON SCHEMA ${serverSchema}, ${serverFunctions} TO ${role}`);
  await server.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${serverSchema} TO ${role}`);
  await server.query(`GRANT SELECT ON ${serverSchema}.${manifestTable} TO ${role}`);
}

const iterations = 4096;

/**
 * What PostgreSQL keeps of a password (SCRAM-SHA-256, RFC 5802 and 7677): the password itself never travels, nor stands in the
 * server's journal.
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, iterations, 32, "sha256");
  const keyed = (text: string) => createHmac("sha256", salted).update(text).digest();
  const stored = createHash("sha256").update(keyed("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${stored}:${keyed("Server Key").toString("base64")}`;
}
