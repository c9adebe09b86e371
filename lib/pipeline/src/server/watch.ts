import { readerRole, UserError } from "damir";
import type { Client } from "pg";
import { readerSettings, teamPrefix } from "./reader-role.js";
import { withWatchman } from "./server-connection.js";

/** Something of a reader's that went over its time and was ended. */
export interface EndedQuery {
  role: string;
  /** Process of the server that ran it. */
  pid: number;
  /** How long it had lasted, in whole seconds. */
  seconds: number;
  /** `query`: only the query was ended; `session`: the session with it, as it didn't end otherwise or holds a transaction open. */
  what: "query" | "session";
}

/** What a watch does to the world. */
export interface WatchEffects {
  /** Told as it happens. */
  ended: (query: EndedQuery) => void;
  /** Told once when the server can't be reached any more, in French, and once with undefined when it can again. */
  unreachable: (reason: string | undefined) => void;
  /** Lets time pass, in milliseconds. */
  wait: (duration: number) => Promise<void>;
}

/** Time between two looks, in milliseconds. */
const period = 2_000;

/** What a query is given beyond its time, in seconds: the server ends most by itself at that time, and says so better. */
const grace = 3;

/** How long a query that was told to end may take to, in seconds, before its session is closed: on a busy machine it isn't at once. */
const endingTime = 10;

/** How long a transaction may stay open beyond a query's time, in seconds: it holds back what would replace a month. */
const defaultOpenTime = 600;

/** Seconds of a query of those that no team's limits hold. */
const readerSeconds = 60 * Number(/\d+/.exec(readerSettings["statement_timeout"] ?? "")?.[0]);

/**
 * Keeps readers to the time that they have. PostgreSQL lets each session give itself more (`SET statement_timeout`), and a role its
 * sessions to come; so another one looks: a query that goes on is ended, and when it doesn't end, its session is. The time of a team is the
 * one that `damir serve team` gave it.
 *
 * @param url address of a superuser, or of a role that is in `pg_signal_backend` and `pg_read_all_stats`
 * @param end once aborted, the watch ends
 * @param openTime how long a transaction may stay open beyond a query's time, in seconds
 * @throws UserError when the server can't be entered at first, or the role may not end the queries of others
 */
export async function watchServer(
  url: string,
  end: AbortSignal,
  effects: WatchEffects,
  openTime = defaultOpenTime,
): Promise<void> {
  const state = { begun: false, away: false };
  while (!end.aborted) {
    try {
      await withWatchman(url, async (server) => {
        await mayWatch(server);
        state.begun = true;
        if (state.away) effects.unreachable(undefined);
        state.away = false;
        const asked = new Map<string, number>();
        while (!end.aborted) {
          await look(server, asked, openTime, effects);
          await effects.wait(period);
        }
      });
    } catch (error) {
      if (!state.begun || !(error instanceof UserError)) throw error;
      if (!state.away) effects.unreachable(error.message);
      state.away = true;
      await effects.wait(period);
    }
  }
}

interface Late {
  pid: number;
  role: string;
  /** Of the query, or of the transaction: as text, since a Date has no microseconds. */
  since: string;
  seconds: number;
  open: boolean;
}

/** @param asked the queries that were told to end, and when in seconds of theirs: kept from one look to the next */
async function look(
  server: Client,
  asked: Map<string, number>,
  openTime: number,
  { ended }: WatchEffects,
): Promise<void> {
  const { rows } = await server.query<Late>(
    `WITH lecteurs AS (
       SELECT oid, coalesce(substring(shobj_description(oid, 'pg_authid') FROM '"seconds":([0-9]{1,8})')::integer, $3) AS secondes
       FROM pg_roles WHERE rolname = $1 OR starts_with(rolname, $2))
     SELECT pid, usename AS role, since::text AS since, extract(epoch FROM clock_timestamp() - since)::integer AS seconds, open
     FROM pg_stat_activity a JOIN lecteurs l ON l.oid = a.usesysid,
       LATERAL (SELECT clock_timestamp() - xact_start > make_interval(secs => secondes + $4) AS open) AS o,
       LATERAL (SELECT CASE WHEN open THEN xact_start ELSE query_start END AS since) AS s
     WHERE backend_type = 'client backend'
       AND (open OR state = 'active' AND wait_event IS DISTINCT FROM 'ClientRead' AND clock_timestamp() - query_start > make_interval(secs => secondes + $5))`,
    [readerRole, teamPrefix, readerSeconds, openTime, grace],
  );
  const late = new Set<string>();
  for (const { pid, role, since, seconds, open } of rows) {
    const key = `${pid} ${since}`;
    late.add(key);
    const told = asked.get(key);
    if (!open && told !== undefined && seconds < told + endingTime) continue;
    const what = open || told !== undefined ? "session" : "query";
    asked.set(key, seconds);
    // Only where it is still the same: a process goes on to other queries.
    const { rowCount } = await server.query(
      `SELECT ${what === "session" ? "pg_terminate_backend" : "pg_cancel_backend"}(pid) FROM pg_stat_activity
       WHERE pid = $1 AND ${open ? "xact_start" : "query_start"} = $2::timestamptz`,
      [pid, since],
    );
    if (rowCount === 1) ended({ role, pid, seconds, what });
  }
  for (const key of asked.keys()) if (!late.has(key)) asked.delete(key);
}

/** @throws UserError when the role may not see or end what others run */
async function mayWatch(server: Client): Promise<void> {
  const { rows } = await server.query<{ may: boolean; role: string }>(
    `SELECT rolsuper OR pg_has_role('pg_signal_backend', 'USAGE') AND pg_has_role('pg_read_all_stats', 'USAGE') AS may, rolname AS role
     FROM pg_roles WHERE rolname = current_user`,
  );
  const [{ may, role } = { may: false, role: "…" }] = rows;
  if (may) return;
  throw new UserError(
    `Ce rôle ne peut pas arrêter les requêtes des autres. Un superutilisateur le lui permet : GRANT pg_signal_backend, pg_read_all_stats TO ${role};`,
  );
}
