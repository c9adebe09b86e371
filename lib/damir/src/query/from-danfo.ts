import { rowsOfDanfo, type Frame } from "./danfo.js";
import { Result, resultOf } from "./result.js";

/**
 * Turns a danfojs-node DataFrame back into a result, to show it, draw it or map it.
 * @param from the results it was computed from: their sources are cited
 *
 * @example
 * const parDepartement = await damir.sql`
 *   SELECT departement, sum(population) AS habitants FROM population WHERE annee = 2024 GROUP BY 1`;
 * const frame = await parDepartement.toDanfo();
 * fromDanfo(frame.sortValues("habitants", { ascending: false }).head(10), parDepartement);
 */
export function fromDanfo(frame: Frame, ...from: readonly Result<object>[]): Result {
  const sources = new Map(
    from.flatMap((result) => result.sources.map((source) => [source.table, source] as const)),
  );
  return resultOf(rowsOfDanfo(frame), [...sources.values()]);
}
