/** A node of DuckDB's syntax trees: an expression, a table, a query. */
export type Syntax = Readonly<Record<string, unknown>>;

export function isSyntax(value: unknown): value is Syntax {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A property that is a list of nodes. */
export function nodesOf(node: Syntax, property: string): Syntax[] {
  const value = node[property];
  return Array.isArray(value) ? value.filter(isSyntax) : [];
}

/** A property that is a node; undefined where it is null. */
export function nodeOf(node: Syntax, property: string): Syntax | undefined {
  const value = node[property];
  return isSyntax(value) ? value : undefined;
}

/** All the nodes of a tree, itself first. */
export function* everyNode(value: unknown): Generator<Syntax, void, undefined> {
  if (Array.isArray(value)) for (const item of value) yield* everyNode(item);
  if (!isSyntax(value)) return;
  yield value;
  for (const inner of Object.values(value)) yield* everyNode(inner);
}

/** The names of a column reference: `["d", "prs_nat"]`, in lower case; undefined for another node. */
export function columnNames({ class: kind, column_names }: Syntax): readonly string[] | undefined {
  if (kind !== "COLUMN_REF" || !Array.isArray(column_names)) return undefined;
  return column_names.map((name) => String(name).toLowerCase());
}
