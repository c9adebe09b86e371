import { format } from "../french-format.js";
import type { Column, Row } from "../query/columns.js";
import { isSynthetic, sourceLine, type Source } from "../query/provenance.js";
import type { ResultValue } from "../query/sql-values.js";
import { UserError } from "../user-error.js";
import { shownColumn, type ColumnFormat, type ShownColumn } from "./shown-column.js";

/** How a table shows its rows. */
export interface TableOptions<Name extends string = string> {
  /** Columns to show, in order: their names, or the title of each by its name. Default: all. */
  columns?: readonly Name[] | Partial<Record<Name, string>>;
  /** How the numbers of some columns are written, such as `{ rembourse: "M€", part: "%" }`. */
  format?: Partial<Record<Name, ColumnFormat>>;
  /** Title of the table. */
  caption?: string;
  /** Column that the rows are sorted by at first; with a `-` before its name, from the greatest to the least. */
  sort?: Name | `-${Name}`;
  /** Rows on a page, 1 to 500; 20 unless said. */
  pageSize?: number;
  /**
   * Rows that the notebook keeps to turn pages, sort, search and download, up to 100 000; 1 000 unless said. They stay in
   * the notebook's file: 100,000 rows of ten columns are some 10 MB.
   */
  rows?: number;
}

/** What a table says beside its rows. */
export interface TableDetails {
  /** How many rows there are, where those at hand are only the first. */
  readonly total?: number;
  /** What one must know to read the figures, a sentence each. */
  readonly notes?: readonly string[];
}

/** A table, ready to be written in any form. */
export interface TableContent {
  caption: string;
  columns: readonly ShownColumn[];
  /** Rows that go along, sorted. */
  rows: readonly Row[];
  /** How many rows there are in all. */
  total: number;
  pageSize: number;
  sort?: { column: number; direction: "ascending" | "descending" };
  notes: readonly string[];
  source: string;
  synthetic: boolean;
}

/** What a source line says of generated rows. */
export const syntheticMark = "DONNÉES SYNTHÉTIQUES";

const defaultPageSize = 20;
const defaultRows = 1000;
const mostRows = 100_000;
const mostPageSize = 500;

/**
 * Decides what a table shows.
 * @param source the source line, where it isn't that of `sources`
 * @throws UserError when an option names no column or isn't in its bounds, or sorts rows that are only the first
 */
export function tableContent(
  columns: readonly Column[],
  rows: readonly Row[],
  sources: readonly Source[],
  details: TableDetails = {},
  options: TableOptions = {},
  source = sourceLine(sources),
): TableContent {
  const titles = chosenTitles(columns, options.columns);
  for (const name of Object.keys(options.format ?? {})) columnNamed(columns, name, "format");
  const shown = [...titles].map(([name, title]) =>
    shownColumn(columnNamed(columns, name, "columns"), rows, sources, {
      title,
      format: options.format?.[name],
    }),
  );
  const sort = options.sort === undefined ? undefined : sortOf(options.sort, columns);
  const total = Math.max(details.total ?? 0, rows.length);
  if (sort && total > rows.length) {
    throw new UserError(
      `La requête a ${format.number(total)} lignes et seules les ${format.number(rows.length)} premières ont été lues : les trier ne montrerait pas les plus grandes de toutes. Triez en SQL (ORDER BY ${sort.name}).`,
    );
  }
  const position = sort ? shown.findIndex(({ name }) => name === sort.name) : -1;
  const kept = bounded("rows", options.rows ?? defaultRows, mostRows);
  return {
    caption: options.caption ?? "",
    columns: shown,
    rows: (sort ? sortedRows(rows, sort) : rows).slice(0, kept),
    total,
    pageSize: bounded("pageSize", options.pageSize ?? defaultPageSize, mostPageSize),
    ...(sort && position >= 0 ? { sort: { column: position, direction: sort.direction } } : {}),
    notes: details.notes ?? [],
    source,
    synthetic: isSynthetic(sources) || source.includes(syntheticMark),
  };
}

/** How many rows there are, and how many of them are here. */
export function countLine(total: number, here: number): string {
  const all = `${format.number(total)} ligne${total > 1 ? "s" : ""}`;
  if (here >= total) return all;
  return here === 1
    ? `${all}, dont la première ici`
    : `${all}, dont les ${format.number(here)} premières ici`;
}

function chosenTitles(
  columns: readonly Column[],
  chosen: TableOptions["columns"],
): ReadonlyMap<string, string | undefined> {
  if (chosen === undefined) return new Map(columns.map(({ name }) => [name, undefined]));
  const titles = isList(chosen) ? chosen.map((name) => [name, undefined] as const) : Object.entries(chosen);
  if (titles.length === 0) throw new UserError("columns ne nomme aucune colonne : la table serait vide.");
  return new Map(titles);
}

function isList(chosen: NonNullable<TableOptions["columns"]>): chosen is readonly string[] {
  return Array.isArray(chosen);
}

function columnNamed(columns: readonly Column[], name: string, option: string): Column {
  const found = columns.find((column) => column.name === name);
  if (found) return found;
  throw new UserError(
    `L'option ${option} de table demande la colonne « ${name} », que les données n'ont pas. Colonnes présentes : ${columns.map((column) => column.name).join(", ")}.`,
  );
}

function bounded(option: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new UserError(
    `L'option ${option} de table vaut ${value} : donnez un nombre entier entre 1 et ${format.number(most)}.`,
  );
}

interface Sort {
  name: string;
  direction: "ascending" | "descending";
}

function sortOf(sort: string, columns: readonly Column[]): Sort {
  if (columns.some(({ name }) => name === sort)) return { name: sort, direction: "ascending" };
  const descending = sort.startsWith("-");
  const { name } = columnNamed(columns, descending ? sort.slice(1) : sort, "sort");
  return { name, direction: descending ? "descending" : "ascending" };
}

/** Missing values come last, whichever the direction. */
function sortedRows(rows: readonly Row[], { name, direction }: Sort): Row[] {
  const sign = direction === "ascending" ? 1 : -1;
  const { compare } = new Intl.Collator("fr", { numeric: true });
  const isMissing = (value: ResultValue) => value === null || Number.isNaN(value);
  return rows.toSorted(({ [name]: a = null }, { [name]: b = null }) => {
    if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b));
    if (typeof a === "string" && typeof b === "string") return sign * compare(a, b);
    const [one, other] = [a as number, b as number];
    return one < other ? -sign : one > other ? sign : 0;
  });
}
