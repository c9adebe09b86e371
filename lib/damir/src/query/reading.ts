import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../user-error.js";

/** What a query reads. */
export interface Reading {
  /** Tables it names, in lower case, those of its subqueries included and its own common table expressions left out. */
  names: ReadonlySet<string>;
  /** True when rows may come from elsewhere: files, a query in a text, a form that isn't followed. */
  untraced: boolean;
  /** True when it says itself how many rows it wants (`LIMIT`). */
  limited: boolean;
  /** Its syntax tree, as DuckDB's `json_serialize_sql` gives it; undefined for a statement that has none, such as PIVOT. */
  tree: SyntaxTree | undefined;
}

/** A statement's syntax tree. */
export interface SyntaxTree {
  readonly statements: readonly { readonly node: object }[];
}

/** Table functions that make their own rows or spread a value. */
const pureFunctions = new Set(["range", "generate_series", "unnest", "repeat", "repeat_row"]);

/** Statements that read and that DuckDB's parser doesn't give as a tree. EXPLAIN ANALYZE isn't one: it runs what it explains. */
const otherReads = /^\s*(PIVOT\b|UNPIVOT\b|SHOW\b|EXPLAIN\s+(SELECT|WITH|FROM)\b)/i;

/** A second statement could do anything. */
const severalStatements = /;\s*\S/;

/**
 * Reads a query's syntax tree, as DuckDB's own parser gives it.
 * @throws UserError when the statement does more than read: notebooks get the store read-only
 */
export async function readingOf(connection: DuckDBConnection, text: string): Promise<Reading> {
  const reader = await connection.runAndReadAll("SELECT json_serialize_sql($1::VARCHAR)", [text]);
  const tree = JSON.parse(String(reader.value(0, 0))) as SyntaxTree & {
    error: boolean;
    error_type?: string;
  };
  if (!tree.error) {
    return {
      ...visited(tree),
      limited: isLimited(tree),
      tree,
    };
  }
  // A mistake in the SQL is explained when the query runs; what isn't a reading must not run at all.
  if (tree.error_type === "parser" || (otherReads.test(text) && !severalStatements.test(text))) {
    return { names: new Set(), untraced: true, limited: false, tree: undefined };
  }
  throw new UserError(
    "Le magasin de données s'ouvre en lecture seule : seules les requêtes qui lisent (SELECT, WITH, DESCRIBE, SUMMARIZE, PIVOT…) sont acceptées. Pour garder un résultat, gardez-le dans une constante.",
  );
}

/** The tables that a statement names, in lower case, its own common table expressions left out. */
export function tableNames(tree: SyntaxTree): ReadonlySet<string> {
  return visited(tree).names;
}

function visited(tree: SyntaxTree): { names: ReadonlySet<string>; untraced: boolean } {
  const found = { tables: new Set<string>(), own: new Set<string>(), untraced: false };
  visit(tree, found);
  return {
    names: new Set([...found.tables].filter((name) => !found.own.has(name))),
    untraced: found.untraced,
  };
}

function isLimited({ statements }: SyntaxTree): boolean {
  const { modifiers } = (statements.at(-1)?.node ?? {}) as { modifiers?: readonly { type: string }[] };
  return modifiers?.some(({ type }) => type.startsWith("LIMIT")) ?? false;
}

interface Visit {
  tables: Set<string>;
  own: Set<string>;
  untraced: boolean;
}

function visit(node: unknown, found: Visit): void {
  if (Array.isArray(node)) for (const item of node) visit(item, found);
  if (typeof node !== "object" || node === null || Array.isArray(node)) return;
  const { type, table_name, function: called, cte_map } = node as Record<string, unknown>;
  if (type === "BASE_TABLE") found.tables.add(String(table_name).toLowerCase());
  if (type === "TABLE_FUNCTION") {
    const name = (called as { function_name?: unknown } | undefined)?.function_name;
    if (!pureFunctions.has(String(name).toLowerCase())) found.untraced = true;
  }
  for (const { key } of (cte_map as { map?: { key: string }[] } | undefined)?.map ?? []) {
    found.own.add(key.toLowerCase());
  }
  for (const value of Object.values(node)) visit(value, found);
}
