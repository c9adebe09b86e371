import type { TableColumn } from "../engine/engine.js";
import {
  isBlock,
  isQuery,
  isSign,
  isWord,
  partsOf,
  blocksAround,
  type SqlBlock,
  type SqlItem,
} from "./sql-blocks.js";
import { nameOf } from "./sql-tokens.js";

/** A column that a query can name at a place. */
export interface ScopeColumn {
  name: string;
  /** SQL type; empty where it is computed. */
  type: string;
  /** The stored column it comes from, through subqueries and other names; undefined where it is computed. */
  origin?: { table: string; column: string };
}

/** A table, a subquery or a WITH that a query reads, under the name it goes by there. */
export interface ScopeTable {
  alias: string;
  /** Name of the stored table; undefined for a subquery. */
  table?: string;
  columns: readonly ScopeColumn[];
}

/** What can be named at a place of a query. */
export interface Scope {
  /** What FROM and JOIN of the query read, the innermost query first. */
  tables: readonly ScopeTable[];
  /** Queries that WITH named. */
  named: ReadonlyMap<string, readonly ScopeColumn[]>;
}

/** Columns of the stored tables, by name of table. */
export type StoredColumns = ReadonlyMap<string, readonly TableColumn[]>;

/** Words after which a table's alias can't stand: they go on with the query. */
export const clauseWords =
  "select from where group having order limit offset on using join inner left right full cross natural asof positional semi anti union intersect except qualify window as tablesample pivot unpivot".split(
    " ",
  );

/** What the tables of a query are, at a place of it. */
export function scopeAt(whole: SqlBlock, place: number, stored: StoredColumns): Scope {
  const tables: ScopeTable[] = [];
  let named: ReadonlyMap<string, readonly ScopeColumn[]> = new Map();
  for (const block of blocksAround(whole, place)) {
    if (block !== whole && !isQuery(block)) continue;
    named = namedQueries(block.items, named, stored);
    const parts = partsOf(block);
    const part = parts.find((items) => (items.at(-1)?.end ?? 0) >= place) ?? parts.at(-1) ?? [];
    tables.unshift(...tablesOf(part, named, stored));
  }
  return { tables, named };
}

/** `WITH name [(columns)] AS (query), …` of a query, added to those around it. */
function namedQueries(
  items: readonly SqlItem[],
  around: ReadonlyMap<string, readonly ScopeColumn[]>,
  stored: StoredColumns,
): ReadonlyMap<string, readonly ScopeColumn[]> {
  if (!isWord(items[0], "with")) return around;
  const named = new Map(around);
  items.forEach((item, index) => {
    if (!isBlock(item) || !isQuery(item)) return;
    let at = index - 1;
    while (isWord(items[at], "materialized", "not")) at--;
    if (!isWord(items[at], "as")) return;
    if (isBlock(items[at - 1])) at--;
    const name = items[at - 1];
    const before = items[at - 2];
    if (!name || isBlock(name) || !(isWord(before, "with", "recursive") || isSign(before, ","))) return;
    named.set(nameOf(name), outputColumns(item, named, stored));
  });
  return named;
}

/** What FROM and JOIN of one part of a query read. */
function tablesOf(
  items: readonly SqlItem[],
  named: ReadonlyMap<string, readonly ScopeColumn[]>,
  stored: StoredColumns,
): ScopeTable[] {
  const tables: ScopeTable[] = [];
  let inFrom = false;
  let expected = false;
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (isWord(item, "from", "join")) {
      inFrom = true;
      expected = true;
    } else if (isWord(item, "where", "group", "having", "order", "limit", "qualify", "window", "select"))
      inFrom = false;
    else if (isSign(item, ",") && inFrom) expected = true;
    else if (expected && item && isWord(item, "lateral")) continue;
    else if (expected && item) {
      expected = false;
      if (isWord(item, ...clauseWords)) continue;
      const read = isBlock(item) ? subquery(item, named, stored) : storedTable(nameOf(item), named, stored);
      if (isWord(items[index + 1], "as")) index++;
      const next = items[index + 1];
      if (
        next &&
        !isBlock(next) &&
        (next.kind === "quoted" || (next.kind === "word" && !isWord(next, ...clauseWords)))
      ) {
        read.alias = nameOf(next);
        index++;
      }
      tables.push(read);
    }
  }
  return tables;
}

function subquery(
  block: SqlBlock,
  named: ReadonlyMap<string, readonly ScopeColumn[]>,
  stored: StoredColumns,
): { alias: string; table?: string; columns: readonly ScopeColumn[] } {
  return { alias: "", columns: isQuery(block) ? outputColumns(block, named, stored) : [] };
}

function storedTable(
  name: string,
  named: ReadonlyMap<string, readonly ScopeColumn[]>,
  stored: StoredColumns,
): { alias: string; table?: string; columns: readonly ScopeColumn[] } {
  const query = named.get(name);
  if (query) return { alias: name, columns: query };
  const columns = (stored.get(name) ?? []).map((column) => ({
    name: column.name,
    type: column.type,
    origin: { table: name, column: column.name },
  }));
  return stored.has(name) ? { alias: name, table: name, columns } : { alias: name, columns };
}

/** The columns that a subquery gives, as far as its text tells. */
function outputColumns(
  block: SqlBlock,
  around: ReadonlyMap<string, readonly ScopeColumn[]>,
  stored: StoredColumns,
): ScopeColumn[] {
  const named = namedQueries(block.items, around, stored);
  const [part = []] = partsOf(block);
  const select = part.findIndex((item) => isWord(item, "select"));
  if (select < 0) return [];
  const from = part.findIndex((item, index) => index > select && isWord(item, "from"));
  const tables = from < 0 ? [] : tablesOf(part.slice(from), named, stored);
  return listOf(part.slice(select + 1, from < 0 ? undefined : from)).flatMap((items) => {
    const expression = isWord(items[0], "distinct") ? items.slice(1) : items;
    const last = expression.at(-1);
    if (isSign(last, "*")) {
      const first = expression[0];
      const qualifier = expression.length > 1 && first && !isBlock(first) ? nameOf(first) : undefined;
      return tables.flatMap(({ alias, columns }) =>
        qualifier === undefined || alias === qualifier ? [...columns] : [],
      );
    }
    if (!last || isBlock(last) || (last.kind !== "word" && last.kind !== "quoted")) return [];
    const column = columnOf(
      expression.length > 1 && !isSign(expression.at(-2), ".") ? beforeAlias(expression) : expression,
      tables,
    );
    return [
      { name: nameOf(last), type: column?.type ?? "", ...(column?.origin ? { origin: column.origin } : {}) },
    ];
  });
}

function beforeAlias(items: readonly SqlItem[]): readonly SqlItem[] {
  return items.slice(0, isWord(items.at(-2), "as") ? -2 : -1);
}

/** The column that an expression is, when it is nothing but a column. */
function columnOf(items: readonly SqlItem[], tables: readonly ScopeTable[]): ScopeColumn | undefined {
  const [first, dot, second] = items;
  if (!first || isBlock(first)) return undefined;
  if (items.length === 1) return findColumn(tables, nameOf(first));
  if (items.length === 3 && isSign(dot, ".") && second && !isBlock(second)) {
    return findColumn(tables, nameOf(second), nameOf(first));
  }
  return undefined;
}

/** A column by its name, and by the name its table goes by where that is said. */
export function findColumn(
  tables: readonly ScopeTable[],
  name: string,
  alias?: string,
): ScopeColumn | undefined {
  for (const table of tables) {
    if (alias !== undefined && table.alias.toLowerCase() !== alias.toLowerCase()) continue;
    const column = table.columns.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (column) return column;
  }
  return undefined;
}

/** The expressions of a list, between its commas. */
function listOf(items: readonly SqlItem[]): SqlItem[][] {
  const list: SqlItem[][] = [[]];
  for (const item of items) {
    if (isSign(item, ",")) list.push([]);
    else list.at(-1)?.push(item);
  }
  return list.filter((expression) => expression.length > 0);
}
