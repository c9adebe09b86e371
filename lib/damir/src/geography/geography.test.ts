import { describe, expect, test } from "vitest";
import { aggregate } from "./geography-aggregate.js";
import { geographicLevels, geography, nesting, territories, type GeographicLevel } from "./geography.js";
import { resultOf } from "../query/result.js";
import type { Source } from "../query/provenance.js";
import { UserError } from "../user-error.js";

const count = (level: GeographicLevel) => territories(level).length;

describe("the geography", () => {
  test("is complete at every level", () => {
    expect(geographicLevels.map((level) => [level, count(level)])).toEqual([
      ["cpam", 107],
      ["departement", 101],
      ["region_avant_2016", 27],
      ["region", 18],
      ["zeat", 9],
      ["ben_res_reg", 13],
      ["france", 1],
    ]);
    for (const place of geography()) {
      for (const level of geographicLevels) {
        expect(place[level].code, `${level} of ${place.cpam.code}`).not.toBe("");
        expect(place[level].nom, `${level} of ${place.cpam.code}`).not.toBe("");
      }
    }
  });

  test("nests the caisses of the Nord, and the Corse", () => {
    const departementOf = nesting("cpam", "departement");
    expect(["594", "595", "597", "599"].map((cpam) => departementOf.get(cpam)?.code)).toEqual([
      "59",
      "59",
      "59",
      "59",
    ]);
    expect(departementOf.get("011")?.code).toBe("01");
    expect(nesting("departement", "region").get("2A")).toEqual({ code: "94", nom: "Corse" });
    expect(nesting("departement", "ben_res_reg").get("2A")?.code).toBe("93");
    expect(nesting("region_avant_2016", "region").get("42")?.nom).toBe("Grand Est");
    expect(nesting("region_avant_2016", "zeat").get("73")?.nom).toBe("Sud-Ouest");
  });

  test.each<[GeographicLevel, GeographicLevel, RegExp]>([
    [
      "zeat",
      "region",
      /zeat 2 \(Bassin parisien\) couvre \d+ régions.*qu'au niveau national.*on peut agréger par france/,
    ],
    ["zeat", "ben_res_reg", /zeat 2 .* couvre \d+ groupes de régions d'Open DAMIR/],
    ["region", "zeat", /couvre 2 zones d'étude/],
    ["ben_res_reg", "region", /ben_res_reg (93|5) .*régions/],
    ["ben_res_reg", "departement", /départements.*tables R/],
    ["france", "region", /de la France aux régions/],
    ["departement", "cpam", /departement 59 \(Nord\) couvre 4 caisses/],
  ])("refuses %s → %s", (from, to, message) => {
    expect(() => nesting(from, to)).toThrow(UserError);
    expect(() => nesting(from, to)).toThrow(message);
  });

  test("says where one can go", () => {
    const possible = geographicLevels.map((from) =>
      geographicLevels.filter((to) => {
        try {
          return nesting(from, to).size > 0;
        } catch {
          return false;
        }
      }),
    );
    expect(Object.fromEntries(geographicLevels.map((level, index) => [level, possible[index]]))).toEqual({
      cpam: ["cpam", "departement", "region_avant_2016", "region", "zeat", "ben_res_reg", "france"],
      departement: ["departement", "region_avant_2016", "region", "zeat", "ben_res_reg", "france"],
      region_avant_2016: ["region_avant_2016", "region", "zeat", "ben_res_reg", "france"],
      region: ["region", "ben_res_reg", "france"],
      zeat: ["zeat", "france"],
      ben_res_reg: ["ben_res_reg", "france"],
      france: ["france"],
    });
  });
});

describe("aggregate", () => {
  const source: Source = {
    table: "damir_departement",
    title: "Dépenses",
    producer: "CNAM",
    licence: "Licence Ouverte 2.0",
    synthetic: true,
  };
  const rows = resultOf(
    [
      { departement: "2A", annee: 2023, rembourse: 0.1, actes: 1 },
      { departement: "2B", annee: 2023, rembourse: 0.2, actes: 2 },
      { departement: "13", annee: 2023, rembourse: 10, actes: 3 },
      { departement: "13", annee: 2024, rembourse: 5, actes: 4 },
      { departement: null, annee: 2023, rembourse: 7, actes: 5 },
    ],
    [source],
  );
  const options = { sum: ["rembourse", "actes"], by: ["annee"] };

  test("adds up exactly, keeps unknown places, other columns and sources", () => {
    const regions = aggregate(rows, { ...options, to: "region" });
    expect(regions.rows).toEqual([
      { region: "94", nom: "Corse", annee: 2023, rembourse: 0.3, actes: 3 },
      { region: "93", nom: "Provence-Alpes-Côte d'Azur", annee: 2023, rembourse: 10, actes: 3 },
      { region: "93", nom: "Provence-Alpes-Côte d'Azur", annee: 2024, rembourse: 5, actes: 4 },
      { region: null, nom: "Inconnu", annee: 2023, rembourse: 7, actes: 5 },
    ]);
    expect(regions.sources).toEqual([source]);
    expect(regions.synthetic).toBe(true);
    expect(aggregate(rows, { ...options, to: "ben_res_reg" }).rows[0]).toEqual({
      ben_res_reg: 93,
      nom: "Provence-Alpes-Côte d'Azur et Corse",
      annee: 2023,
      rembourse: 10.3,
      actes: 6,
    });
  });

  test("takes Open DAMIR's numbers, and its unknown region", () => {
    const groups = resultOf(
      [
        { ben_res_reg: 93, montant: 1.5 },
        { ben_res_reg: 99, montant: 2 },
        { ben_res_reg: 5, montant: 3 },
      ],
      [],
    );
    expect(aggregate(groups, { to: "france", sum: ["montant"] }).rows).toEqual([
      { france: "FR", nom: "France", montant: 4.5 },
      { france: null, nom: "Inconnu", montant: 2 },
    ]);
    expect(() => aggregate(groups, { to: "region", sum: ["montant"] })).toThrow(UserError);
    expect(() => aggregate(groups, { to: "departement", sum: ["montant"] })).toThrow(/tables R/);
  });

  test("keeps integers beyond what a number holds, and the null of what isn't published", () => {
    const large = resultOf(
      [
        { departement: "01", actes: 2n ** 60n, effectif: null },
        { departement: "07", actes: 1, effectif: null },
      ],
      [],
    );
    expect(aggregate(large, { to: "region", sum: ["actes", "effectif"] }).rows).toEqual([
      { region: "84", nom: "Auvergne-Rhône-Alpes", actes: 2n ** 60n + 1n, effectif: null },
    ]);
  });

  test.each<[string, Parameters<typeof aggregate>[1], RegExp]>([
    ["a column that is lost", { to: "region", sum: ["rembourse"] }, /Que faire de « annee », « actes »/],
    ["a column that isn't there", { to: "region", sum: ["x"] }, /pas de colonne « x »/],
    [
      "nothing to add",
      { to: "region", sum: [], by: ["annee", "rembourse", "actes"] },
      /quelles colonnes additionner/,
    ],
    [
      "a level that doesn't nest",
      { ...options, to: "cpam" },
      /On ne peut pas passer des départements aux caisses/,
    ],
  ])("refuses %s", (_, wrong, message) => {
    expect(() => aggregate(rows, wrong)).toThrow(message);
  });

  test("refuses codes of no territory, words for numbers, and rows without geography", () => {
    const one = (row: object) => resultOf([row], []);
    expect(() => aggregate(one({ departement: "1", n: 1 }), { to: "region", sum: ["n"] })).toThrow(
      /pas de ce niveau : 1\./,
    );
    expect(() => aggregate(one({ departement: "01", n: "x" }), { to: "region", sum: ["n"] })).toThrow(
      /n'est pas numérique/,
    );
    expect(() => aggregate(one({ n: 1 }), { to: "region", sum: ["n"] })).toThrow(
      /aucune colonne de géographie/,
    );
    expect(
      aggregate(one({ dpt: "01", n: 1 }), { from: "departement", key: "dpt", to: "france", sum: ["n"] }).rows,
    ).toEqual([{ france: "FR", nom: "France", n: 1 }]);
  });
});
