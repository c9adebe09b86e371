import { basename } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { attach, type Attachable, type AttachOptions } from "../attachment/attach.js";
import type { Attachment } from "../attachment/attachment.js";
import { useImportedContours, type ImportedContour } from "../drawing/imported-contours.js";
import { DuckDBEngine, openDuckDB } from "../engine/duckdb-engine.js";
import type { DuckDBLimits } from "../engine/duckdb-settings.js";
import type { Engine } from "../engine/engine.js";
import { PostgresEngine } from "../engine/postgres-engine.js";
import { openSpark } from "../engine/spark-loading.js";
import type { GuardRailsOption } from "../guard-rails/guard-rails.js";
import { rowsOf } from "../query/answer.js";
import type { Row } from "../query/columns.js";
import { Query } from "../query/query.js";
import { resultOf, type Result } from "../query/result.js";
import type { MimeBundle } from "../display.js";
import { completeSql, type Completions, type TemplateQuestion } from "../knowledge/completion.js";
import { describe } from "../knowledge/describe.js";
import { inspectSql } from "../knowledge/inspection.js";
import type { Page } from "../knowledge/page.js";
import { search, type Found, type SearchOptions } from "../knowledge/search.js";
import { knowledgeOf } from "../knowledge/connection-knowledge.js";
import { sql, type SqlPart } from "../query/sql.js";
import { damirHome, readTables } from "../store.js";
import { UserError } from "../user-error.js";
import { QueryWarnings } from "./query-warnings.js";
import { Runner } from "./runner.js";

/** How to connect. */
export interface ConnectOptions extends DuckDBLimits {
  /** Folder of the stores; default `DAMIR_HOME`, else `.damir/` in the project. */
  home?: string;
  /**
   * False for queries without warnings, or the rules to silence: `{ silence: ["type-99"] }`. {@link guardRailRules} names them all.
   */
  guardRails?: GuardRailsOption;
  /**
   * False for answers that always come from the rows of `damir`, and never from the sums that the store keeps of them: they are the
   * same, and slower.
   */
  rollUps?: boolean;
  /**
   * Address of a PostgreSQL server filled from a store, `postgres://…`, or of a Spark cluster over its files, `sc://…`; default
   * `DAMIR_URL`, else the stores of `home` are read.
   */
  url?: string;
}

/** A table that can be queried. */
export interface TableInfo {
  table: string;
  contenu: string;
  lignes: number;
  /** First and last processing month, empty where months make no sense. */
  periode: string;
  donnees: "synthétiques" | "réelles";
}

/**
 * Opens the store, read-only: the imported tables, and the synthetic sample for those that were not imported. With an address
 * (`DAMIR_URL`, or the option `url`), the same tables are read from a PostgreSQL server or a Spark cluster.
 *
 * Queries take up to 40 % of the memory of the machine or container, and spill to disk beyond it: several notebooks run at once.
 *
 * @example
 * const damir = await connect();
 * await damir.sql`SELECT ben_res_reg, sum(flt_rem_mnt) AS rembourse FROM damir GROUP BY 1`;
 * @throws UserError when there is neither a store nor a sample, when one can't be read, or when the server doesn't let in
 */
export async function connect(options: ConnectOptions = {}): Promise<Damir> {
  const url = options.url ?? (options.home === undefined ? process.env["DAMIR_URL"] : undefined);
  if (url !== undefined && url !== "") {
    const parser = await openDuckDB();
    const server = url.startsWith("sc://") ? await openSpark(url, parser) : await PostgresEngine.open(url);
    await useContours(server);
    return new Damir(server, parser, options);
  }
  const engine = await DuckDBEngine.open(readTables(options.home ?? damirHome()), options);
  await useContours(engine);
  return new Damir(engine, engine.connection, options);
}

/** Draws with the boundaries of the store, where it has some. */
async function useContours(engine: Engine): Promise<void> {
  const contours = engine.tables.get("contours");
  if (contours === undefined) {
    useImportedContours([], undefined);
    return;
  }
  const answer = await engine.read(sql`SELECT code, geometrie FROM contours WHERE niveau = ${"departement"}`);
  useImportedContours(rowsOf<ImportedContour>(answer), `Contours : ${contours.producer}`);
}

/** The methods by which an object whose method is a template tag completes and explains what is typed in the template. */
const jupyterComplete: unique symbol = Symbol.for("Jupyter.complete");
const jupyterInspect: unique symbol = Symbol.for("Jupyter.inspect");

/** A connection to the store. */
export class Damir {
  readonly #engine: Engine;
  readonly #runner: Runner;

  /**
   * Use {@link connect}.
   * @param parser reads the syntax of the queries, whatever engine runs them
   */
  constructor(
    engine: Engine,
    parser: DuckDBConnection,
    { guardRails, rollUps = true }: Pick<ConnectOptions, "guardRails" | "rollUps"> = {},
  ) {
    this.#engine = engine;
    const warnings = new QueryWarnings(engine, guardRails);
    this.#runner = new Runner(engine, parser, knowledgeOf(engine), warnings, rollUps);
  }

  /**
   * A query in DuckDB's SQL. What stands in `${…}` is bound as a value; a fragment made by `sql` is inserted. Awaited, it gives a
   * result: all the rows, or the first 20 000 where there are more and the query doesn't say how many it wants (LIMIT). The type of
   * the rows may be given: `` damir.sql<{ prs_nat: number; actes: number }>`…` ``.
   *
   * @example
   * const region = 53;
   * await damir.sql`SELECT sum(flt_act_qte) AS actes FROM damir WHERE ben_res_reg = ${region}`;
   */
  sql<R extends object = Row>(strings: TemplateStringsArray, ...parts: readonly SqlPart[]): Query<R> {
    return new Query<R>(sql(strings, ...parts), this.#runner);
  }

  /**
   * Makes a table of a file of one's own (.csv, .tsv, .json, .ndjson, .parquet, .xlsx), of a result, of a danfojs DataFrame or of
   * rows, to be joined with the others in SQL. It lasts as long as the connection; the file stays as it is, and is cited as a source.
   *
   * Of a CSV file, the separator, the encoding, decimal commas and French dates are seen by themselves; codes keep their leading
   * zeros. The columns get names that SQL takes without quotes. What is given back says what was read, and by which columns the
   * table can be joined: départements, caisses, DAMIR's codes, months.
   *
   * @example
   * const maires = [{ dep: "01", maires: 393 }, { dep: "2A", maires: 124 }];
   * const jointe = await damir.attach(maires, { name: "maires" });
   * await damir.sql`SELECT nom, maires FROM departements JOIN maires ON dep = departement`;
   * jointe.summary(); // ["Table « maires » : 2 lignes, 2 colonnes.", "Clé dep (departement) : 2 valeurs sur 2 reconnues."]
   * @throws UserError for what can't be read, with the line where there is one; for a name that a table of the store has; on a
   * PostgreSQL server, where one only reads
   */
  async attach(what: Attachable, options: AttachOptions = {}): Promise<Attachment> {
    const engine = this.#engine;
    if (!(engine instanceof DuckDBEngine)) {
      throw new UserError(
        'Un serveur partagé s\'ouvre en lecture seule : rien ne peut s\'y joindre. Faites la jointure dans ce notebook : « const ici = await connect({ home: ".damir" }) », « await ici.attach(await damir.sql`…`, { name: "resultat" }) » avec ce que le serveur a agrégé, puis « await ici.attach("mes_donnees.csv") ».',
      );
    }
    const attachment = await attach(
      engine.connection,
      what,
      options,
      (name) => engine.tables.has(name) && !this.#runner.isAttached(name),
    );
    const { name, rows, sources } = attachment;
    engine.addTable(name, {
      title: typeof what === "string" ? basename(what) : name,
      producer: "",
      licence: "",
      synthetic: sources.some(({ synthetic }) => synthetic),
      files: [{ path: typeof what === "string" ? what : "", rows, bytes: 0, sha256: "" }],
    });
    this.#runner.addAttached(name, sources);
    return attachment;
  }

  /**
   * What can be queried. The code lists are left out: `dictionnaire` names the `nomenclature_…` of each variable.
   *
   * @example
   * damir.tables();
   */
  tables(): Result<TableInfo> {
    const tables = [...this.#engine.tables].filter(([name]) => !name.startsWith("nomenclature_"));
    return resultOf(
      tables.map(([table, description]) => {
        const months = description.files.flatMap(({ month }) => month ?? []).sort();
        return {
          table,
          contenu: description.title,
          lignes: description.files.reduce((sum, { rows }) => sum + rows, 0),
          periode: months.length > 0 ? `${months[0] ?? ""} à ${months.at(-1) ?? ""}` : "",
          donnees: description.synthetic ? "synthétiques" : "réelles",
        };
      }),
      [],
    );
  }

  /**
   * Looks for words in what can be queried and what it means: variables, codes, postes de soins, tables. Accents, capitals, plurals
   * and a slip of the pen don't matter; the beginning of a word is enough.
   *
   * @example
   * damir.search("kinésithérapeute");
   * @throws UserError when there is nothing to look for
   */
  search(text: string, options: SearchOptions = {}): Result<Found> {
    return search(text, options, this.#engine.tables);
  }

  /**
   * The page of a variable, of one of its codes, of a poste de soins or of a table, shown by a notebook.
   *
   * @param name a name as SQL writes it, in either case; with its table where two have it: `damir_departement.prs_nat`
   * @param code one of the variable's codes
   * @example
   * damir.describe("prs_nat", 1110);
   * @throws UserError when there is nothing of that name, with those that look like it
   */
  describe(name: string, code?: string | number): Page {
    return describe(name, code, this.#engine);
  }

  /** What can stand at a place of a query being typed, for a kernel that completes tagged templates. */
  [jupyterComplete](question: TemplateQuestion): Promise<Completions> {
    return completeSql(this.#engine, question);
  }

  /** What is known of what stands at a place of a query; null where that is nothing. */
  [jupyterInspect](question: TemplateQuestion): Promise<MimeBundle | null> {
    return inspectSql(this.#engine, question);
  }

  /**
   * Frees the connection. A notebook's kernel does so by itself when it ends.
   *
   * @example
   * await damir.close();
   */
  async close(): Promise<void> {
    await this.#engine.close();
  }
}
