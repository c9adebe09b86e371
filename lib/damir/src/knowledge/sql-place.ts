import {
  blocksAround,
  isBlock,
  isQuery,
  isSign,
  isWord,
  partsOf,
  sqlBlocks,
  type SqlItem,
} from "./sql-blocks.js";
import { clauseWords, scopeAt, type Scope, type StoredColumns } from "./sql-scope.js";
import { nameOf, sqlTokens, type SqlToken } from "./sql-tokens.js";

/** A column as it is written: `prs_nat` or `d.prs_nat`. */
export interface WrittenColumn {
  name: string;
  alias?: string;
}

/** What can stand at a place of a query. */
export type Expected =
  | { kind: "nothing" }
  | { kind: "table" }
  /** A column of one table: after its name and a point. */
  | { kind: "member"; alias: string }
  /** A value of a column: after `=`, within `IN (…)`, between BETWEEN and AND. */
  | { kind: "value"; column: WrittenColumn }
  | { kind: "expression" };

/** A place of a query: what is being written there, and what it may be. */
export interface SqlPlace {
  expected: Expected;
  scope: Scope;
  /** What is typed so far, in the token at the place. */
  typed: string;
  /** What a completion replaces. */
  start: number;
  end: number;
  /** The token at the place; undefined between two. */
  token: SqlToken | undefined;
}

const comparisons = ["=", "==", "<>", "!=", "<", ">", "<=", ">="];

/**
 * Reads what stands at a place of a query that may be unfinished.
 * @param whole true to take the token around the place whole, to inspect it; else only what is typed before it counts
 */
export function placeIn(text: string, cursor: number, stored: StoredColumns, whole = false): SqlPlace {
  const tokens = sqlTokens(text);
  const token =
    tokens.find(({ start, end, closed, kind }) =>
      kind === "sign"
        ? false
        : start < cursor && (cursor < end || (cursor === end && !(closed && isQuoted(kind) && !whole))),
    ) ?? (whole ? tokens.find(({ start, kind }) => start === cursor && kind !== "sign") : undefined);
  const blocks = sqlBlocks(tokens, text.length);
  const scope = scopeAt(blocks, cursor, stored);
  const around = blocksAround(blocks, token?.start ?? cursor);
  const inner = around.at(-1) ?? blocks;
  const start = token?.start ?? cursor;
  const end = !token ? cursor : token.closed ? token.end : cursor;
  const base = { scope, token, start, end, typed: typedIn(token, whole ? end : cursor) };
  if (token?.kind === "comment" || token?.kind === "value") return { ...base, expected: { kind: "nothing" } };
  const before = inner.items.filter((item) => item.end <= start);
  const previous = before.at(-1);
  if (isSign(previous, ".") && isName(before.at(-2))) {
    return { ...base, expected: { kind: "member", alias: nameOf(before.at(-2) as SqlToken) } };
  }
  const compared = comparedColumn(before, around, start);
  if (compared) {
    return {
      ...base,
      start: whole ? start : compared.start,
      typed: whole ? base.typed : typedFrom(text, compared.start, cursor, base.typed, token),
      expected: { kind: "value", column: compared.column },
    };
  }
  if (token?.kind === "text") return { ...base, expected: { kind: "nothing" } };
  if (
    (isQuery(inner) || inner === blocks) &&
    expectsTable(partsOf({ ...inner, items: before }).at(-1) ?? [])
  ) {
    return { ...base, expected: { kind: "table" } };
  }
  return { ...base, expected: token?.kind === "number" ? { kind: "nothing" } : { kind: "expression" } };
}

function isQuoted(kind: SqlToken["kind"]): boolean {
  return kind === "text" || kind === "quoted";
}

/** What is typed of a token, without its quotes. */
function typedIn(token: SqlToken | undefined, cursor: number): string {
  if (!token) return "";
  const typed = token.text.slice(0, cursor - token.start);
  return isQuoted(token.kind) ? typed.replace(/^['"]|['"]$/g, "") : typed;
}

function typedFrom(
  text: string,
  start: number,
  cursor: number,
  typed: string,
  token: SqlToken | undefined,
): string {
  return token && start === token.start ? typed : text.slice(start, cursor);
}

function isName(item: SqlItem | undefined): item is SqlToken {
  return item !== undefined && !isBlock(item) && (item.kind === "word" || item.kind === "quoted");
}

/** The column that what comes next is compared with, and where that begins: several words may be typed of a label. */
function comparedColumn(
  before: readonly SqlItem[],
  around: readonly { items: readonly SqlItem[]; start: number }[],
  start: number,
): { column: WrittenColumn; start: number } | undefined {
  let at = before.length;
  // Words of a label, as in « prs_nat = consultation gén ».
  while (at > 0 && isLabelWord(before[at - 1])) at--;
  const from = before[at]?.start ?? start;
  const last = before[at - 1];
  if (isSign(last, ...comparisons)) return asCompared(columnBefore(before, at - 1), from);
  if (isWord(last, "between")) return asCompared(columnBefore(before, withoutNot(before, at - 1)), from);
  if (isWord(last, "and") && isWord(before[at - 3], "between")) {
    return asCompared(columnBefore(before, withoutNot(before, at - 3)), from);
  }
  // In a list: what stands before its parenthesis says of what.
  const outer = around.at(-2)?.items ?? [];
  const block = around.at(-1);
  const index = outer.findIndex((item) => isBlock(item) && item.start === block?.start);
  if (index > 0 && isWord(outer[index - 1], "in") && (at === 0 || isSign(last, ","))) {
    return asCompared(columnBefore(outer, withoutNot(outer, index - 1)), from);
  }
  return undefined;
}

function asCompared(column: WrittenColumn | undefined, start: number) {
  return column && { column, start };
}

function withoutNot(items: readonly SqlItem[], at: number): number {
  return isWord(items[at - 1], "not") ? at - 1 : at;
}

function isLabelWord(item: SqlItem | undefined): boolean {
  return (
    isName(item) &&
    item.kind === "word" &&
    !isWord(
      item,
      ...clauseWords,
      "and",
      "or",
      "not",
      "between",
      "in",
      "is",
      "null",
      "then",
      "else",
      "end",
      "when",
      "case",
      "desc",
      "asc",
      "by",
    )
  );
}

/** The column that ends before an item. */
function columnBefore(items: readonly SqlItem[], at: number): WrittenColumn | undefined {
  const name = items[at - 1];
  if (!isName(name)) return undefined;
  const owner = items[at - 3];
  if (isSign(items[at - 2], ".") && isName(owner)) return { name: nameOf(name), alias: nameOf(owner) };
  return { name: nameOf(name) };
}

/** True right after FROM or JOIN, or a comma of FROM. */
function expectsTable(before: readonly SqlItem[]): boolean {
  const last = before.at(-1);
  if (isWord(last, "from", "join", "describe", "summarize")) return true;
  if (!isSign(last, ",")) return false;
  const clause = before.findLast((item) =>
    isWord(item, "select", "from", "where", "group", "having", "order", "on", "using"),
  );
  return isWord(clause, "from");
}
