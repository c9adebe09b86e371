import type { DuckDBConnection } from "@duckdb/node-api";

/** What DuckDB's parser gives of a query: a tree of nodes, or why it can't. */
interface Parsed {
  error: boolean;
}

/**
 * The tables that a query names, in lower case, those of its common table expressions and subqueries included.
 * Read from DuckDB's own syntax tree. It covers SELECT only: for the few other statements that give rows (SUMMARIZE,
 * PIVOT), every known name found in the text counts, since a source too many is better than synthetic data unmarked.
 * @param known names of the views of the store
 */
export async function tablesRead(
  connection: DuckDBConnection,
  text: string,
  known: Iterable<string>,
): Promise<string[]> {
  const reader = await connection.runAndReadAll("SELECT json_serialize_sql($1::VARCHAR)", [text]);
  const tree = JSON.parse(String(reader.value(0, 0))) as Parsed;
  const named = tree.error
    ? new Set(text.toLowerCase().match(/\w+/g))
    : new Set(baseTables(tree).map((name) => name.toLowerCase()));
  return [...known].filter((name) => named.has(name));
}

function baseTables(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(baseTables);
  if (typeof node !== "object" || node === null) return [];
  const own =
    "type" in node && node.type === "BASE_TABLE" && "table_name" in node ? [String(node.table_name)] : [];
  return [...own, ...Object.values(node).flatMap(baseTables)];
}
