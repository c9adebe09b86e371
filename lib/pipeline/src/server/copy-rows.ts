import { once } from "node:events";
import { finished } from "node:stream/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { escapeIdentifier, type Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { rowsOfPart, type StoredColumn, type TablePart } from "./table-definition.js";

/**
 * Copies the rows of a part into a table, in the order of the files. DuckDB writes the lines of COPY itself, as making them of
 * values one by one would take longer than PostgreSQL's own reading.
 * @param target qualified name of the table, made in the same transaction
 * @param onRows called with the rows that were sent since
 */
export async function copyRows(
  part: TablePart,
  columns: readonly StoredColumn[],
  target: string,
  source: DuckDBConnection,
  server: Client,
  onRows: (rows: number) => void,
): Promise<void> {
  const result = await source.stream(`SELECT ${copyLine(columns)} FROM ${rowsOfPart(part, columns)}`);
  const names = columns.map(({ name }) => escapeIdentifier(name)).join(", ");
  const copy = server.query(copyFrom(`COPY ${target} (${names}) FROM STDIN WITH (FREEZE)`));
  // What PostgreSQL refuses comes as this stream's failure, at any time.
  const done = finished(copy);
  const failed = done.then(
    () => new Promise<never>(() => undefined),
    (error: unknown) => Promise.reject(error as Error),
  );
  failed.catch(() => undefined);
  try {
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      const lines = `${chunk.getColumnValues(0).join("\n")}\n`;
      if (!copy.write(lines)) await Promise.race([once(copy, "drain"), failed]);
      onRows(chunk.rowCount);
    }
    copy.end();
  } catch (error) {
    copy.destroy(error as Error);
    await done.catch(() => undefined);
    throw error;
  }
  await done;
}

/** A row as a line of PostgreSQL's text format: fields with tabs between them, `\N` for null. */
function copyLine(columns: readonly StoredColumn[]): string {
  const fields = columns.map(({ name, type }) => {
    const column = escapeIdentifier(name);
    const text = type === "VARCHAR" ? escapedText(column) : `CAST(${column} AS VARCHAR)`;
    return `coalesce(${text}, '\\N')`;
  });
  return `concat_ws(chr(9), ${fields.join(", ")})`;
}

function escapedText(column: string): string {
  const special: readonly (readonly [code: number, letter: string])[] = [
    [9, "t"],
    [10, "n"],
    [13, "r"],
  ];
  return special.reduce(
    (text, [code, letter]) => `replace(${text}, chr(${code}), '\\${letter}')`,
    `replace(${column}, '\\', '\\\\')`,
  );
}
