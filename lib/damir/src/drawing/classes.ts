import { formatLocale } from "d3-format";
import { quantileSorted } from "simple-statistics";
import { vegaNumberLocale } from "../french-format.js";

/** How values are cut into classes: as many in each, even steps, or even steps around a middle. */
export type Cut = { scale: "quantile" | "sequential" } | { scale: "diverging"; center: number };

/** Classes of values, from the lowest to the highest. */
export interface Classes {
  /** One label a class, in French: « moins de 3,7 », « 3,7 à 3,9 », « 4,5 et plus ». */
  labels: string[];
  /** The label of a value's class. */
  labelOf: (value: number) => string;
}

const french = formatLocale({
  ...vegaNumberLocale,
  currency: ["", "\u00a0€"],
});

/** Writes numbers by a d3 format, in French. */
export function writtenBy(format: string): (value: number) => string {
  return french.format(format);
}

/** Counts in classes as narrow as this show where « 5 à 6 » ends: a class says its last count, « 5 à 7 » then « 8 et plus ». */
const narrow = 1000;

/**
 * Cuts values into classes. Thresholds that read the same are merged, so that there may be fewer classes than asked for; those of
 * small counts are whole, and each class ends with the last count in it.
 * @param format how the thresholds are written: a d3 format, or a function
 */
export function classesOf(
  values: readonly number[],
  count: number,
  cut: Cut,
  format: string | ((value: number) => string),
): Classes {
  const write = typeof format === "string" ? writtenBy(format) : format;
  const whole =
    cut.scale !== "diverging" &&
    !write(1).includes(",") &&
    values.every((value) => Number.isInteger(value) && Math.abs(value) < narrow);
  const cuts = thresholdsOf(values, count, cut);
  const byText = new Map(
    (whole ? cuts.map(Math.ceil) : cuts).map((threshold) => [write(threshold), threshold]),
  );
  const written = [...byText.keys()];
  const thresholds = [...byText.values()];
  const labels =
    thresholds.length === 0
      ? ["toutes les valeurs"]
      : [
          `moins de ${written[0] ?? ""}`,
          ...thresholds.slice(1).map((threshold, index) => {
            const [from, to] = [written[index] ?? "", write(whole ? threshold - 1 : threshold)];
            return from === to ? from : `${from} à ${to}`;
          }),
          `${written.at(-1) ?? ""} et plus`,
        ];
  return {
    labels,
    labelOf: (value) => labels[thresholds.filter((threshold) => value >= threshold).length] ?? "",
  };
}

function thresholdsOf(values: readonly number[], count: number, cut: Cut): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const [lowest = 0, highest = 0] = [sorted[0], sorted.at(-1)];
  if (lowest === highest) return [];
  const steps = Array.from({ length: count - 1 }, (_, index) => (index + 1) / count);
  if (cut.scale !== "diverging") {
    return steps.map((step) =>
      cut.scale === "quantile" ? quantileSorted(sorted, step) : lowest + (highest - lowest) * step,
    );
  }
  const { center } = cut;
  // One value far from all others would leave them all in the middle class: it falls into an end class, which is open.
  const away = sorted.map((value) => Math.abs(value - center)).sort((a, b) => a - b);
  const reach = quantileSorted(away, 0.95);
  return steps.map((step) => center - reach + 2 * reach * step);
}
