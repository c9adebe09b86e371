import { expect, test } from "vitest";
import { counted, ofName } from "./french-count.js";

test("the plural begins at two", () => {
  expect(counted(0, "ligne")).toBe("0 ligne");
  expect(counted(1, "ligne")).toBe("1 ligne");
  expect(counted(1234, "ligne")).toMatch(/^1\s234 lignes$/);
  expect(counted(2, "total publié", "totaux publiés")).toBe("2 totaux publiés");
});

test("« de » loses its e before a vowel", () => {
  expect(ofName("open-damir")).toBe("d'open-damir");
  expect(ofName("accidents")).toBe("d'accidents");
  expect(ofName("meteo")).toBe("de meteo");
});
