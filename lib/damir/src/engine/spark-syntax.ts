import type { SyntaxNode } from "../query/syntax-node.js";
import { UserError } from "../user-error.js";

/** What a translation knows besides the tree. */
export interface Translation {
  /** The type of a column by its name, where all tables that have it agree. */
  typeOf: (column: string) => string | undefined;
  /** True where one row stands for a group, outside what adds its rows up. */
  grouped?: boolean;
  /** Writes a query that stands in an expression. */
  query: (node: SyntaxNode) => string;
}

/** Writes an expression; it must be there. */
export type Write = (node: SyntaxNode | null | undefined) => string;

/** The refusal of what the cluster can't be asked in DuckDB's words. */
export function untranslated(what: string, instead: string): UserError {
  return new UserError(
    `Le cluster Spark ne connaît pas ${what}, que DuckDB comprend : ${instead} Ce qui marche partout : docs/sql.md et docs/moteur-distribue.md.`,
  );
}

/**
 * A name as Spark quotes it.
 * @internal
 */
export function quoted(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

/**
 * A text as Spark writes it: its backslashes escape.
 * @internal
 */
export function text(value: string): string {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** The text of a constant that is one. */
export function constantText(node: SyntaxNode | undefined): string | undefined {
  return node?.class === "CONSTANT" &&
    node.value?.type?.id === "VARCHAR" &&
    typeof node.value.value === "string"
    ? node.value.value
    : undefined;
}
