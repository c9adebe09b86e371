import type { DuckDBConnection } from "@duckdb/node-api";
import { useImportedContours } from "../drawing/imported-contours.js";
import { DuckDBEngine, type StoredTable } from "../engine/duckdb-engine.js";
import type { Engine } from "../engine/engine.js";
import type { Row } from "../query/columns.js";
import { noteRead, sourceOf, untracedSource, type Source } from "../query/provenance.js";
import { Query } from "../query/query.js";
import { readingOf, type Reading } from "../query/reading.js";
import { resultFrom, resultOf, type Result } from "../query/result.js";
import { sql, type SqlFragment, type SqlPart } from "../query/sql.js";
import { explainSqlError } from "../query/sql-error.js";
import { damirHome, readStore, sampleFolder, storeFolder } from "../store.js";
import { UserError } from "../user-error.js";

/** How to connect. */
export interface ConnectOptions {
  /** Folder of the stores; default `DAMIR_HOME`, else `.damir/` in the project. */
  home?: string;
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
 * Opens the store, read-only: the imported tables, and the synthetic sample for those that were not imported.
 *
 * @example
 * const damir = await connect();
 * await damir.sql`SELECT ben_res_reg, sum(flt_rem_mnt) AS rembourse FROM damir GROUP BY 1`;
 * @throws UserError when there is neither a store nor a sample, or when one can't be read
 */
export async function connect(options: ConnectOptions = {}): Promise<Damir> {
  const engine = await DuckDBEngine.open(knownTables(options.home ?? damirHome()));
  const boundaries = engine.tables.get("contours");
  await useImportedContours(engine.connection, boundaries && `Contours : ${boundaries.producer}`);
  return new Damir(engine, engine.connection);
}

function knownTables(home: string): Map<string, StoredTable> {
  const stores = [sampleFolder(home), storeFolder(home)].flatMap((folder) => readStore(folder) ?? []);
  const tables = new Map<string, StoredTable>();
  for (const store of stores) {
    for (const [name, description] of Object.entries(store.manifest.tables)) {
      if (description.files.length > 0) tables.set(name, { store, description });
    }
  }
  if (tables.size === 0) {
    throw new UserError(
      `Aucune donnée dans ${home}. Créez l'échantillon synthétique (npx damir data sample) ou importez des fichiers (npx damir data add open-damir FICHIER…).`,
    );
  }
  return tables;
}

/** A connection to the store. */
export class Damir {
  #engine: Engine;
  #parser: DuckDBConnection;

  /**
   * Use {@link connect}.
   * @param parser reads the syntax of the queries, whatever engine runs them
   */
  constructor(engine: Engine, parser: DuckDBConnection) {
    this.#engine = engine;
    this.#parser = parser;
  }

  /**
   * A query in DuckDB's SQL. What stands in `${…}` is bound as a value; a fragment made by `sql` is inserted.
   *
   * @example
   * const region = 53;
   * await damir.sql`SELECT sum(flt_act_qte) AS actes FROM damir WHERE ben_res_reg = ${region}`;
   */
  sql<R extends object = Row>(strings: TemplateStringsArray, ...parts: readonly SqlPart[]): Query<R> {
    return new Query<R>(sql(strings, ...parts), (query) => this.#run(query));
  }

  async #run<R extends object>(query: SqlFragment): Promise<Result<R>> {
    try {
      const reading = await readingOf(this.#parser, query.text);
      const answer = await this.#engine.read(query);
      const sources = this.#sourcesOf(reading);
      noteRead(sources);
      return resultFrom<R>(answer, sources);
    } catch (error) {
      throw explainSqlError(
        error,
        this.tables().rows.map(({ table }) => table),
      );
    }
  }

  #sourcesOf({ names, untraced }: Reading): Source[] {
    const { tables } = this.#engine;
    const sources = [...tables]
      .filter(([name]) => names.has(name))
      .map(([name, description]) => sourceOf(name, description));
    const followed = [...names].every((name) => tables.has(name));
    if (followed && !untraced) return sources;
    const synthetic = [...tables.values()].some((description) => description.synthetic);
    return [...sources, untracedSource(synthetic)];
  }

  /**
   * What can be queried. The code lists are left out: `dictionnaire` names the `nomenclature_…` of each variable.
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

  /** Frees the connection. A notebook's kernel does so by itself when it ends. */
  async close(): Promise<void> {
    await this.#engine.close();
  }
}
