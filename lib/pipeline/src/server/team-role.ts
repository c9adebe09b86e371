import { randomBytes } from "node:crypto";
import { readersGroup, serverSchema, UserError } from "damir";
import { escapeIdentifier, escapeLiteral, type Client } from "pg";
import { readerSettings, scramVerifier, teamPrefix } from "./reader-role.js";
import { inTransaction, withAdministrator } from "./server-connection.js";

/** What a team's queries may take of the server. */
export interface TeamLimits {
  /** Connections at once; a notebook opens four at the most. */
  connections: number;
  /** How long a query may run, in seconds: its own session may say otherwise, `damir serve watch` then ends it. */
  seconds: number;
  /** Memory of each sort or join of a query, in megabytes (`work_mem`). */
  memory: number;
  /** Disk that a session's sorts and joins may take, in megabytes (`temp_file_limit`). */
  disk: number;
}

/** For a dozen teams on one ordinary server: a hundred connections, and no query that holds a core for more than two minutes. */
export const defaultTeamLimits: TeamLimits = { connections: 8, seconds: 120, memory: 64, disk: 2048 };

/** A team's way in. */
export interface TeamAccess {
  role: string;
  /** Address for the notebooks (`DAMIR_URL`), its password in it where it has just been made. */
  address: string;
  /** New, or to replace the one before; undefined where the team keeps the one it has. The server can't tell it again. */
  password: string | undefined;
  limits: TeamLimits;
  /** What couldn't be set or deserves a word, as French sentences. */
  notes: string[];
}

/**
 * The role of a team: `equipe_` and its name in plain letters.
 * @example teamRole("Les Dépassements !") // "equipe_les_depassements"
 * @throws UserError when the name has no letter or digit, or is longer than a role's name may be
 */
export function teamRole(name: string): string {
  const plain = name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  if (plain === "" || plain.length > 40) {
    throw new UserError(
      `« ${name} » ne peut pas nommer une équipe : il faut de 1 à 40 lettres ou chiffres, par exemple urgences ou equipe-3.`,
    );
  }
  return `${teamPrefix}${plain}`;
}

/**
 * Makes a team's role, which reads the tables and can do nothing else, or brings its limits up to date.
 *
 * @param url address of the database's owner, who may create roles
 * @param renew gives a team that exists already a new password, and closes what it had open with the one before
 * @throws UserError when the server holds no tables yet, or the owner may not create roles; nothing is changed then
 */
export async function setUpTeam(
  url: string,
  name: string,
  limits: TeamLimits = defaultTeamLimits,
  renew = false,
): Promise<TeamAccess> {
  const role = teamRole(name);
  return withAdministrator(url, async ({ server, shown }) => {
    const { base, known, mayLimitDisk } = await situationOf(server, role, shown);
    const password = !known || renew ? randomBytes(18).toString("base64url") : undefined;
    const quoted = escapeIdentifier(role);
    const notes: string[] = [];
    await inTransaction(server, async () => {
      await server.query(
        `${known ? "ALTER" : "CREATE"} ROLE ${quoted} LOGIN NOCREATEDB NOCREATEROLE CONNECTION LIMIT ${limits.connections}`,
      );
      if (password !== undefined) {
        await server.query(`ALTER ROLE ${quoted} PASSWORD ${escapeLiteral(scramVerifier(password))}`);
      }
      await server.query(`GRANT ${escapeIdentifier(readersGroup)} TO ${quoted}`);
      // The settings below are where a session starts, and the team may change them; this it can't.
      await server.query(`COMMENT ON ROLE ${quoted} IS ${escapeLiteral(JSON.stringify(limits))}`);
      const settings = {
        ...readerSettings,
        statement_timeout: `'${limits.seconds}s'`,
        work_mem: `'${limits.memory}MB'`,
        // Few may set it, and a team's session can't change it.
        ...(mayLimitDisk ? { temp_file_limit: `'${limits.disk}MB'` } : {}),
      };
      for (const [setting, value] of Object.entries(settings)) {
        await server.query(
          `ALTER ROLE ${quoted} IN DATABASE ${escapeIdentifier(base)} SET ${setting} = ${value}`,
        );
      }
    });
    if (!mayLimitDisk) {
      notes.push(
        `Le disque des requêtes n'est pas borné : ce rôle-ci n'en a pas le droit. Un superutilisateur le lui donne (GRANT SET ON PARAMETER temp_file_limit TO ${shown.replace(/@.*$/, "")}), puis relancez la commande.`,
      );
    }
    if (known && renew) notes.push(...(await endSessions(server, role)));
    notes.push(...(await roomNotes(server)));
    return { role, address: addressOf(shown, role, password), password, limits, notes };
  });
}

/**
 * Takes a team's role away, and closes what it has open.
 * @throws UserError when there is no such team
 */
export async function removeTeam(url: string, name: string): Promise<{ role: string; notes: string[] }> {
  const role = teamRole(name);
  return withAdministrator(url, async ({ server, shown }) => {
    const { known } = await situationOf(server, role, shown);
    if (!known) {
      const { rows } = await server.query<{ rolname: string }>(
        "SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1) ORDER BY 1",
        [teamPrefix],
      );
      const teams = rows.map(({ rolname }) => rolname.slice(teamPrefix.length));
      const there = teams.length > 0 ? `Équipes : ${teams.join(", ")}.` : "Il n'y a pas encore d'équipe.";
      throw new UserError(`L'équipe « ${name} » n'existe pas sur ${shown}. ${there}`);
    }
    const quoted = escapeIdentifier(role);
    // In this order: nobody comes in again between the end of the sessions and that of the role.
    await server.query(`ALTER ROLE ${quoted} NOLOGIN`);
    const notes = await endSessions(server, role);
    await server.query(`DROP ROLE ${quoted}`);
    return { role, notes };
  });
}

interface Situation {
  base: string;
  known: boolean;
  mayLimitDisk: boolean;
}

async function situationOf(server: Client, role: string, shown: string): Promise<Situation> {
  const { rows } = await server.query<Situation & { loaded: boolean; mayCreate: boolean }>(
    `SELECT current_database() AS base, EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS known, 
            rolsuper OR has_parameter_privilege(rolname, 'temp_file_limit', 'SET') AS "mayLimitDisk", rolsuper OR rolcreaterole AS "mayCreate",
            to_regnamespace($2) IS NOT NULL AND EXISTS (SELECT FROM pg_roles WHERE rolname = $3) AS loaded
     FROM pg_roles WHERE rolname = current_user`,
    [role, serverSchema, readersGroup],
  );
  const [found] = rows;
  if (!found?.mayCreate) {
    throw new UserError(
      `Ce rôle ne peut pas créer d'équipe sur ${shown} : donnez l'adresse d'un rôle qui a CREATEROLE (--url ou DAMIR_OWNER_URL).`,
    );
  }
  if (!found.loaded) {
    throw new UserError(
      `Le serveur ${shown} ne contient pas encore de données DAMIR : chargez-les d'abord (npx damir serve load).`,
    );
  }
  return found;
}

async function endSessions(server: Client, role: string): Promise<string[]> {
  try {
    await server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", [role]);
    return [];
  } catch (error) {
    if ((error as { code?: unknown }).code !== "42501") throw error;
    return [
      `Les connexions que ${role} a ouvertes durent jusqu'à leur fin : ce rôle-ci ne peut pas les fermer (pg_signal_backend).`,
    ];
  }
}

/** Says when the teams together may ask for more connections than the server has. */
async function roomNotes(server: Client): Promise<string[]> {
  const { rows } = await server.query<{ room: number; asked: number; teams: number }>(
    `SELECT current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer AS room,
            coalesce(sum(rolconnlimit), 0)::integer AS asked, count(*)::integer AS teams
     FROM pg_roles WHERE starts_with(rolname, $1)`,
    [teamPrefix],
  );
  const { room = 0, asked = 0, teams = 0 } = rows[0] ?? {};
  if (asked <= room) return [];
  return [
    `Les ${teams} équipes peuvent ouvrir ${asked} connexions et le serveur en a ${room} : augmentez max_connections, ou donnez --connections plus petit.`,
  ];
}

/** The notebooks' address, from the owner's as it may be shown. */
function addressOf(shown: string, role: string, password: string | undefined): string {
  return `postgres://${role}:${password ?? "MOTDEPASSE"}@${shown.replace(/^.*@/, "")}`;
}
