import { solve, type Constraint } from "yalps";
import type { ProtectedTable } from "./protected-table.js";

/** What to hide, and from whom it can't be hidden. */
export interface Suppression {
  /** Cells that are hidden: those asked for, and others so that these can't be computed. */
  readonly hidden: ReadonlySet<number>;
  /** Hidden cells whose value what is shown still tells. */
  readonly unprotected: ReadonlySet<number>;
  /**
   * The proof: each is a change that leaves all that is shown as it is, no count negative, and at least one hidden cell different.
   * Every hidden cell that isn't unprotected is different in one of them.
   */
  readonly alternatives: readonly ReadonlyMap<number, number>[];
}

/** What is to be hidden, and how. */
export interface SuppressionTask {
  /** For each cell to protect, by how much a table that shows the same must be able to exceed its value. */
  readonly needs: ReadonlyMap<number, number>;
  /** Cells whose value isn't shown anyway. */
  readonly unseen: ReadonlySet<number>;
  /** What hiding a cell costs; undefined for one that can't be hidden, such as a total that is published elsewhere. */
  readonly cost: (cell: number) => number | undefined;
}

/** How much a search may use. */
interface Attempt {
  readonly need: number;
  /** True where only the cheapest cells of each sum are tried beside those that are hidden: a table of thousands has few then. */
  readonly narrow: boolean;
  /** False where only cells that can lose the whole need are taken: the search needs no bound then, and is quick. */
  readonly bounded: boolean;
  /** True where cells of zero may be hidden too: one who knows that they are empty isn't fooled. */
  readonly zeros: boolean;
}

/** Below this, a change is a rounding of the solver. */
const nothing = 1e-6;

/**
 * Hides cells until what is shown leaves several values to each hidden one: for each cell to protect, a linear program looks for the
 * cheapest change of the table that keeps all sums, and whatever it changes is hidden. The change then is a proof: with it added, the
 * table is another one that shows the same.
 *
 * It is the successive-linear-programs heuristic of secondary cell suppression (see Fischetti and Salazar, « Solving the cell
 * suppression problem on tabular data with linear constraints », Management Science 47 (7), 2001, for the problem and its exact
 * solution): it hides enough, and not always the least.
 */
export function suppress(table: ProtectedTable, task: SuppressionTask): Suppression {
  const hidden = new Set([...task.unseen, ...task.needs.keys()]);
  const unprotected = new Set<number>();
  const alternatives: Map<number, number>[] = [];
  const reached = new Map<number, number>();
  const value = (cell: number) => table.cells[cell]?.value ?? 0;
  const cheap = cheapestCells(table, task);
  // The greatest needs first: what they hide serves the others.
  const needs = [...task.needs].sort(([a, x], [b, y]) => y - x || value(b) - value(a));
  for (const [cell, need] of needs) {
    if ((reached.get(cell) ?? 0) >= need - nothing) continue;
    const found = cheapestChange(table, task, hidden, cheap, cell, need);
    if (found === undefined) {
      unprotected.add(cell);
      continue;
    }
    alternatives.push(found);
    for (const [changed, shift] of found) {
      hidden.add(changed);
      reached.set(changed, Math.max(reached.get(changed) ?? 0, shift));
    }
  }
  for (const change of alternatives) {
    for (const changed of change.keys()) unprotected.delete(changed);
    if (!isProof(table, hidden, change)) throw new Error("A change of the table doesn't keep what is shown.");
  }
  return { hidden, unprotected, alternatives };
}

/** How many cells of each sum are tried first. */
const triedFirst = 5;

/** The cells of each sum that cost the least to hide, among those that can lose any of the needs. */
function cheapestCells({ cells, sums }: ProtectedTable, { cost, needs }: SuppressionTask): Set<number> {
  const most = Math.max(1, ...needs.values());
  const found = new Set<number>();
  for (const sum of sums) {
    const priced = [...sum.keys()].flatMap((cell) => {
      const price = (cells[cell]?.value ?? 0) >= most ? cost(cell) : undefined;
      return price === undefined ? [] : [{ cell, price }];
    });
    for (const { cell } of priced.sort((a, b) => a.price - b.price).slice(0, triedFirst)) found.add(cell);
  }
  return found;
}

function cheapestChange(
  table: ProtectedTable,
  task: SuppressionTask,
  hidden: ReadonlySet<number>,
  cheap: ReadonlySet<number>,
  cell: number,
  need: number,
): Map<number, number> | undefined {
  const attempts = [need, ...(need > 1 ? [1] : [])].flatMap((wanted): Attempt[] => [
    { need: wanted, narrow: true, bounded: false, zeros: false },
    { need: wanted, narrow: false, bounded: false, zeros: false },
    { need: wanted, narrow: false, bounded: true, zeros: false },
    { need: wanted, narrow: false, bounded: true, zeros: true },
  ]);
  for (const attempt of attempts) {
    const change = changeFor(table, task, hidden, cheap, cell, attempt);
    if (change && isProof(table, new Set([...hidden, ...change.keys()]), change)) return change;
  }
  return undefined;
}

/** The cheapest change that adds the need to a cell and keeps all sums. */
function changeFor(
  { cells, sums }: ProtectedTable,
  { cost }: SuppressionTask,
  hidden: ReadonlySet<number>,
  cheap: ReadonlySet<number>,
  cell: number,
  { need, narrow, bounded, zeros }: Attempt,
): Map<number, number> | undefined {
  const constraints = new Map<string, Constraint>();
  const variables = new Map<string, Map<string, number>>();
  for (const [index, { value }] of cells.entries()) {
    if (index === cell) continue;
    const price = hidden.has(index) ? 0 : cost(index);
    if (price === undefined || (value === 0 && !zeros && !hidden.has(index))) continue;
    if (narrow && !hidden.has(index) && !cheap.has(index)) continue;
    // What is hidden already is nearly free: a change without detours is preferred.
    const each = price + 1e-4;
    variables.set(`+${index}`, new Map([["cost", each]]));
    if (value >= need || (bounded && value > 0)) {
      variables.set(`-${index}`, new Map([["cost", each]]));
      if (bounded) {
        variables.get(`-${index}`)?.set(`at most ${index}`, 1);
        constraints.set(`at most ${index}`, { max: value });
      }
    }
  }
  for (const [number, sum] of sums.entries()) {
    const name = `sum ${number}`;
    constraints.set(name, { equal: -(sum.get(cell) ?? 0) * need });
    for (const [index, sign] of sum) {
      variables.get(`+${index}`)?.set(name, sign);
      variables.get(`-${index}`)?.set(name, -sign);
    }
  }
  const solution = solve({ direction: "minimize", objective: "cost", constraints, variables });
  if (solution.status !== "optimal") return undefined;
  const change = new Map([[cell, need]]);
  for (const [name, amount] of solution.variables) {
    const index = Number(name.slice(1));
    change.set(index, (change.get(index) ?? 0) + (name.startsWith("-") ? -amount : amount));
  }
  for (const [index, shift] of change) if (Math.abs(shift) < nothing) change.delete(index);
  return change;
}

/** True when a change moves hidden cells only, keeps every sum, and makes no count negative. */
export function isProof(
  { cells, sums }: ProtectedTable,
  hidden: ReadonlySet<number>,
  change: ReadonlyMap<number, number>,
): boolean {
  const kept = sums.every((sum) => {
    let difference = 0;
    for (const [index, sign] of sum) difference += sign * (change.get(index) ?? 0);
    return Math.abs(difference) < nothing;
  });
  return (
    kept &&
    [...change].every(([index, shift]) => hidden.has(index) && (cells[index]?.value ?? 0) + shift > -nothing)
  );
}
