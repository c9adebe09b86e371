import type { SqlToken } from "./sql-tokens.js";

/** What stands between two parentheses, or the whole query: tokens, and blocks within it. */
export interface SqlBlock {
  items: SqlItem[];
  start: number;
  end: number;
}

export type SqlItem = SqlToken | SqlBlock;

export function isBlock(item: SqlItem | undefined): item is SqlBlock {
  return item !== undefined && "items" in item;
}

/** True for a token written so, in any case. */
export function isWord(item: SqlItem | undefined, ...words: readonly string[]): boolean {
  return (
    item !== undefined && !isBlock(item) && item.kind === "word" && words.includes(item.text.toLowerCase())
  );
}

/** True for a sign written so. */
export function isSign(item: SqlItem | undefined, ...signs: readonly string[]): boolean {
  return item !== undefined && !isBlock(item) && item.kind === "sign" && signs.includes(item.text);
}

/** The blocks of a query: one that isn't closed goes to the end. Comments are left out. */
export function sqlBlocks(tokens: readonly SqlToken[], length: number): SqlBlock {
  const whole: SqlBlock = { items: [], start: 0, end: length };
  const open = [whole];
  for (const token of tokens) {
    if (token.kind === "comment") continue;
    if (isSign(token, "(")) {
      const block: SqlBlock = { items: [], start: token.end, end: length };
      open.at(-1)?.items.push(block);
      open.push(block);
    } else if (isSign(token, ")") && open.length > 1) {
      const block = open.pop();
      if (block) block.end = token.start;
    } else open.at(-1)?.items.push(token);
  }
  return whole;
}

/** True for a block that is a query, not the arguments of a function or a list. */
export function isQuery({ items }: SqlBlock): boolean {
  return isWord(items[0], "select", "with", "from") || (isBlock(items[0]) && isQuery(items[0]));
}

/** The blocks around a place, outermost first. */
export function blocksAround(block: SqlBlock, place: number): SqlBlock[] {
  const inner = block.items.filter(isBlock).find(({ start, end }) => start <= place && place <= end);
  return [block, ...(inner ? blocksAround(inner, place) : [])];
}

/** The parts of a query that UNION, INTERSECT or EXCEPT join. */
export function partsOf({ items }: SqlBlock): SqlItem[][] {
  const parts: SqlItem[][] = [[]];
  for (const item of items) {
    if (isWord(item, "union", "intersect", "except") || isSign(item, ";")) parts.push([]);
    else parts.at(-1)?.push(item);
  }
  return parts;
}
