import { describe, expect, it } from "vitest";
import { Choice, Random } from "./random.js";

const draws = (seed: string, count = 2000) => {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.uniform());
};

describe("Random", () => {
  it("repeats itself with a seed, and differs with another", () => {
    expect(draws("damir 202501")).toEqual(draws("damir 202501"));
    const other = draws("damir 202502");
    expect(draws("damir 202501").filter((value, index) => value === other[index])).toEqual([]);
  });

  it("gives close seeds first draws that are far apart", () => {
    const firsts = Array.from({ length: 500 }, (_, index) => new Random(`season ${index}`).uniform());
    const tenths = new Set(firsts.map((value) => Math.floor(value * 10)));
    expect(tenths.size).toBe(10);
    expect(firsts.reduce((sum, value) => sum + value, 0) / 500).toBeCloseTo(0.5, 1);
  });

  it("rounds so that the mean is kept", () => {
    const random = new Random("round");
    const rounded = Array.from({ length: 20_000 }, () => random.round(2.3));
    expect(new Set(rounded)).toEqual(new Set([2, 3]));
    expect(rounded.reduce((sum, value) => sum + value, 0) / rounded.length).toBeCloseTo(2.3, 1);
  });
});

describe("Choice", () => {
  it("gives each value its share of the quantiles", () => {
    const choice = new Choice([
      ["a", 1],
      ["b", 3],
    ]);
    expect([0, 0.249, 0.251, 0.999999].map((quantile) => choice.at(quantile))).toEqual(["a", "a", "b", "b"]);
  });
});
