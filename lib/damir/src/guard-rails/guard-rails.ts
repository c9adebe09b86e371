import type { Reading } from "../query/reading.js";
import type { SqlValue } from "../query/sql.js";
import type { Warning } from "../query/warning.js";
import { UserError } from "../user-error.js";
import { amountTraps } from "./amount-traps.js";
import { Binding, TooLarge } from "./binding.js";
import { codeTraps } from "./code-traps.js";
import { countTraps } from "./count-traps.js";
import { joinTraps } from "./join-traps.js";
import { monthTraps } from "./month-traps.js";
import { placeTraps } from "./place-traps.js";
import { professionTraps } from "./profession-traps.js";
import { rowTraps } from "./row-traps.js";
import type { Months, QueryReading, Trap } from "./trap.js";

const traps: readonly Trap[] = [
  ...amountTraps,
  ...countTraps,
  ...rowTraps,
  ...codeTraps,
  ...professionTraps,
  ...monthTraps,
  ...placeTraps,
  ...joinTraps,
];

/** Which warnings are wanted: all of them, none, or all but some rules. */
export type GuardRailsOption = boolean | { readonly silence: readonly string[] };

/** What is known of the tables of a query. */
export interface KnownTables {
  /** The names of the columns of each table. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** First and last processing month of a table, AAAAMM. */
  readonly months: (table: string) => Months | undefined;
}

/**
 * The rules of {@link warningsOf}, in the order they are looked at.
 *
 * @example
 * guardRailRules().map(({ rule, why }) => `${rule} : ${why}`);
 */
export function guardRailRules(): readonly Warning[] {
  return traps.map(({ rule, why, instead }) => ({ rule, why, instead }));
}

/**
 * Throws when a name isn't that of a rule: a typo would silence nothing.
 * @throws UserError that names the rules
 */
export function checkRules(rules: readonly string[]): void {
  const known = traps.map(({ rule }) => rule);
  const wrong = rules.find((rule) => !known.includes(rule));
  if (wrong === undefined) return;
  throw new UserError(
    `Il n'y a pas d'avertissement nommé « ${wrong} ». Ceux qui existent : ${known.join(", ")}.`,
  );
}

/**
 * The traps of the data that a query walks into. A statement without a syntax tree (PIVOT …), or too intricate to be followed,
 * has none: nothing false is said of it.
 *
 * @param reading its syntax tree, as DuckDB's parser gives it
 * @param values what it binds, in order
 */
export function warningsOf(
  { tree }: Pick<Reading, "tree">,
  values: readonly SqlValue[],
  tables: KnownTables,
): Warning[] {
  if (tree === undefined) return [];
  const binding = new Binding({ columns: tables.columns, values });
  try {
    for (const { node } of tree.statements) binding.query(node, new Map(), []);
  } catch (error) {
    if (error instanceof TooLarge) return [];
    throw error;
  }
  const query: QueryReading = { blocks: binding.blocks, months: tables.months };
  return traps.flatMap(({ rule, why, instead, find }) => {
    const found = find(query);
    if (found === false) return [];
    return [{ rule, why: found === true ? why : found, instead }];
  });
}
