import type { Point } from "./svg-path.js";

/** A labelled box that holds a territory away from its place. */
export interface Inset {
  label: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The empty sea at the south-west holds the outre-mer, the north-west the enlarged petite couronne. */
export const outreMerBoxes: Record<string, Omit<Inset, "label">> = {
  "971": { x: 0, y: 330, width: 68, height: 76 },
  "972": { x: 74, y: 330, width: 68, height: 76 },
  "973": { x: 0, y: 418, width: 68, height: 76 },
  "974": { x: 74, y: 418, width: 68, height: 76 },
  "976": { x: 0, y: 506, width: 68, height: 76 },
};
/** Where the circle of a group of all the outre-mer stands: in the middle of one of its territories, it would be read as that one's. */
export const outreMerTogether: Inset = { label: "Outre-mer", x: 74, y: 506, width: 68, height: 76 };
/** Départements too small to be seen at their place. */
export const petiteCouronne = new Set(["75", "92", "93", "94"]);
/** Where they are drawn again, enlarged. */
export const petiteCouronneBox: Inset = { label: "Petite couronne", x: 0, y: 0, width: 112, height: 100 };

/** The map that fits some points into a box, under its label and within a margin. */
export function placement(points: readonly Point[], box: Omit<Inset, "label">): (point: Point) => Point {
  const margin = 5;
  const label = 11;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const scale = Math.min(
    (box.width - 2 * margin) / (right - left),
    (box.height - label - 2 * margin) / (bottom - top),
  );
  const centerX = box.x + box.width / 2;
  const centerY = box.y + label + (box.height - label) / 2;
  return ([x, y]) => [centerX + (x - (left + right) / 2) * scale, centerY + (y - (top + bottom) / 2) * scale];
}
