import type { StoreTable } from "damir";

/** A value of a row: null is written as null. */
export type Value = number | string | null;

/** Rows, each in the order of the table's columns. Decimals and dates as they are written in CSV. */
export type Rows = Iterable<readonly Value[]>;

/** A table that the project makes itself, ready to write: of the sample, or of what `data/` holds. */
export interface ProjectTable {
  name: string;
  title: string;
  producer: string;
  url?: string;
  /** Day of the last update of the source, `AAAA-MM-JJ`. */
  updated?: string;
  synthetic: boolean;
  columns: readonly { name: string; sql: string }[];
  /** Columns whose exact sum goes into the manifest. */
  measures: readonly string[];
  /** Columns the files are sorted on; rows that tie keep the order they came in. */
  order: readonly string[];
  files: readonly ProjectFile[];
}

/** One Parquet file of a table. */
export interface ProjectFile {
  /** Without folder nor extension. */
  name: string;
  /** Processing month `AAAAMM`, for the tables that come one file a month. */
  month?: string;
  rows(): Rows;
}

/** What the manifest says of a table. */
export function descriptionOf(table: ProjectTable): Omit<StoreTable, "files"> {
  return {
    title: table.title,
    producer: table.producer,
    licence: "Licence Ouverte 2.0",
    ...(table.url === undefined ? {} : { url: table.url }),
    ...(table.updated === undefined ? {} : { updated: table.updated }),
    synthetic: table.synthetic,
  };
}
