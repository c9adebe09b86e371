import type { DuckDBConnection } from "@duckdb/node-api";
import type { Engine } from "../engine/engine.js";
import type { Answer } from "../query/answer.js";
import { mostRowsOfResult } from "../query/cut-result.js";
import { Explanation } from "../query/explanation.js";
import { noteRead, sourceOf, untracedSource, type Source } from "../query/provenance.js";
import type { Knowledge } from "../query/knowledge.js";
import { Query, type QueryRunner } from "../query/query.js";
import { readingOf, type Reading, type SyntaxTree } from "../query/reading.js";
import { resultFrom, type Result, type ResultDetails } from "../query/result.js";
import { SqlFragment, sql } from "../query/sql.js";
import { rolledUp } from "../rollups/rewriting.js";
import { sqlFailureOf, type SqlFailureKind } from "../query/sql-failure.js";
import { explainSqlError } from "../query/sql-error.js";
import { statementOf } from "../query/statement.js";
import { table, type Table } from "../table/table.js";
import { UserError } from "../user-error.js";
import type { TableOptions } from "../table/table-content.js";
import type { Warning } from "../query/warning.js";
import type { QueryWarnings } from "./query-warnings.js";

/** Runs the queries of a connection: reads each first, then has it answered by the engine, and says where its rows come from. */
export class Runner implements QueryRunner {
  readonly #engine: Engine;
  readonly #parser: DuckDBConnection;
  /** Sources of the tables that were attached, by name. */
  readonly #attached = new Map<string, readonly Source[]>();
  readonly #knowledge: Knowledge;
  readonly #warnings: QueryWarnings;
  readonly #rollUps: Engine["rollUps"];

  /**
   * @param parser reads the syntax of the queries, whatever engine runs them
   * @param knowledge what its results can ask for
   * @param warnings what looks for traps in its queries
   * @param rollUps false to answer from the rows alone
   */
  constructor(
    engine: Engine,
    parser: DuckDBConnection,
    knowledge: Knowledge,
    warnings: QueryWarnings,
    rollUps: boolean,
  ) {
    this.#rollUps = rollUps ? engine.rollUps : new Map();
    this.#engine = engine;
    this.#parser = parser;
    this.#knowledge = knowledge;
    this.#warnings = warnings;
  }

  /** Cites these sources for what is read from an attached table. */
  addAttached(table: string, sources: readonly Source[]): void {
    this.#attached.set(table, sources);
  }

  /** True for a table that was attached. */
  isAttached(table: string): boolean {
    return this.#attached.has(table);
  }

  result<R extends object>(query: SqlFragment): Promise<Result<R>> {
    return this.#explained(query, async (reading) => {
      const answer = await this.#firstRows(query, reading);
      const details = answer.more ? await this.#count(query, reading) : {};
      return this.#resultFrom<R>(query, answer, reading, details);
    });
  }

  /** The rows of a query up to those that a result holds, or to its own LIMIT. */
  #firstRows(query: SqlFragment, reading: Reading): Promise<Answer> {
    const read = (asked: SqlFragment): Promise<Answer> => {
      if (reading.limited) return this.#engine.read(asked);
      if (reading.tree?.statements.length !== 1 || this.#engine.dialect !== "duckdb") {
        return this.#engine.read(asked, mostRowsOfResult);
      }
      // DuckDB would else sort the whole base to give its first rows, and streams slower than it answers at once.
      const limit = new SqlFragment([String(mostRowsOfResult + 1)], []);
      const first = sql`SELECT * FROM (${statementIn(asked)}\n) LIMIT ${limit}`;
      const work = () => readLimited(this.#engine, first);
      return asked === query ? this.#inFrench(query, reading, work, first) : work();
    };
    return this.#fromRollUps(query, reading, read);
  }

  /**
   * Has a query answered from the roll-ups where they give the same, else as it is written.
   * @param ask asks the engine for a query, which reads these roll-ups
   */
  async #fromRollUps<T>(
    query: SqlFragment,
    reading: Reading,
    ask: (asked: SqlFragment, used: readonly string[]) => Promise<T>,
  ): Promise<T> {
    const rolled = rolledUp(query, reading.tree, this.#rollUps);
    if (rolled === undefined) return ask(query, []);
    try {
      return await ask(rolled.query, rolled.used);
    } catch (error) {
      // What is wrong with a query is told in its own words, and at its own places.
      if (!inQuery.has(sqlFailureOf(error, rolled.query.text)?.kind)) throw error;
      return ask(query, []);
    }
  }

  whole<R extends object>(query: SqlFragment): Promise<Result<R>> {
    return this.#explained(query, async (reading) =>
      this.#resultFrom<R>(
        query,
        await this.#fromRollUps(query, reading, (asked) => this.#engine.read(asked)),
        reading,
      ),
    );
  }

  answer(query: SqlFragment): Promise<Answer> {
    return this.#explained(query, async (reading) => {
      noteRead(this.#sourcesOf(reading));
      const answer = await this.#fromRollUps(query, reading, (asked) => this.#engine.read(asked));
      await this.#warn(query, reading);
      return answer;
    });
  }

  async *blocks(query: SqlFragment): AsyncGenerator<Answer, void, undefined> {
    const reading = await this.#read(query);
    noteRead(this.#sourcesOf(reading));
    await this.#warn(query, reading);
    const blocks = this.#engine.blocks(query)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.#inFrench(query, reading, () => blocks.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await blocks.return?.();
    }
  }

  async explain(query: SqlFragment): Promise<Explanation> {
    const reading = await this.#read(query);
    const explain = async (asked: SqlFragment, used: readonly string[]) =>
      new Explanation(`${used.map(usedInFrench).join("")}${await this.#engine.explain(asked)}`);
    const work = () => this.#fromRollUps(query, reading, explain);
    return this.#inFrench(query, reading, work, sql`EXPLAIN ${query}`);
  }

  table<R extends object>(result: Result<R>, options?: TableOptions<keyof R & string>): Table {
    return table(result, options);
  }

  /**
   * How many rows a query has: over the files of one table, what their metadata says. A join without its condition has more rows than
   * can be counted in a day: counting them ends at a milliard.
   */
  async #count(query: SqlFragment, reading: Reading): Promise<ResultDetails> {
    const most = readsOneTable(reading.tree) ? undefined : mostCounted;
    const limit = new SqlFragment([most === undefined ? "" : ` LIMIT ${most}`], []);
    const { values } = await this.#fromRollUps(query, reading, (asked) => {
      const rows = sql`SELECT 1 FROM (\n${statementIn(asked)}\n) AS requete${limit}`;
      return this.#engine.read(sql`SELECT count(*) AS lignes FROM (${rows}) AS comptees`);
    });
    const total = Number(values[0]?.[0]);
    return total === most ? { total, notes: [uncounted] } : { total };
  }

  async #resultFrom<R extends object>(
    query: SqlFragment,
    answer: Answer,
    reading: Reading,
    details: ResultDetails = {},
  ): Promise<Result<R>> {
    const sources = this.#sourcesOf(reading);
    noteRead(sources);
    const traps = await this.#warn(query, reading);
    return resultFrom<R>(answer, sources, { knowledge: this.#knowledge, traps, ...details });
  }

  #warn(query: SqlFragment, reading: Reading): Promise<readonly Warning[]> {
    return this.#warnings.show(query, reading, query instanceof Query ? query.silenced : []);
  }

  #read(query: SqlFragment): Promise<Reading> {
    if (statementOf(query.text).trim() === "") {
      throw new UserError("La requête est vide : écrivez par exemple damir.sql`SELECT * FROM regions`.");
    }
    return this.#inFrench(query, undefined, () => readingOf(this.#parser, query.text));
  }

  /** Reads a query's syntax, and says in French what is wrong with it, there or where it runs. */
  async #explained<T>(query: SqlFragment, work: (reading: Reading) => Promise<T>): Promise<T> {
    const reading = await this.#read(query);
    return this.#inFrench(query, reading, () => work(reading));
  }

  /** @param asked what the engine is asked, where it is more than the query */
  async #inFrench<T>(
    query: SqlFragment,
    reading: Reading | undefined,
    work: () => Promise<T>,
    asked = query,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw await explainSqlError(error, {
        query,
        asked,
        tree: reading?.tree,
        columns: () => this.#engine.columns(),
      });
    }
  }

  #sourcesOf({ names, untraced }: Reading): Source[] {
    const { tables } = this.#engine;
    const sources = [...tables]
      .filter(([name]) => names.has(name))
      .flatMap(([name, description]) => this.#attached.get(name) ?? [sourceOf(name, description)]);
    const followed = [...names].every((name) => tables.has(name));
    if (followed && !untraced) return sources;
    const synthetic = [...tables.values()].some((description) => description.synthetic);
    return [...sources, untracedSource(synthetic)];
  }
}

/** Failures that are in the words of a query: the machine and the server have others. */
const inQuery: ReadonlySet<SqlFailureKind | undefined> = new Set<SqlFailureKind>([
  "syntax",
  "unknown column",
  "unknown table",
  "unknown function",
  "not grouped",
  "conversion",
  "value",
  "binding",
]);

function usedInFrench(rollUp: string): string {
  return `Lit ${rollUp} au lieu de damir : ses sommes par mois donnent exactement la même réponse.\n\n`;
}

/** Rows of a join that are counted at most: it takes a second. */
const mostCounted = 1_000_000_000;

const uncounted =
  "La requête a un milliard de lignes ou plus : on a cessé de les compter. Manque-t-il la condition d'une jointure (ON, USING) ?";

function readsOneTable(tree: SyntaxTree | undefined): boolean {
  const node = tree?.statements[0]?.node as { from_table?: { type?: string } } | undefined;
  return node?.from_table?.type === "BASE_TABLE";
}

/** A query without what follows its statement: it may stand between parentheses. */
function statementIn(query: SqlFragment): SqlFragment {
  const tail = query.text.length - statementOf(query.text).length;
  const last = query.strings.at(-1) ?? "";
  return new SqlFragment([...query.strings.slice(0, -1), last.slice(0, last.length - tail)], query.values);
}

/** Reads a query limited to one row more than a result holds. */
async function readLimited(engine: Engine, query: SqlFragment): Promise<Answer> {
  const answer = await engine.read(query);
  const more = (answer.values[0]?.length ?? 0) > mostRowsOfResult;
  const values = more ? answer.values.map((column) => column.slice(0, mostRowsOfResult)) : answer.values;
  return { ...answer, values, more };
}
