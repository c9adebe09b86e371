/** The mean of some values, each weighing what its item does. */
export function weightedMean<T extends { weighs: number }>(
  items: readonly T[],
  value: (item: T) => number,
): number {
  let [sum, weight] = [0, 0];
  for (const item of items) {
    sum += item.weighs * value(item);
    weight += item.weighs;
  }
  return sum / weight;
}
