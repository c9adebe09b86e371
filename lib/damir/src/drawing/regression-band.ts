import { regression } from "../statistics/regression.js";
import { weightedMean } from "../statistics/weighted-mean.js";

/** A least-squares line with the 95 % interval of its mean, as points to draw. */
export interface Band {
  slope: number;
  interval: readonly [low: number, high: number];
  r2: number;
  points: { x: number; y: number; bas: number; haut: number }[];
}

const steps = 40;

/**
 * The line through some points, and how far the mean may lie from it at each x.
 * The half-width at x is t·s·√(1/W + (x − x̄)²/Sxx); that of the slope is t·s/√Sxx, which gives t·s.
 * Source: N. Draper, H. Smith, « Applied Regression Analysis », ch. 1 (weights as in ch. 9).
 * @throws UserError when there are fewer than three points, or a single x
 */
export function regressionBand(
  points: readonly { x: number; y: number; poids?: number | null }[],
  weight?: "poids",
): Band {
  const line = regression(points, { x: "x", y: "y", ...(weight === undefined ? {} : { weight }) });
  const used = points
    .map(({ x, poids }) => ({ x, weighs: weight === undefined ? 1 : (poids ?? 0) }))
    .filter(({ weighs }) => weighs > 0);
  const total = used.reduce((sum, { weighs }) => sum + weighs, 0);
  const middle = weightedMean(used, ({ x }) => x);
  const spread = used.reduce((sum, { x, weighs }) => sum + weighs * (x - middle) ** 2, 0);
  const [low, high] = line.interval;
  const error = ((high - low) / 2) * Math.sqrt(spread);
  const least = used.reduce((most, { x }) => Math.min(most, x), Infinity);
  const greatest = used.reduce((most, { x }) => Math.max(most, x), -Infinity);
  return {
    slope: line.slope,
    interval: line.interval,
    r2: line.r2,
    points: Array.from({ length: steps + 1 }, (_, index) => {
      const x = least + ((greatest - least) * index) / steps;
      const half = error * Math.sqrt(1 / total + (x - middle) ** 2 / spread);
      const y = line.predict(x);
      return { x, y, bas: y - half, haut: y + half };
    }),
  };
}
