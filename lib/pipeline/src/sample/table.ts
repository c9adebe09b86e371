/** A value of a generated row: null is written as null. */
export type Value = number | string | null;

/** Rows, each in the order of the table's columns. Decimals and dates as they are written in CSV. */
export type Rows = Iterable<readonly Value[]>;

/** A table of the sample, ready to write. */
export interface SampleTable {
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
  files: readonly SampleFile[];
}

/** One Parquet file of a table. */
export interface SampleFile {
  /** Without folder nor extension. */
  name: string;
  /** Processing month `AAAAMM`, for the tables that come one file a month. */
  month?: string;
  rows(): Rows;
}
