import { expect, it } from "vitest";
import { map } from "./map.js";

const regions = [
  { region: "Bretagne", ben_res_reg: 53, taux: 1.5 },
  { region: "Occitanie", ben_res_reg: 76, taux: 2.5 },
  { region: "Normandie", ben_res_reg: 28, taux: 3.5 },
];

it("takes the column of codes for its key, where another one has the name of a level and holds names", () => {
  const { alternative } = map(regions, { title: "Taux par région", value: "taux" });
  expect(alternative).toContain("3 régions");
  expect(alternative).toContain("maximum 3,5");
  expect(alternative).toContain("Normandie");
});

it("says which codes it expected when no column holds any", () => {
  const named = regions.map(({ region, taux }) => ({ region, taux }));
  expect(() => map(named, { title: "Taux", value: "taux" })).toThrow("Bretagne, Occitanie, Normandie");
});
