import { describe, expect, it } from "vitest";
import { jupyterDisplay } from "../display.js";
import { resultOf } from "../query/result.js";
import { poissonInterval } from "./poisson.js";
import { regression } from "./regression.js";

/** Anscombe's first set (The American Statistician, 1973): line 3.00 + 0.500 x, R² 0.667, standard error of the slope 0.118. */
const anscombe = [
  [10, 8.04],
  [8, 6.95],
  [13, 7.58],
  [9, 8.81],
  [11, 8.33],
  [14, 9.96],
  [6, 7.24],
  [4, 4.26],
  [12, 10.84],
  [7, 4.82],
  [5, 5.68],
].map(([x, y]) => ({ x: x ?? 0, y: y ?? 0 }));

describe("regression", () => {
  it("finds Anscombe's line, with its interval and R²", () => {
    const line = regression(anscombe, { x: "x", y: "y" });
    expect(line.points).toBe(11);
    expect(line.slope).toBeCloseTo(0.5001, 4);
    expect(line.intercept).toBeCloseTo(3.0001, 4);
    expect(line.r2).toBeCloseTo(0.6665, 4);
    // Student's 2.2622 for 9 degrees of freedom, times 0.1179.
    expect(line.interval[0]).toBeCloseTo(0.2334, 3);
    expect(line.interval[1]).toBeCloseTo(0.7668, 3);
    expect(line.predict(10)).toBeCloseTo(8.0011, 3);
  });

  it("gives a point of weight 3 the pull of three points on the slope", () => {
    const [first, ...others] = anscombe;
    const weighted = regression(
      anscombe.map((point, index) => ({ ...point, w: index === 0 ? 3 : 1 })),
      { x: "x", y: "y", weight: "w" },
    );
    const repeated = regression(
      [first, first, first, ...others].flatMap((point) => point ?? []),
      {
        x: "x",
        y: "y",
      },
    );
    expect(weighted.slope).toBeCloseTo(repeated.slope, 10);
    expect(weighted.intercept).toBeCloseTo(repeated.intercept, 9);
    expect(weighted.r2).toBeCloseTo(repeated.r2, 10);
    expect(weighted.interval[1] - weighted.interval[0]).toBeGreaterThan(
      repeated.interval[1] - repeated.interval[0],
    );
  });

  it("keeps its digits far from zero", () => {
    const far = anscombe.map(({ x, y }) => ({ x: x + 1e9, y }));
    expect(regression(far, { x: "x", y: "y" }).slope).toBeCloseTo(0.5001, 4);
  });

  it("leaves out rows that lack a value or weigh nothing", () => {
    const holes = [
      ...anscombe.map((point) => ({ ...point, w: 2 })),
      { x: 5, y: null, w: 2 },
      { x: 1, y: 99, w: 0 },
    ];
    expect(regression(holes, { x: "x", y: "y", weight: "w" })).toMatchObject({ points: 11 });
  });

  it("shows itself as a table, with the sources of its rows", () => {
    const source = { table: "damir", title: "T", producer: "P", licence: "L", synthetic: true };
    const shown = regression(resultOf(anscombe, [source]), { x: "x", y: "y" })[jupyterDisplay]();
    expect(shown.data["text/plain"]).toContain("pente_basse");
    expect(shown.data["text/plain"]).toContain("SYNTHÉTIQUES");
  });

  it("refuses what it can't fit, in French", () => {
    expect(() => regression(anscombe.slice(0, 2), { x: "x", y: "y" })).toThrow("au moins trois points");
    expect(() =>
      regression(
        [1, 2, 3].map((y) => ({ x: 4, y })),
        { x: "x", y: "y" },
      ),
    ).toThrow("diffère");
    expect(() => regression(anscombe, { x: "z", y: "y" })).toThrow("colonne « z »");
    expect(() => regression([{ x: "un", y: 1 }], { x: "x", y: "y" })).toThrow("pas numérique");
  });
});

describe("the interval of a count", () => {
  // Limits as tables of the Poisson law print them.
  it.each([
    [0, 0, 3.689],
    [1, 0.0253, 5.572],
    [10, 4.795, 18.39],
    [100, 81.36, 121.63],
  ])("of %d events goes from %d to %d", (count, low, high) => {
    const [found, other] = poissonInterval(count);
    expect(found).toBeCloseTo(low, 2);
    expect(other).toBeCloseTo(high, 2);
  });

  it("refuses what isn't a count", () => {
    expect(() => poissonInterval(-1)).toThrow("positif ou nul");
    expect(() => poissonInterval(Number.NaN)).toThrow("positif ou nul");
  });
});
