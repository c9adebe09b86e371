import { geoConicConformal } from "d3-geo";
import { afterEach, expect, test } from "vitest";
import { contours, useShapes } from "./contours.js";
import { drawnShapes } from "./departement-shapes.js";
import { useImportedContours } from "./imported-contours.js";
import { outreMerBoxes } from "./inset.js";
import { map } from "./map.js";
import type { Point } from "./svg-path.js";

const credit = "Contours : IGN, Etalab";
afterEach(() => {
  useShapes(undefined);
});

/** The drawn départements as a producer would publish them: in degrees, without the petite couronne's and outre-mer's boxes. */
function published(): { code: string; geometrie: string }[] {
  const lambert = geoConicConformal()
    .parallels([44, 49])
    .rotate([-3, 0])
    .scale(3_000)
    .translate([300, 2_700]);
  return drawnShapes().map(({ code, rings }) => {
    const degrees = (point: Point): Point =>
      code in outreMerBoxes ? [-61 + point[0] / 100, -point[1] / 100] : (lambert.invert?.(point) ?? [0, 0]);
    const coordinates = rings.map((ring) => [[...ring, ring[0] ?? [0, 0]].map((point) => degrees(point))]);
    return { code, geometrie: JSON.stringify({ type: "MultiPolygon", coordinates }) };
  });
}

/** Middle of what each territory takes on the map. */
function middles(): Map<string, Point> {
  const { shapes } = contours("departement");
  return new Map(
    shapes.map(({ properties, geometry }) => {
      const points = geometry.coordinates.flat(2) as Point[];
      const middle = (values: number[]) => (Math.min(...values) + Math.max(...values)) / 2;
      return [properties.code, [middle(points.map(([x]) => x)), middle(points.map(([, y]) => y))]];
    }),
  );
}

test("imported boundaries take the place of the drawn ones, credited", () => {
  const drawn = middles();
  useImportedContours(published(), credit);
  const projected = middles();
  expect([...projected.keys()].sort()).toEqual([...drawn.keys()].sort());
  for (const [code, [x, y]] of drawn) {
    const [otherX, otherY] = projected.get(code) ?? [0, 0];
    expect(Math.hypot(x - otherX, y - otherY), code).toBeLessThan(1.5);
  }
  expect(contours("region").shapes).toHaveLength(18);
  const rows = [...drawn.keys()].map((departement, index) => ({ departement, valeur: index }));
  const spec = JSON.stringify(map(rows, { title: "Valeur" }).spec);
  expect(spec).toContain(credit);
  expect(spec).not.toContain("@svg-maps");
});

test("without the 101 départements, or without import, the maps keep their own shapes", () => {
  useImportedContours(published().slice(1), credit);
  expect(contours("departement").credit).toContain("@svg-maps");
  useImportedContours(published(), credit);
  expect(contours("departement").credit).toBe(credit);
  useImportedContours([], undefined);
  expect(contours("departement").credit).toContain("@svg-maps");
});
