import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rake, rakeTable } from "./raking.js";

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

describe("rake", () => {
  it("meets every margin of a table without holes, and keeps weights positive", () => {
    const positive = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(positive, { minLength: 12, maxLength: 12 }),
        fc.array(positive, { minLength: 3, maxLength: 3 }),
        fc.array(positive, { minLength: 4, maxLength: 4 }),
        (cells, rows, columns) => {
          const raked = rakeTable(Float64Array.from(cells), rows, columns);
          const scale = sum(rows) / sum(columns);
          rows.forEach((wanted, row) => {
            expect(sum(raked.slice(row * 4, row * 4 + 4))).toBeCloseTo(wanted, 6);
          });
          columns.forEach((wanted, column) => {
            expect(sum(raked.filter((_, cell) => cell % 4 === column)) / (wanted * scale)).toBeCloseTo(1, 3);
          });
          expect(Math.min(...raked)).toBeGreaterThan(0);
        },
      ),
    );
  });

  it("leaves rows outside a margin and empty groups alone", () => {
    const weights = Float64Array.of(1, 1, 5);
    expect(rake(weights, [{ groups: [0, 0, -1], totals: [4, 9] }])).toBe(0);
    expect([...weights]).toEqual([2, 2, 5]);
  });

  it("says how far margins that contradict each other stay", () => {
    const weights = Float64Array.of(1, 1);
    const gap = rake(weights, [
      { groups: [0, 0], totals: [10] },
      { groups: [0, 0], totals: [20] },
    ]);
    expect(gap).toBeCloseTo(1, 6);
    expect(sum(weights)).toBeCloseTo(20, 6);
  });
});
