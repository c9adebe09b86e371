import { expect, it } from "vitest";
import { monthRuns, monthText, sizeText } from "./measures.js";

it("writes sizes and months in the person's language", () => {
  expect(sizeText(1_600_000_000, "fr")).toBe("1,6\u00a0Go");
  expect(sizeText(999, "en")).toBe("999\u00a0bytes");
  expect(sizeText(0, "fr")).toBe("0\u00a0octets");
  expect(monthText("202403", "fr")).toBe("mars 2024");
});

it("tells months that follow each other from those that don't, over the years too", () => {
  expect(monthRuns(["202311", "202312", "202401", "202403"])).toEqual([
    { first: "202311", last: "202401" },
    { first: "202403", last: "202403" },
  ]);
  expect(monthRuns([])).toEqual([]);
});
