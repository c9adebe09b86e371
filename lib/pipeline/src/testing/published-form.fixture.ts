import type { DuckDBConnection } from "@duckdb/node-api";

/** What writes the files of a dataset: from a table of the sample, into a folder. */
export interface PublishedForm {
  connection: DuckDBConnection;
  /** What reads a table of the sample, in SQL. */
  table: (name: string) => string;
  folder: string;
}

/**
 * Writes the rows of a query that gives one text a line, as they are.
 * @param header the first line
 * @param lines a query of one column
 * @param options of DuckDB's COPY
 */
export async function writeLines(
  connection: DuckDBConnection,
  path: string,
  header: string,
  lines: string,
  options = "",
): Promise<void> {
  await connection.run(
    `COPY (SELECT line AS "${header}" FROM (${lines}) AS lines(line)) TO '${path}' (FORMAT csv, HEADER, DELIM '\t', QUOTE '', ESCAPE ''${options})`,
  );
}

/** The rows of a query, by their columns. */
export async function rowsOf<Row>(connection: DuckDBConnection, query: string): Promise<Row[]> {
  return (await connection.runAndReadAll(query)).getRowObjectsJson() as Row[];
}
