import { mayPass, type Environment } from "./evaluation.js";
import { columnsOf, termsOf, type Term } from "./expression.js";
import { isMeasure } from "./measures.js";
import type { Aggregation, Block, Scalar, TableUse } from "./query-model.js";
import type { QueryReading } from "./trap.js";

/** A measure that a query adds up. */
export interface Sum extends Term {
  /** What adds it up: the outermost aggregation where sums are summed. */
  readonly by: Aggregation;
}

const adding = new Set(
  "sum avg mean fsum sumkahan kahan_sum favg sum_no_overflow median quantile quantile_cont".split(" "),
);

/** True for a function whose value changes with rows that are missing, counted twice or of another kind. */
export function adds({ name }: Aggregation): boolean {
  return adding.has(name);
}

/** The columns that pass a test and that a block adds up. */
export function sumsOf(block: Block, test: (use: TableUse, name: string) => boolean = isMeasure): Sum[] {
  return block.aggregations
    .filter(adds)
    .flatMap((by) => termsOf(by).map((term) => ({ ...term, by })))
    .filter(({ column }) => test(column.use, column.name));
}

/** The same, over all the blocks of a query. */
export function sumsIn({ blocks }: QueryReading, test?: (use: TableUse, name: string) => boolean): Sum[] {
  return blocks.flatMap((block) => sumsOf(block, test));
}

/** False when a row with these values is surely not in a sum. */
export function mayAdd(sum: Sum, environment: Environment): boolean {
  return mayPass([...sum.by.block.conditions, ...sum.conditions], environment);
}

/** A row of a table with some values: the others may be anything. */
export function rowWith(use: TableUse, values: Readonly<Record<string, Scalar>>): Environment {
  return (other, column) => (other === use ? values[column] : undefined);
}

/** What a sum is given by: the groups of its block, or the partitions of a window. */
export function groupsOf({ window, partitions, block }: Aggregation): Aggregation["partitions"] {
  return window ? partitions : block.groups;
}

/** True when a sum is given by the values of a column. */
export function isGroupedBy({ by, column }: Sum, name: string): boolean {
  return groupsOf(by)
    .flatMap(columnsOf)
    .some((group) => group.use === column.use && group.name === name);
}
