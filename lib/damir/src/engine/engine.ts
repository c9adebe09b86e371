import type { Answer } from "../query/answer.js";
import type { SqlFragment } from "../query/sql.js";
import type { AvailableRollUp } from "../rollups/rollups.js";
import type { StoreTable } from "../store.js";

/** What a query is written for. */
export type Dialect = "duckdb" | "postgresql" | "spark";

export type { Answer } from "../query/answer.js";

/** A column of a table that can be queried. */
export interface TableColumn {
  name: string;
  /** SQL type, as the engine writes it. */
  type: string;
}

/**
 * What answers the queries of a connection: DuckDB over the store, a PostgreSQL server filled from one, or a Spark cluster over the
 * store's files. All have the same views with the same columns. Errors are the engine's own: the connection explains them.
 */
export interface Engine {
  readonly dialect: Dialect;
  /** What can be queried, by name. */
  readonly tables: ReadonlyMap<string, StoreTable>;
  /** What answers for `damir` where it gives the same, by name. */
  readonly rollUps: ReadonlyMap<string, AvailableRollUp>;
  /** The columns of each table, in order. */
  columns(): Promise<ReadonlyMap<string, readonly TableColumn[]>>;
  /**
   * Runs a query that reads. It ends in the engine when the cell that asked for it is interrupted.
   * @param most rows to read at most; all of them by default
   */
  read(query: SqlFragment, most?: number): Promise<Answer>;
  /** Runs a query that reads, and gives its rows a block at a time, so that no more than some thousands are in memory. */
  blocks(query: SqlFragment): AsyncIterable<Answer>;
  /** How the engine would run a query, as it writes it. */
  explain(query: SqlFragment): Promise<string>;
  close(): Promise<void>;
}
