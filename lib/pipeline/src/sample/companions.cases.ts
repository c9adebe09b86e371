import { describe, expect, it } from "vitest";
import { gap, type GeneratedSample } from "./generated-sample.fixture.js";

/** What is true of population, doctors, weather and accidents. */
export function companionCases({ rows, numbers }: GeneratedSample): void {
  describe("companions", () => {
    it("has the inhabitants of France, older in Creuse and younger in Mayotte", async () => {
      const found = await numbers(`
      SELECT sum(population) / 1e6 AS people, sum(affilies_rg) / sum(population) AS insured,
        sum(population) FILTER (departement = '23' AND age_min >= 75) / sum(population) FILTER (departement = '23') AS creuse,
        sum(population) FILTER (departement = '976' AND age_min < 20) / sum(population) FILTER (departement = '976') AS mayotte
      FROM population WHERE annee = 2024`);
      expect(gap(found["people"], 68.4)).toBeLessThan(0.002);
      expect(found["insured"]).toBeGreaterThan(0.87);
      expect(found["insured"]).toBeLessThan(0.9);
      expect(found["creuse"]).toBeGreaterThan(0.15);
      expect(found["mayotte"]).toBeGreaterThan(0.5);
      expect(
        await numbers(
          "SELECT count(*) AS n FROM population WHERE affilies_rg > population OR population <= 0",
        ),
      ).toEqual({ n: 0 });
      expect(await numbers("SELECT count(*) AS n FROM population")).toEqual({ n: 2 * 101 * 2 * 20 });
    });

    it("counts each doctor once, with specialities met alone", async () => {
      const found = await numbers(`
      SELECT count(DISTINCT specialite) AS specialities, count(DISTINCT mode_exercice) AS modes, count(*) FILTER (effectif <= 0) AS empty FROM medecins`);
      expect(found).toEqual({ specialities: 40, modes: 4, empty: 0 });
      const alone = await numbers(`
      SELECT count(*) AS n FROM (SELECT 1 FROM medecins WHERE annee = 2025 GROUP BY departement, specialite HAVING sum(effectif) = 1)`);
      expect(alone["n"]).toBeGreaterThan(100);
      expect(
        await rows(
          "SELECT DISTINCT exe_spe FROM medecins WHERE exe_spe NOT IN (SELECT code FROM nomenclature_exe_spe)",
        ),
      ).toEqual([]);
      expect(
        await rows(
          "SELECT DISTINCT pse_spe_snds FROM medecins WHERE pse_spe_snds NOT IN (SELECT code FROM nomenclature_pse_spe_snds)",
        ),
      ).toEqual([]);
    });

    it("has each day of two years in each département, colder in winter, in the north and in the mountains", async () => {
      const found = await numbers(`
      SELECT count(*) AS n, count(DISTINCT (jour, departement)) AS cells, count(*) FILTER (tn > tm OR tm > tx OR rr < 0) AS wrong,
        avg(tm) FILTER (departement = '13') - avg(tm) FILTER (departement = '59') AS south,
        avg(tm) FILTER (departement = '38') - avg(tm) FILTER (departement = '05') AS mountain,
        avg(tm) FILTER (departement = '63' AND month(jour) = 7) - avg(tm) FILTER (departement = '63' AND month(jour) = 1) AS summer FROM meteo`);
      expect(found).toMatchObject({ n: 731 * 101, cells: 731 * 101, wrong: 0 });
      expect(found["south"]).toBeGreaterThan(2);
      expect(found["mountain"]).toBeGreaterThan(1);
      expect(found["summer"]).toBeGreaterThan(10);
    });

    it("has plausible accidents", async () => {
      const found = await numbers(`
      SELECT count(*) / 2 AS n, sum(tues) / 2 AS killed, count(DISTINCT num_acc) / 2 AS ids,
        count(*) FILTER (tues + blesses_hospitalises + blesses_legers NOT BETWEEN 1 AND usagers) AS wrong,
        count(*) FILTER (heure BETWEEN 17 AND 19) / count(*) FILTER (heure BETWEEN 2 AND 4) AS evening FROM accidents`);
      expect(gap(found["n"], 53_000)).toBeLessThan(0.05);
      expect(gap(found["killed"], 3_300)).toBeLessThan(0.06);
      expect(found["ids"]).toBe(found["n"]);
      expect(found["wrong"]).toBe(0);
      expect(found["evening"]).toBeGreaterThan(5);
    });
  });
}
