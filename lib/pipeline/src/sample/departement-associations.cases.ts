import { describe, expect, it } from "vitest";
import * as published from "./calibration.js";
import { gap, type GeneratedSample } from "./generated-sample.fixture.js";

/** What varies together in `damir_departement`, as published. */
export function departementAssociationCases({ rows, numbers }: GeneratedSample): void {
  describe("associations of damir_departement", () => {
    const density = `
    SELECT annee, departement, sum(effectif) FILTER (exe_spe = 1) AS generalists, sum(effectif) FILTER (exe_spe <> 1) AS specialists
    FROM medecins GROUP BY ALL`;
    const insured =
      "SELECT annee, departement, sum(affilies_rg) AS affiliates, sum(population) AS people FROM population GROUP BY ALL";
    const joined = `
    WITH care AS (
      SELECT flx_ann_moi // 100 AS annee, departement, sum(act_dnb) FILTER (serie IN ('111111', '111121')) AS acts,
        sum(dep_mon) FILTER (serie = '111112') / sum(rec_mon) FILTER (serie = '111112') AS fees,
        sum(rem_mon) FILTER (serie IN ('115221', '115222', '115223', '115224')) AS transport,
        sum(rem_mon) FILTER (serie = '11F') AS abroad,
        sum(act_dnb) FILTER (cpl_cod IN (1, 2)) AS permanence, sum(act_dnb) FILTER (cpl_cod = 3) AS emergency
      FROM damir_departement GROUP BY ALL),
    doctors AS (${density}), insured AS (${insured})
    SELECT *, 1e5 * generalists / affiliates AS density, 1e5 * specialists / people AS specialist_density
    FROM care JOIN doctors USING (annee, departement) JOIN insured USING (annee, departement)`;

    it.each([2024, 2025])(
      "has the published level, density and slope of general practice in %i",
      async (year) => {
        const found = await numbers(`
      SELECT sum(acts) / sum(affiliates) AS acts, 1e5 * sum(generalists) / sum(affiliates) AS density,
        100 * regr_slope(acts / affiliates, density) AS slope, regr_r2(acts / affiliates, density) AS r2
      FROM (${joined}) WHERE annee = ${year}`);
        expect(gap(found["acts"], published.generalPractice.actsPerAffiliate)).toBeLessThan(0.002);
        expect(gap(found["density"], published.generalPractice.density)).toBeLessThan(0.01);
        expect(gap(found["slope"], published.generalPractice.slope)).toBeLessThan(0.02);
        expect(found["r2"]).toBeGreaterThan(0.1);
        expect(found["r2"]).toBeLessThan(0.5);
      },
    );

    it("raises dépassements with specialists, transport with scarcity, emergencies where general practice is rare", async () => {
      const found = await numbers(`
      SELECT corr(fees, specialist_density) AS fees, corr(transport / affiliates, density) AS transport,
        corr(emergency / affiliates, acts / affiliates) AS emergency FROM (${joined}) WHERE annee = 2025`);
      expect(found["fees"]).toBeGreaterThan(0.3);
      expect(found["fees"]).toBeLessThan(0.8);
      expect(found["transport"]).toBeLessThan(-0.3);
      expect(found["transport"]).toBeGreaterThan(-0.8);
      expect(found["emergency"]).toBeLessThan(-0.05);
      expect(found["emergency"]).toBeGreaterThan(-0.6);
    });

    it("has most care abroad on the borders", async () => {
      const first = await rows(
        `SELECT departement FROM (${joined}) WHERE annee = 2025 ORDER BY abroad / affiliates DESC LIMIT 8`,
      );
      const border = ["57", "67", "68", "54", "55", "08", "59", "01", "74", "25", "39", "90"];
      expect(
        first.filter(({ departement }) => border.includes(String(departement))).length,
      ).toBeGreaterThanOrEqual(7);
    });

    it("has a winter peak and a hollow August", async () => {
      const found = await numbers(`
      SELECT sum(act_dnb) FILTER (sns_date % 100 IN (1, 2, 12)) / 3 AS winter, sum(act_dnb) FILTER (sns_date % 100 = 8) AS august,
        sum(act_dnb) FILTER (sns_date % 100 IN (5, 6)) / 2 AS spring FROM damir_departement
      WHERE serie = '111111' AND sns_date BETWEEN 202401 AND 202510`);
      expect(found["august"]).toBeLessThan((found["spring"] ?? 0) * 0.9);
      const monthly = await numbers(`
      WITH acts AS (
        SELECT departement, flx_ann_moi AS month, sum(act_dnb) AS acts FROM damir_departement
        WHERE serie = '111111' AND flx_ann_moi % 100 NOT IN (8, 9) GROUP BY ALL),
      seasons AS (SELECT departement, month, acts / avg(acts) OVER (PARTITION BY departement) AS acts FROM acts),
      weather AS (SELECT departement, year(jour) * 100 + month(jour) AS month, -avg(tm) AS cold FROM meteo GROUP BY ALL)
      SELECT corr(acts, cold) AS cold FROM seasons JOIN weather USING (departement, month)
      WHERE departement NOT LIKE '97%'`);
      expect(monthly["cold"]).toBeGreaterThan(0.4);
    });

    it("has all caisses, in their département", async () => {
      expect(await numbers("SELECT count(DISTINCT cpam) AS n FROM damir_departement")).toEqual({ n: 107 });
      expect(
        await rows(
          "SELECT DISTINCT cpam FROM damir_departement d ANTI JOIN caisses c ON c.cpam = d.cpam AND c.departement = d.departement",
        ),
      ).toEqual([]);
    });
  });
}
