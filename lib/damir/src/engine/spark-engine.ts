import type { DuckDBConnection } from "@duckdb/node-api";
import { availableRollUps, currentRollUps, isRollUp, type AvailableRollUp } from "../rollups/rollups.js";
import { SqlFragment } from "../query/sql.js";
import type { StoreTable } from "../store.js";
import { UserError } from "../user-error.js";
import type { Answer, Engine, TableColumn } from "./engine.js";
import { manifestTable, serverSchema } from "./postgres-schema.js";
import { readSparkAddress } from "./spark-address.js";
import { answerOfSpark } from "./spark-answer.js";
import { SparkClient } from "./spark-client.js";
import { SparkError } from "./spark-failure.js";
import { sparkSql } from "./spark-sql.js";
import type { SyntaxNode } from "../query/syntax-node.js";
import { untranslated } from "./spark-syntax.js";

/** A description that isn't a query of the tree's kind: DESCRIBE of a table or of a query. */
const description = /^\s*DESCRIBE\s+(?<described>[\s\S]+)$/i;

/** A row of the cluster's manifest: a table as the store describes it, and its columns. */
interface ManifestRow {
  description: StoreTable;
  columns: readonly TableColumn[];
}

/** A Spark cluster over the Parquet files of a store, which `damir serve spark` has declared to it. */
export class SparkEngine implements Engine {
  readonly dialect = "spark";
  readonly tables: ReadonlyMap<string, StoreTable>;
  readonly rollUps: ReadonlyMap<string, AvailableRollUp>;
  readonly #columns: ReadonlyMap<string, readonly TableColumn[]>;
  readonly #types: ReadonlyMap<string, string>;
  readonly #client: SparkClient;
  readonly #parser: DuckDBConnection;

  private constructor(
    client: SparkClient,
    parser: DuckDBConnection,
    manifest: ReadonlyMap<string, ManifestRow>,
  ) {
    this.#client = client;
    this.#parser = parser;
    const described = new Map([...manifest].map(([name, row]) => [name, row.description]));
    this.tables = new Map([...described].filter(([name]) => !isRollUp(name)));
    this.rollUps = availableRollUps([...currentRollUps(described)]);
    const columns = new Map([...manifest].map(([name, row]) => [name, row.columns]));
    this.#types = commonTypes(columns.values());
    this.#columns = new Map([...columns].filter(([name]) => !isRollUp(name)));
  }

  /**
   * Connects to a cluster.
   * @param url `sc://serveur:15002/;use_ssl=true;token=…`, as Spark's own clients take it
   * @param parser reads the syntax of the queries
   * @throws UserError when it can't be reached or entered, or no data was declared to it; never with the token
   */
  static async open(url: string, parser: DuckDBConnection): Promise<SparkEngine> {
    const client = new SparkClient(readSparkAddress(url), serverSchema);
    try {
      return new SparkEngine(client, parser, await readManifest(client));
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  columns(): Promise<ReadonlyMap<string, readonly TableColumn[]>> {
    return Promise.resolve(this.#columns);
  }

  async read(query: SqlFragment, most = Number.POSITIVE_INFINITY): Promise<Answer> {
    if (description.test(query.text)) return this.#describe(query);
    const limit = most === Number.POSITIVE_INFINITY ? undefined : most + 1;
    const text = await this.#translated(query, limit);
    return this.#client.answer({ text, values: query.values }, most);
  }

  async *blocks(query: SqlFragment): AsyncGenerator<Answer, void, undefined> {
    const text = await this.#translated(query);
    for await (const batch of this.#client.batches({ text, values: query.values })) {
      const answer = answerOfSpark([batch], Number.POSITIVE_INFINITY);
      if ((answer.values[0]?.length ?? 0) > 0) yield { ...answer, more: true };
    }
  }

  async explain(query: SqlFragment): Promise<string> {
    const text = await this.#translated(query);
    const { values } = await this.#client.answer({ text: `EXPLAIN FORMATTED ${text}`, values: query.values });
    return `${text}\n\n${(values[0] ?? []).map(String).join("\n")}`;
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #translated(query: SqlFragment, most?: number): Promise<string> {
    const tree = await treeOf(query.text, this.#parser);
    const typeOf = (column: string) => this.#types.get(column.toLowerCase());
    return sparkSql(tree, { typeOf, ...(most === undefined ? {} : { most }) });
  }

  /** The columns of a table or of a query, under the types' names that DuckDB gives them. */
  async #describe(query: SqlFragment): Promise<Answer> {
    const [first = "", ...others] = query.strings;
    const described = description.exec(query.text)?.groups?.["described"] ?? "";
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

/** Whole numbers that JSON.parse would round, as texts. */
const longNumbers = /("(?:value|lower|upper)":)(-?\d{16,})/g;

/**
 * The syntax tree of a query.
 * @throws DuckDB's own error for a query that isn't well written; UserError for one that has no tree
 */
async function treeOf(text: string, parser: DuckDBConnection): Promise<SyntaxNode> {
  const reader = await parser.runAndReadAll("SELECT json_serialize_sql($1::VARCHAR)", [text]);
  const json = String(reader.value(0, 0)).replaceAll(longNumbers, '$1"$2"');
  const tree = JSON.parse(json) as {
    error: boolean;
    error_type?: string;
    statements?: { node: SyntaxNode }[];
  };
  const [first, ...others] = tree.statements ?? [];
  if (first !== undefined && others.length === 0) return first.node;
  if (others.length > 0)
    throw new UserError("Le cluster Spark prend une requête à la fois : posez-les l'une après l'autre.");
  // Its error tells what is wrong and where.
  if (tree.error_type === "parser") await parser.prepare(text);
  throw untranslated(
    "PIVOT, UNPIVOT et SHOW",
    "écrivez sum(…) FILTER (WHERE …) par colonne, ou damir.tables().",
  );
}

/** The types of the columns on which all tables agree, by name. */
function commonTypes(tables: Iterable<readonly TableColumn[]>): Map<string, string> {
  const types = new Map<string, string>();
  for (const { name, type } of [...tables].flat()) {
    const known = types.get(name);
    types.set(name, known === undefined || known === type ? type : "");
  }
  return types;
}

/** @throws UserError when no data was declared to the cluster */
async function readManifest(client: SparkClient): Promise<Map<string, ManifestRow>> {
  let answer: Answer;
  const text = `SELECT nom, description, colonnes FROM ${serverSchema}.${manifestTable} ORDER BY ordre`;
  try {
    answer = await client.answer({ text, values: [] });
  } catch (error) {
    if (error instanceof SparkError && /^(TABLE_OR_VIEW|SCHEMA)_NOT_FOUND/.test(error.errorClass)) {
      throw new UserError(
        `Le cluster ${client.shown} ne connaît pas encore les données DAMIR. Qui le tient les lui déclare, après chaque démarrage : npx damir serve spark --url sc://…`,
      );
    }
    throw error;
  }
  const [names = [], descriptions = [], columns = []] = answer.values;
  return new Map(
    names.map((name, row) => [
      name as string,
      {
        description: JSON.parse(descriptions[row] as string) as StoreTable,
        columns: JSON.parse(columns[row] as string) as TableColumn[],
      },
    ]),
  );
}
