import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import { manifestTable, readerRole, readersGroup, serverFunctions, serverSchema, UserError } from "damir";
import { escapeIdentifier, escapeLiteral, type Client } from "pg";
import { closeByways } from "./byways.js";

const role = escapeIdentifier(readerRole);
const group = escapeIdentifier(readersGroup);

/** What a session of the role starts with, whatever program opens it; a program may change it, but not write. */
export const readerSettings: Readonly<Record<string, string>> = {
  search_path: `${serverSchema}, ${serverFunctions}, pg_catalog`,
  default_transaction_read_only: "on",
  timezone: "'UTC'",
  statement_timeout: "'10min'",
  idle_in_transaction_session_timeout: "'10min'",
  // Compiling a query over many months takes longer than running it, and nothing ends it meanwhile, be it past its time.
  jit: "off",
  // A notebook that was killed doesn't leave its query running.
  client_connection_check_interval: "'10s'",
};

interface Situation {
  base: string;
  known: boolean;
  grouped: boolean;
  mayChange: boolean;
  superuser: boolean;
}

/**
 * Makes the role that reads, and the group of those who may, where they aren't there yet.
 * @param password left as it is where undefined; a new role has none, and enters only where `pg_hba.conf` asks for none
 * @returns what couldn't be set, as French sentences
 * @throws UserError when the loader's role may not make one
 */
export async function setUpReader(server: Client, password?: string): Promise<string[]> {
  const { rows } = await server.query<Situation>(
    `SELECT current_database() AS base, EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS known,
            EXISTS (SELECT FROM pg_roles WHERE rolname = $2) AS grouped, rolsuper OR rolcreaterole AS "mayChange", rolsuper AS superuser
     FROM pg_roles WHERE rolname = current_user`,
    [readerRole, readersGroup],
  );
  const [{ base, known, grouped, mayChange, superuser } = noSituation] = rows;
  if (!(known && grouped) && !mayChange) {
    const missing = [
      ...(grouped ? [] : [`CREATE ROLE ${readersGroup} NOLOGIN;`]),
      ...(known ? [] : [`CREATE ROLE ${readerRole} LOGIN;`]),
      `GRANT ${readersGroup} TO ${readerRole};`,
    ];
    throw new UserError(
      `Ce rôle ne peut pas en créer un autre. Demandez à l'administrateur : ${missing.join(" ")} puis relancez la commande.`,
    );
  }
  if (!grouped)
    await server.query(`CREATE ROLE ${group} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION`);
  if (!known)
    await server.query(`CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION`);
  const notes = await closeByways(server, base, superuser);
  if (mayChange) {
    await joinGroup(server);
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

const noSituation: Situation = { base: "", known: false, grouped: false, mayChange: false, superuser: false };

/** Takes the reader into the group, and with it those who were members of the reader itself, as such could have changed its password. */
async function joinGroup(server: Client): Promise<void> {
  const { rows } = await server.query<{ member: string }>(
    `SELECT m.member::regrole::text AS member FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
       JOIN pg_roles o ON o.oid = m.member WHERE r.rolname = $1 AND starts_with(o.rolname, $2)`,
    [readerRole, teamPrefix],
  );
  await server.query(`GRANT ${group} TO ${[role, ...rows.map(({ member }) => member)].join(", ")}`);
  for (const { member } of rows) await server.query(`REVOKE ${role} FROM ${member}`);
}

/** Beginning of the teams' roles. */
export const teamPrefix = "equipe_";

/** Lets the group read the tables of the schema, and nothing else. */
export async function grantReading(server: Client): Promise<void> {
  await server.query(`GRANT USAGE ON SCHEMA ${serverSchema}, ${serverFunctions} TO ${group}`);
  await server.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${serverSchema} TO ${group}`);
  await server.query(`GRANT SELECT ON ${serverSchema}.${manifestTable} TO ${group}`);
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
