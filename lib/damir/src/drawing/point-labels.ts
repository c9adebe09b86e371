/** A point that may be named. */
interface NamedPoint {
  nom: string;
  x: number;
  y: number;
}

/** Size of the text of a label, in pixels: an average letter, and a line. */
const letter = 6;
const line = 14;

/**
 * Which points are named beside them: those farthest from the cloud of all (Mahalanobis' distance, which knows that x and y go
 * together), as long as their labels don't cover each other. At the right of its point, at the left where the drawing ends.
 * @returns the side of each label, by the index of its point
 */
export function labelledPoints(
  points: readonly NamedPoint[],
  most: number,
  { width, height }: { width: number; height: number },
): Map<number, { cote: "droite" | "gauche" }> {
  const [x, y] = [spreadOf(points.map((point) => point.x)), spreadOf(points.map((point) => point.y))];
  const together =
    points.reduce((sum, point) => sum + x.score(point.x) * y.score(point.y), 0) / Math.max(1, points.length);
  const distance = (one: number, other: number) => one ** 2 - 2 * together * one * other + other ** 2;
  const far = points
    .map((point, index) => ({ point, index, far: distance(x.score(point.x), y.score(point.y)) }))
    .sort((a, b) => b.far - a.far);
  const placed: { left: number; right: number; middle: number }[] = [];
  const chosen = new Map<number, { cote: "droite" | "gauche" }>();
  for (const { point, index } of far) {
    if (chosen.size >= most) break;
    const [at, middle] = [x.place(point.x) * width, (1 - y.place(point.y)) * height];
    const size = point.nom.length * letter + 10;
    const cote = at + size > width ? "gauche" : "droite";
    const box =
      cote === "gauche" ? { left: at - size, right: at, middle } : { left: at, right: at + size, middle };
    const covers = placed.some(
      (other) =>
        Math.abs(other.middle - box.middle) < line && other.left < box.right && box.left < other.right,
    );
    if (covers) continue;
    placed.push(box);
    chosen.set(index, { cote });
  }
  return chosen;
}

function spreadOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation =
    Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
  const least = values.reduce((most, value) => Math.min(most, value), Infinity);
  const greatest = values.reduce((most, value) => Math.max(most, value), -Infinity);
  return {
    score: (value: number) => (value - mean) / deviation,
    place: (value: number) => (greatest === least ? 0.5 : (value - least) / (greatest - least)),
  };
}
