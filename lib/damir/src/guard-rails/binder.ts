import type { SqlValue } from "../query/sql.js";
import type { Block, Relation } from "./query-model.js";
import type { SyntaxNode } from "../query/syntax-node.js";

/** The columns of each table, and the values that the query binds. */
export interface Surroundings {
  readonly columns: ReadonlyMap<string, readonly string[]>;
  readonly values: readonly SqlValue[];
}

/** What a common table expression stands for, bound where it is named: each use has rows of its own. */
export interface Definition {
  readonly query: SyntaxNode;
  readonly definitions: Definitions;
  readonly columns: readonly string[];
}

export type Definitions = ReadonlyMap<string, Definition>;

/** What tells queries by the tables under them. */
export interface Binder {
  readonly surroundings: Surroundings;
  /** The blocks whose rows a query gives: one, or one a side of a UNION. */
  query(node: SyntaxNode | undefined, outside: Definitions, parents: Scopes): Block[];
}

/** What the FROM of the queries around joins, the nearest first. */
export type Scopes = readonly (readonly Relation[])[];
