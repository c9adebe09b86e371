import { escapeIdentifier, type Client } from "pg";

/** Functions that write what no limit holds, and that PostgreSQL lets everybody call: large objects, and messages in the journal of writes. */
const writing = "^(lo_creat|lo_create|lo_from_bytea|pg_logical_emit_message)$";

/**
 * Functions that lock what has no owner: as many as one likes, until the server has no room left for the locks of other people's queries,
 * or those that `damir serve load` takes.
 */
const locking = "^pg_(try_)?advisory_(xact_)?lock(_shared)?$";

/**
 * Closes what PostgreSQL leaves open to every role and no limit of a role holds: temporary tables, large objects, advisory locks. A
 * session may leave its read-only mode, and could fill the server's disk or memory by them.
 * @param superuser true where the connection may change PostgreSQL's own functions
 * @returns what stays open, as French sentences
 */
export async function closeByways(server: Client, base: string, superuser: boolean): Promise<string[]> {
  await server.query(`REVOKE TEMPORARY ON DATABASE ${escapeIdentifier(base)} FROM PUBLIC`);
  const { rows } = await server.query<{ name: string; locks: boolean; owner: string }>(
    `SELECT p.oid::regprocedure::text AS name, p.proname ~ $2 AS locks,
            (SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()) AS owner
     FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND (p.proname ~ $1 OR p.proname ~ $2)
       AND has_function_privilege('public', p.oid, 'EXECUTE')`,
    [writing, locking],
  );
  if (rows.length > 0 && !superuser) {
    return [
      "Les lecteurs peuvent encore poser des verrous (pg_advisory_lock) et écrire de gros objets (lo_create) : relancez une fois cette commande avec l'adresse d'un superutilisateur, qui seul peut le leur fermer.",
    ];
  }
  for (const { name, locks, owner } of rows) {
    await server.query(`REVOKE EXECUTE ON FUNCTION ${name} FROM PUBLIC`);
    // Another day the owner may load without being a superuser.
    if (locks) await server.query(`GRANT EXECUTE ON FUNCTION ${name} TO ${owner}`);
  }
  return [];
}
