import { isRollUp, type StoredTable } from "damir";
import { isLoaded, type LoadedTable } from "./loaded-tables.js";
import type { TableDefinition, TablePart } from "./table-definition.js";

/** A part to copy, and its table. */
export type PartOfTable = readonly [table: TableDefinition, part: TablePart];

/** What a load has to do, in order. */
export interface LoadPlan {
  /** Roll-ups to take away before anything else comes: they would not hold what `damir` does. */
  withdrawn: readonly string[];
  /** Parts that are copied and take their places together, each group in one transaction. */
  groups: readonly (readonly PartOfTable[])[];
  /** Tables of which all the parts change in one transaction, as their months before and after don't go together. */
  swaps: readonly TableDefinition[];
}

const base = "damir";

/**
 * What a load has to do for a server to hold what the store does. At each moment a roll-up that a server has holds the months of
 * `damir`, neither more nor less: readers who chose it before may read it at any time. So its months come with theirs where it was there, or
 * where nothing was; else it comes whole, at the end.
 * @param loaded what the server holds
 */
export function planLoad(
  definitions: readonly TableDefinition[],
  stored: ReadonlyMap<string, StoredTable>,
  loaded: ReadonlyMap<string, LoadedTable>,
): LoadPlan {
  const changesForm = (table: TableDefinition) => {
    const known = loaded.get(table.name);
    if (known === undefined) return false;
    const synthetic = stored.get(table.name)?.description.synthetic;
    return known.digest !== table.digest || known.description.synthetic !== synthetic;
  };
  const expenses = definitions.find(({ name }) => name === base);
  const anew = expenses !== undefined && changesForm(expenses);
  const follows = (table: TableDefinition) =>
    loaded.has(table.name) ? !anew && !changesForm(table) : !loaded.has(base);
  const swaps = definitions.filter((table) => (isRollUp(table.name) ? !follows(table) : changesForm(table)));
  const kept = new Set(definitions.filter(follows).map(({ name }) => name));
  const withdrawn = [...loaded.keys()].filter((name) => isRollUp(name) && !kept.has(name));

  const changed = [...definitions]
    .sort((a, b) => Number(isRollUp(a.name)) - Number(isRollUp(b.name)))
    .filter((table) => !swaps.includes(table))
    .flatMap((table): PartOfTable[] =>
      table.parts
        .filter((part) => !isLoaded(table, part, loaded.get(table.name)))
        .map((part) => [table, part]),
    );
  const months = new Map<number | undefined, PartOfTable[]>();
  const groups: PartOfTable[][] = [];
  for (const one of changed) {
    const [{ name }, { month }] = one;
    const group = name === base || isRollUp(name) ? months.get(month) : undefined;
    if (group) group.push(one);
    else {
      groups.push([one]);
      if (name === base) months.set(month, groups[groups.length - 1] ?? []);
    }
  }
  // What is small and goes with the months comes before them.
  groups.sort(([a], [b]) => Number(a?.[0].byMonth) - Number(b?.[0].byMonth));
  return { withdrawn, groups, swaps };
}
