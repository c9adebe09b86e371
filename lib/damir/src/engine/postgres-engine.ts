import pg from "pg";
import Cursor from "pg-cursor";
import { SqlFragment } from "../query/sql.js";
import { statementOf } from "../query/statement.js";
import type { StoreTable } from "../store.js";
import { UserError } from "../user-error.js";
import type { Answer, Engine, TableColumn } from "./engine.js";
import { readServerAddress } from "./postgres-address.js";
import { availableRollUps, currentRollUps, isRollUp, type AvailableRollUp } from "../rollups/rollups.js";
import { answerOfServer, type ServerColumn } from "./postgres-answer.js";
import { placeInQuery, serverQuery, type ServerQuery } from "./postgres-parameters.js";
import { manifestTable, serverSchema, serverSearchPath } from "./postgres-schema.js";
import { PostgresSessions, type Session } from "./postgres-sessions.js";
import { serverType, typeName } from "./postgres-types.js";

/** What each session of a notebook starts with. */
const sessionSettings = {
  default_transaction_read_only: "on",
  search_path: serverSearchPath,
  timezone: "UTC",
  datestyle: "ISO",
};

/** Rows of a block. */
const blockRows = 10_000;

type TextRow = (string | null)[];

/** Every value as the server writes it: what it becomes depends on the whole column. */
const asTexts = { getTypeParser: () => (text: string) => text } as pg.CustomTypesConfig;

/** Statements whose first rows can be asked for by a LIMIT around them, which the server then plans for and reads in parallel. */
const selection = /^\s*(SELECT|WITH|VALUES|TABLE|\()/i;

const description = /^\s*DESCRIBE\s+(?<described>[\s\S]+)$/i;

/** PostgreSQL's code for a parameter whose type nothing tells. */
const indeterminate = "42P18";

/** A PostgreSQL server filled by `damir serve load`, which answers in its own processes. */
export class PostgresEngine implements Engine {
  readonly dialect = "postgresql";
  readonly tables: ReadonlyMap<string, StoreTable>;
  readonly rollUps: ReadonlyMap<string, AvailableRollUp>;
  readonly #sessions: PostgresSessions;

  private constructor(sessions: PostgresSessions, tables: ReadonlyMap<string, StoreTable>) {
    this.#sessions = sessions;
    this.tables = new Map([...tables].filter(([name]) => !isRollUp(name)));
    this.rollUps = availableRollUps([...currentRollUps(tables)]);
  }

  /**
   * Connects to a server.
   * @param url `postgres://role:motdepasse@serveur:5432/base`; `statement_timeout`, `application_name` and TLS as in PostgreSQL's addresses
   * @throws UserError when it can't be reached or entered, or no data was loaded in it; never with the password
   */
  static async open(url: string): Promise<PostgresEngine> {
    const address = readServerAddress(url, sessionSettings);
    const sessions = new PostgresSessions(address);
    try {
      const tables = await sessions.lend((session) => readManifest(session, address.shown));
      return new PostgresEngine(sessions, tables);
    } catch (error) {
      await sessions.close();
      throw error;
    }
  }

  async columns(): Promise<ReadonlyMap<string, readonly TableColumn[]>> {
    const rows = await this.#sessions.lend((session) =>
      namedRows<{ table: string; column: string; type: string; modifier: string }>(
        session,
        `SELECT c.relname AS "table", a.attname AS "column", a.atttypid AS type, a.atttypmod AS modifier
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = $1 AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm')
         ORDER BY c.relname, a.attnum`,
        [serverSchema],
      ),
    );
    const columns = new Map<string, TableColumn[]>();
    for (const { table, column, type, modifier } of rows) {
      if (!this.tables.has(table)) continue;
      const known = columns.get(table) ?? [];
      known.push({ name: column, type: typeName(serverType(Number(type)), Number(modifier)) });
      columns.set(table, known);
    }
    return columns;
  }

  async read(query: SqlFragment, most = Number.POSITIVE_INFINITY): Promise<Answer> {
    const described = description.exec(query.text)?.groups?.["described"];
    if (described !== undefined) return this.#describe(query, described);
    return this.#sessions.lend((session) =>
      sent(query, async (whole) => {
        const { fields, rows } = await firstRows(session, whole, most);
        const more = rows.length > most;
        return answerOfServer(fields, more ? rows.slice(0, most) : rows, more);
      }),
    );
  }

  async *blocks(query: SqlFragment): AsyncGenerator<Answer, void, undefined> {
    const session = await this.#sessions.open();
    let cursor: Cursor<TextRow> | undefined;
    let failed = false;
    try {
      let rows = await sent(query, (whole) => {
        cursor = session.client.query(
          new Cursor<TextRow>(whole.text, whole.values, { rowMode: "array", types: asTexts }),
        );
        return session.wait(() => cursorRows(cursor));
      });
      while (rows.rows.length > 0) {
        yield answerOfServer(rows.fields, rows.rows, true);
        rows = await session.wait(() => cursorRows(cursor));
      }
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      // The reader may have had enough before the end.
      if (!failed) await cursor?.close();
      session.end();
    }
  }

  async explain(query: SqlFragment): Promise<string> {
    const { values } = await this.read(prefixed("EXPLAIN ", query));
    return (values[0] ?? []).map(String).join("\n");
  }

  async close(): Promise<void> {
    await this.#sessions.close();
  }

  /** DuckDB's DESCRIBE, which PostgreSQL lacks: the columns of a table or of a query. */
  async #describe(query: SqlFragment, described: string): Promise<Answer> {
    const [first = "", ...others] = query.strings;
    const isName = /^[\w".]+\s*;?\s*$/.test(described);
    const strings = [first.replace(/^\s*DESCRIBE\s+/i, isName ? "SELECT * FROM " : ""), ...others];
    const { columns } = await this.read(new SqlFragment(strings, query.values), 0);
    const column = (name: string) => ({ name, kind: "text" as const, type: "VARCHAR" });
    return {
      columns: [column("column_name"), column("column_type")],
      values: [columns.map(({ name }) => name), columns.map(({ type }) => type)],
      more: false,
    };
  }
}

/** Sends a query, first with the types of its texts left to the server, and tells the place of an error in the query's own text. */
async function sent<T>(query: SqlFragment, send: (whole: ServerQuery) => Promise<T>): Promise<T> {
  const inferred = serverQuery(query, "inferred");
  try {
    return await send(inferred);
  } catch (error) {
    if ((error as { code?: unknown }).code !== indeterminate) throw placed(error, query, inferred.text);
  }
  const typed = serverQuery(query, "typed");
  try {
    return await send(typed);
  } catch (error) {
    throw placed(error, query, typed.text);
  }
}

function placed(error: unknown, query: SqlFragment, text: string): unknown {
  if (error instanceof pg.DatabaseError && error.position !== undefined) {
    error.position = String(placeInQuery(query, text, Number(error.position) - 1) + 1);
  }
  return error;
}

/** The first rows of a query, and one more where there are others. */
async function firstRows(
  session: Session,
  query: ServerQuery,
  most: number,
): Promise<{ fields: ServerColumn[]; rows: TextRow[] }> {
  if (most === Number.POSITIVE_INFINITY) return allRows(session, query);
  if (!selection.test(query.text)) {
    const { fields, rows } = await allRows(session, query);
    return { fields, rows: rows.slice(0, most + 1) };
  }
  const opening = "SELECT * FROM (";
  try {
    return await allRows(session, {
      text: `${opening}${statementOf(query.text)}\n) AS requete LIMIT ${most + 1}`,
      values: query.values,
    });
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.position !== undefined) {
      error.position = String(Math.max(Number(error.position) - opening.length, 1));
    }
    throw error;
  }
}

async function allRows(
  session: Session,
  { text, values }: ServerQuery,
): Promise<{ fields: ServerColumn[]; rows: TextRow[] }> {
  // The extended protocol takes one statement only.
  const config = { text, values, rowMode: "array", types: asTexts, queryMode: "extended" } as const;
  const { fields, rows } = await session.wait(() =>
    session.client.query<TextRow>(config as pg.QueryArrayConfig<(string | null)[]>),
  );
  return { fields, rows };
}

async function namedRows<R extends pg.QueryResultRow>(
  session: Session,
  text: string,
  values: readonly string[],
): Promise<R[]> {
  const { rows } = await session.wait(() =>
    session.client.query<R>({ text, values: [...values], types: asTexts }),
  );
  return rows;
}

function cursorRows(
  cursor: Cursor<TextRow> | undefined,
): Promise<{ fields: ServerColumn[]; rows: TextRow[] }> {
  return new Promise((resolve, reject) => {
    cursor?.read(blockRows, (error, rows, result) => {
      if (error) reject(error);
      else resolve({ fields: rows.length > 0 ? result.fields : [], rows });
    });
  });
}

function prefixed(prefix: string, { strings, values }: SqlFragment): SqlFragment {
  const [first = "", ...others] = strings;
  return new SqlFragment([prefix + first, ...others], values);
}

/** @throws UserError when no data was loaded, or the role may not read it */
async function readManifest(session: Session, shown: string): Promise<Map<string, StoreTable>> {
  try {
    const rows = await namedRows<{ nom: string; description: string }>(
      session,
      `SELECT nom, description FROM ${serverSchema}.${manifestTable} ORDER BY ordre`,
      [],
    );
    return new Map(rows.map(({ nom, description }) => [nom, JSON.parse(description) as StoreTable]));
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "42P01" || code === "3F000") {
      throw new UserError(
        `La base ${shown} ne contient pas encore de données DAMIR. Qui tient le serveur les y charge : npx damir serve load --url postgres://…`,
      );
    }
    if (code === "42501") {
      throw new UserError(
        `Ce rôle ne peut pas lire les données de ${shown}. Qui tient le serveur lui en donne le droit : GRANT damir_lecteurs TO …`,
      );
    }
    throw error;
  }
}
