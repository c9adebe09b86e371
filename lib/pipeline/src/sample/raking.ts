/** A margin to respect: the group of each weight and the total of each group. */
export interface Margin {
  groups: Int32Array | number[];
  totals: Float64Array | number[];
}

/**
 * Calibration on margins (raking, iterative proportional fitting): multiplies the weights until the sum of each group
 * of each margin is the wanted one. Weights stay positive and move as little as they can.
 *
 * The last margin is met exactly; the others up to `tolerance` (relative, on their largest gap) where they agree.
 * A group with no weight is left as it is.
 * @returns the largest relative gap that remains
 */
export function rake(weights: Float64Array, margins: Margin[], rounds = 60, tolerance = 1e-5): number {
  let gap = Infinity;
  for (let round = 0; round < rounds && gap > tolerance; round++) {
    gap = 0;
    for (const { groups, totals } of margins) {
      const sums = new Float64Array(totals.length);
      for (let row = 0; row < weights.length; row++) {
        const group = groups[row] as number;
        if (group >= 0) sums[group] = (sums[group] as number) + (weights[row] as number);
      }
      const factors = sums.map((sum, group) => (sum > 0 ? (totals[group] as number) / sum : 1));
      for (const factor of factors) gap = Math.max(gap, Math.abs(factor - 1));
      for (let row = 0; row < weights.length; row++) {
        const group = groups[row] as number;
        if (group >= 0) weights[row] = (weights[row] as number) * (factors[group] as number);
      }
    }
  }
  return gap;
}

/** Calibrates a table of `rows × columns` (by rows) on its two margins, brought to the same total. */
export function rakeTable(cells: Float64Array, rows: number[], columns: number[]): Float64Array {
  const total = rows.reduce((sum, value) => sum + value, 0);
  const columnTotal = columns.reduce((sum, value) => sum + value, 0);
  const width = columns.length;
  rake(cells, [
    {
      groups: Int32Array.from(cells, (_, cell) => cell % width),
      totals: columns.map((value) => (value * total) / columnTotal),
    },
    { groups: Int32Array.from(cells, (_, cell) => Math.floor(cell / width)), totals: rows },
  ]);
  return cells;
}
