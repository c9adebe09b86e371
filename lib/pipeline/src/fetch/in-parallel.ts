/**
 * Does the same thing with each item, a few at once, and gives the results in the items' order.
 * @param atOnce how many at once
 * @throws what the first failure throws, once those under way have ended
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  task: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  let failed = false;
  const worker = async () => {
    for (const [place, item] of queue) {
      if (failed) return;
      try {
        results[place] = await task(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  const failure = ends.find((end) => end.status === "rejected");
  if (failure) throw failure.reason;
  return results;
}
