import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from "@duckdb/node-api";
import { untilInterrupted } from "../query/interruption.js";
import { withProgress } from "../query/query-progress.js";
import { availableRollUps, isRollUp, type AvailableRollUp } from "../rollups/rollups.js";
import { distinctNames } from "../query/columns.js";
import type { SqlFragment } from "../query/sql.js";
import { toDuckDB } from "../query/sql-values.js";
import type { StoredTable, StoreTable } from "../store.js";
import { answerOf } from "./duckdb-answer.js";
import { duckDBSettings, type DuckDBLimits } from "./duckdb-settings.js";
import type { Answer, Engine, TableColumn } from "./engine.js";
import { makeView } from "./views.js";

/** A connection to a DuckDB without tables: it reads the syntax of queries that another engine runs. */
export async function openDuckDB(): Promise<DuckDBConnection> {
  return connectTo(await DuckDBInstance.create(":memory:", duckDBSettings({ threads: 1 })));
}

async function connectTo(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run("SET errors_as_json = true");
  await connection.run("SET enable_progress_bar = true");
  await connection.run("SET enable_progress_bar_print = false");
  return connection;
}

/** The values of a query, if any: DuckDB plans twice what is prepared for some. */
function boundValues({ values }: SqlFragment): DuckDBValue[] | undefined {
  return values.length === 0 ? undefined : values.map(toDuckDB);
}

/** Runs a query of a cell: how far it is shows under the cell, and it ends with it. */
function followed<T>(connection: DuckDBConnection, query: () => Promise<T>): Promise<T> {
  const share = (): number | undefined => {
    const { percentage } = connection.progress;
    return percentage < 0 ? undefined : percentage / 100;
  };
  return untilInterrupted(connection, () => withProgress(share, query));
}

/** DuckDB over the Parquet files of the stores, within the notebook's process. */
export class DuckDBEngine implements Engine {
  readonly dialect = "duckdb";
  readonly #tables: Map<string, StoreTable>;
  readonly rollUps: ReadonlyMap<string, AvailableRollUp>;
  readonly #instance: DuckDBInstance;
  /** Connections whose query has ended. */
  readonly #idle: DuckDBConnection[] = [];

  private constructor(
    instance: DuckDBInstance,
    readonly connection: DuckDBConnection,
    tables: ReadonlyMap<string, StoredTable>,
  ) {
    this.#instance = instance;
    const descriptions = [...tables].map(([name, { description }]) => [name, description] as const);
    this.#tables = new Map(descriptions.filter(([name]) => !isRollUp(name)));
    this.rollUps = availableRollUps(descriptions);
  }

  /** Makes the views of some tables. */
  static async open(
    tables: ReadonlyMap<string, StoredTable>,
    limits: DuckDBLimits = {},
  ): Promise<DuckDBEngine> {
    const instance = await DuckDBInstance.create(":memory:", duckDBSettings(limits));
    const connection = await connectTo(instance);
    for (const [name, { store, description }] of tables) {
      const files = description.files.map((file) => join(store.folder, file.path));
      await makeView(connection, name, files);
    }
    return new DuckDBEngine(instance, connection, tables);
  }

  get tables(): ReadonlyMap<string, StoreTable> {
    return this.#tables;
  }

  /** Lets a table be queried that was made in this DuckDB beside those of the stores. */
  addTable(name: string, description: StoreTable): void {
    this.#tables.set(name, description);
  }

  async columns(): Promise<ReadonlyMap<string, readonly TableColumn[]>> {
    const reader = await this.connection.runAndReadAll(
      "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY table_name, column_index",
    );
    const columns = new Map<string, TableColumn[]>();
    for (const [table, name, type] of reader.getRows().map((row) => row.map(String))) {
      if (table === undefined || name === undefined || type === undefined || isRollUp(table)) continue;
      const known = columns.get(table);
      if (known) known.push({ name, type });
      else columns.set(table, [{ name, type }]);
    }
    return columns;
  }

  async read(query: SqlFragment, most = Number.POSITIVE_INFINITY): Promise<Answer> {
    const connection = await this.#borrow();
    try {
      return await followed(connection, async () => {
        const values = boundValues(query);
        // One more than asked tells whether there are others.
        const reader = await (most === Number.POSITIVE_INFINITY
          ? connection.runAndReadAll(query.text, values)
          : connection.streamAndReadUntil(query.text, most + 1, values));
        const columns = reader.getColumns();
        const more = reader.currentRowCount > most;
        return answerOf(
          {
            names: distinctNames(reader.columnNames()),
            types: reader.columnTypes(),
            values: more ? columns.map((column) => column.slice(0, most)) : columns,
          },
          more,
        );
      });
    } finally {
      this.#idle.push(connection);
    }
  }

  async *blocks(query: SqlFragment): AsyncGenerator<Answer, void, undefined> {
    const connection = await this.#borrow();
    try {
      const result = await followed(connection, () => connection.stream(query.text, boundValues(query)));
      const names = distinctNames(result.columnNames());
      const types = result.columnTypes();
      for (;;) {
        const chunk = await untilInterrupted(connection, () => result.fetchChunk());
        if (chunk === null || chunk.rowCount === 0) return;
        yield answerOf({ names, types, values: chunk.getColumns() }, true);
      }
    } finally {
      this.#idle.push(connection);
    }
  }

  async explain(query: SqlFragment): Promise<string> {
    const reader = await this.connection.runAndReadAll(`EXPLAIN ${query.text}`, boundValues(query));
    return reader
      .getRows()
      .map((row) => String(row[1]))
      .join("\n");
  }

  /** A connection for one query: those at the same time neither end nor interrupt each other's. */
  async #borrow(): Promise<DuckDBConnection> {
    return this.#idle.pop() ?? connectTo(this.#instance);
  }

  close(): Promise<void> {
    for (const connection of this.#idle.splice(0)) connection.closeSync();
    this.connection.closeSync();
    this.#instance.closeSync();
    return Promise.resolve();
  }
}
