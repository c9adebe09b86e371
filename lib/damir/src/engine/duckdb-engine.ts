import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection, type DuckDBResult } from "@duckdb/node-api";
import { untilInterrupted } from "../query/interruption.js";
import type { SqlFragment } from "../query/sql.js";
import { toDuckDB } from "../query/sql-values.js";
import type { Store, StoreTable } from "../store.js";
import { answerOf } from "./duckdb-answer.js";
import type { Answer, Engine, TableColumn } from "./engine.js";
import { createView } from "./views.js";

/** A table and the store whose files hold it. */
export interface StoredTable {
  store: Store;
  description: StoreTable;
}

/** Options of every DuckDB instance of a notebook. */
export async function openDuckDB(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(":memory:", {
    // Nothing is fetched behind the user's back, and spilled rows don't land beside the notebook: DuckDB makes this folder
    // when it needs it, and removes it.
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    temp_directory: join(tmpdir(), `damir-${randomUUID()}`),
  });
  return instance.connect();
}

/** DuckDB over the Parquet files of the stores, within the notebook's process. */
export class DuckDBEngine implements Engine {
  readonly dialect = "duckdb";
  readonly tables: ReadonlyMap<string, StoreTable>;

  private constructor(
    readonly connection: DuckDBConnection,
    tables: ReadonlyMap<string, StoredTable>,
  ) {
    this.tables = new Map([...tables].map(([name, { description }]) => [name, description]));
  }

  /** Makes the views of some tables. */
  static async open(tables: ReadonlyMap<string, StoredTable>): Promise<DuckDBEngine> {
    const connection = await openDuckDB();
    for (const [name, { store, description }] of tables) {
      const files = description.files.map((file) => join(store.folder, file.path));
      await connection.run(createView(name, files));
    }
    return new DuckDBEngine(connection, tables);
  }

  async columns(): Promise<ReadonlyMap<string, readonly TableColumn[]>> {
    const reader = await this.connection.runAndReadAll(
      "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY table_name, column_index",
    );
    const columns = new Map<string, TableColumn[]>();
    for (const [table, name, type] of reader.getRows().map((row) => row.map(String))) {
      if (table === undefined || name === undefined || type === undefined) continue;
      const known = columns.get(table);
      if (known) known.push({ name, type });
      else columns.set(table, [{ name, type }]);
    }
    return columns;
  }

  async read(query: SqlFragment, most = Number.POSITIVE_INFINITY): Promise<Answer> {
    return untilInterrupted(this.connection, async () => {
      if (most === Number.POSITIVE_INFINITY) {
        const reader = await this.connection.runAndReadAll(query.text, query.values.map(toDuckDB));
        return answerOf(
          {
            names: reader.deduplicatedColumnNames(),
            types: reader.columnTypes(),
            values: reader.getColumns(),
          },
          false,
        );
      }
      // One more than asked tells whether there are others.
      const reader = await this.connection.streamAndReadUntil(
        query.text,
        most + 1,
        query.values.map(toDuckDB),
      );
      const values = reader.getColumns().map((column) => column.slice(0, most));
      return answerOf(
        { names: reader.deduplicatedColumnNames(), types: reader.columnTypes(), values },
        reader.currentRowCount > most,
      );
    });
  }

  async *blocks(query: SqlFragment): AsyncIterable<Answer> {
    const result: DuckDBResult = await untilInterrupted(this.connection, () =>
      this.connection.stream(query.text, query.values.map(toDuckDB)),
    );
    const names = result.deduplicatedColumnNames();
    const types = result.columnTypes();
    for (;;) {
      const chunk = await untilInterrupted(this.connection, () => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) return;
      yield answerOf({ names, types, values: chunk.getColumns() }, true);
    }
  }

  async explain({ text, values }: SqlFragment): Promise<string> {
    const reader = await untilInterrupted(this.connection, () =>
      this.connection.runAndReadAll(`EXPLAIN ${text}`, values.map(toDuckDB)),
    );
    return reader
      .getRows()
      .map((row) => String(row[1]))
      .join("\n");
  }

  close(): Promise<void> {
    this.connection.closeSync();
    return Promise.resolve();
  }
}
