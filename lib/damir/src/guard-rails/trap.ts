import type { Block } from "./query-model.js";

/** A query, as the rules see it. */
export interface QueryReading {
  /** Every SELECT in it, told by the tables under it. */
  readonly blocks: readonly Block[];
  /** First and last processing months of a table (AAAAMM); undefined where its months aren't known. */
  readonly months: (table: string) => Months | undefined;
}

/** Processing months of a table, AAAAMM. */
export interface Months {
  readonly first: number;
  readonly last: number;
}

/** A trap of the data, and how a query that walks into it is told. */
export interface Trap {
  /** Its name: what silences it. */
  readonly rule: string;
  /** What is wrong with the figures, in one French sentence. */
  readonly why: string;
  /** What to write instead. */
  readonly instead: string;
  /** True, or a more precise `why`, when the query walks into it. */
  readonly find: (query: QueryReading) => boolean | string;
}
