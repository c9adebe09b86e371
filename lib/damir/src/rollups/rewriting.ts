import type { SyntaxTree } from "../query/reading.js";
import { SqlFragment } from "../query/sql.js";
import { candidatesIn, type Candidate } from "./exactness.js";
import { rollUpColumns, rollUps, type AvailableRollUp } from "./rollups.js";

/** A query that reads roll-ups where it named `damir`. */
export interface RolledUp {
  /** The query to send in place of the other: same columns, same rows. */
  readonly query: SqlFragment;
  /** The roll-ups it reads. */
  readonly used: readonly string[];
}

/**
 * The same query over roll-ups, where they give exactly the same answer: it only adds up the measures that they hold, by columns that
 * they hold. Undefined where no part of it does.
 * @param tree the query's syntax
 * @param available roll-ups that can be read
 */
export function rolledUp(
  query: SqlFragment,
  tree: SyntaxTree | undefined,
  available: ReadonlyMap<string, AvailableRollUp>,
): RolledUp | undefined {
  if (tree === undefined || available.size === 0) return undefined;
  const bytes = Buffer.from(query.text);
  const replaced = candidatesIn(tree).flatMap((candidate): Replacement[] => {
    const name = smallestFor(candidate, available);
    const { query_location: at, alias } = candidate.table;
    if (name === undefined || typeof at !== "number" || at >= bytes.length) return [];
    const start = bytes.subarray(0, at).toString().length;
    const [written] = /^(?:"damir"|damir)(?![\w"$])/i.exec(query.text.slice(start)) ?? [];
    if (written === undefined) return [];
    return [{ start, end: start + written.length, text: alias === "" ? `${name} AS damir` : name, name }];
  });
  const rewritten = replacedIn(query, replaced);
  return rewritten && { query: rewritten, used: [...new Set(replaced.map(({ name }) => name))] };
}

/** The smallest roll-up that has the columns of a SELECT, and no gap where it needs none. */
function smallestFor(
  { names, combined }: Candidate,
  available: ReadonlyMap<string, AvailableRollUp>,
): string | undefined {
  const rowsOf = (name: string) => available.get(name)?.rows ?? 0;
  return rollUps
    .filter((rollUp) => {
      const columns = rollUpColumns(rollUp);
      const found = available.get(rollUp.name);
      return (
        [...names].every((name) => columns.includes(name)) &&
        found !== undefined &&
        [...combined].every((measure) => found.complete.has(measure))
      );
    })
    .map(({ name }) => name)
    .sort((a, b) => rowsOf(a) - rowsOf(b))[0];
}

interface Replacement {
  /** In the query's text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly name: string;
}

/** A query with some places of its text replaced; undefined where there are none, or one isn't within a piece of the text. */
function replacedIn(query: SqlFragment, replacements: readonly Replacement[]): SqlFragment | undefined {
  const places = [...replacements].sort((a, b) => b.start - a.start);
  if (places.length === 0) return undefined;
  let from = 0;
  let left = places.length;
  const strings = query.strings.map((piece, index) => {
    const begin = from;
    from += piece.length + `$${index + 1}`.length;
    return places
      .filter(({ start, end }) => start >= begin && end <= begin + piece.length)
      .reduce((text, { start, end, text: inserted }) => {
        left -= 1;
        return text.slice(0, start - begin) + inserted + text.slice(end - begin);
      }, piece);
  });
  return left === 0 ? new SqlFragment(strings, query.values) : undefined;
}
