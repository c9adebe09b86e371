import { expect, test } from "vitest";
import { nearest } from "./nearest.js";

const ids = ["open-damir", "depenses-departement", "population", "medecins", "meteo", "accidents"];

test.each([
  ["open-dammir", "open-damir"],
  ["opendamir", "open-damir"],
  ["médecins", "medecins"],
  ["Météo", "meteo"],
  ["acident", "accidents"],
  ["populaton", "population"],
])("%s is near %s", (typed, id) => {
  expect(nearest(typed, ids)).toBe(id);
});

test("what is near nothing suggests nothing", () => {
  expect(nearest("xyz", ids)).toBeUndefined();
  expect(nearest("A202501.csv.gz", ids)).toBeUndefined();
  expect(nearest("x", [])).toBeUndefined();
});
