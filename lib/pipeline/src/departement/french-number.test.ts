import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { textFromScaled } from "../scaled-number.js";
import { quickFrench, scaledFromFrench } from "./french-number.js";

describe("numbers of the R tables", () => {
  test.each<[string, bigint]>([
    ["0,00", 0n],
    ["1.234,56", 123_456n],
    ["1234,5", 123_450n],
    ["-12.345.678,90", -1_234_567_890n],
    ["+3", 300n],
    [",07", 7n],
    ["-,07", -7n],
    ["12,", 1_200n],
    ["5,4300", 543n],
  ])("%s is read exactly", (text, cents) => {
    expect(scaledFromFrench(text, 2)).toBe(cents);
  });

  test.each([
    "",
    "-",
    ",",
    "1.23",
    "12.34,5",
    "1.2345,6",
    "1,2,3",
    "1 234,56",
    "1,234.56",
    "1e3",
    "0x10",
    "--1",
    "12€",
    "1..234",
  ])("« %s » isn't one", (text) => {
    expect(scaledFromFrench(text, 2)).toBe("not-a-number");
    expect(quickFrench(text, 2)).toBeNaN();
  });

  test("more decimals than the scale are refused, not rounded", () => {
    expect(scaledFromFrench("1,005", 2)).toBe("too-many-decimals");
    expect(quickFrench("1,005", 2)).toBeNaN();
  });

  test("any amount, grouped or not, comes back the same by both ways", () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(10n ** 14n), 10n ** 14n),
        fc.boolean(),
        fc.constantFrom(0, 2, 4),
        (units, grouped, scale) => {
          const [whole = "", decimals] = textFromScaled(units, scale).split(".");
          const groups = grouped ? whole.replace(/\B(?=(\d{3})+$)/g, ".") : whole;
          const text = decimals === undefined ? groups : `${groups},${decimals}`;
          expect(scaledFromFrench(text, scale)).toBe(units);
          const quick = quickFrench(text, scale);
          if (!Number.isNaN(quick)) expect(BigInt(quick)).toBe(units);
        },
      ),
    );
  });

  test("what the quick way accepts, the exact way reads the same", () => {
    const anything = fc.string({ unit: fc.constantFrom(..."0123456789.,-+ ".split("")), maxLength: 14 });
    fc.assert(
      fc.property(anything, (text) => {
        const quick = quickFrench(text, 2);
        if (!Number.isNaN(quick)) expect(scaledFromFrench(text, 2)).toBe(BigInt(quick));
      }),
      { numRuns: 5_000 },
    );
  });
});
