import type { Feature, MultiLineString } from "geojson";
import type { Shape } from "./contours.js";
import type { Point } from "./svg-path.js";

/** Distance between two lines, in units of the drawing. */
const spacing = 5;

/**
 * Lines at 45° within some territories: absent data must not pass for a low value, nor vanish in black and white. Vega fills
 * with colours only, so that the lines are shapes of their own.
 */
export function hatching(shapes: readonly Shape[]): Feature<MultiLineString> {
  const coordinates = shapes.flatMap(({ geometry }) =>
    geometry.coordinates.flatMap((rings) => hatched(rings as Point[][])),
  );
  return { type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates } };
}

/** The lines x + y = c within a polygon: each enters and leaves it in turn at the edges it crosses. */
function hatched(rings: readonly Point[][]): Point[][] {
  const sums = rings.flat().map(([x, y]) => x + y);
  const [least, greatest] = [Math.min(...sums), Math.max(...sums)];
  const lines: Point[][] = [];
  // A little aside: vertices stand on tenths, and a line through a vertex would cross twice or not at all.
  for (let sum = Math.ceil(least / spacing) * spacing + 0.053; sum < greatest; sum += spacing) {
    const crossed = rings.flatMap((ring) => crossings(ring, sum)).sort((a, b) => a[0] - b[0]);
    for (let index = 0; index + 1 < crossed.length; index += 2) {
      const [from, to] = [crossed[index], crossed[index + 1]];
      if (from && to) lines.push([from, to]);
    }
  }
  return lines;
}

function crossings(ring: readonly Point[], sum: number): Point[] {
  return ring.slice(1).flatMap(([x2, y2], index): Point[] => {
    const [x1, y1] = ring[index] ?? [x2, y2];
    const [one, other] = [x1 + y1 - sum, x2 + y2 - sum];
    if (one < 0 === other < 0) return [];
    const part = one / (one - other);
    return [[rounded(x1 + (x2 - x1) * part), rounded(y1 + (y2 - y1) * part)]];
  });
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
