import { describe, expect, it } from "vitest";
import { anomalies } from "./associations.js";
import { type GeneratedSample } from "./generated-sample.fixture.js";

/** What varies together in `damir`, as published. */
export function associationCases({ rows, byKey }: GeneratedSample): void {
  describe("associations of damir", () => {
    it("charges the most in Île-de-France and PACA, and leaves less to pay to the old", async () => {
      const fees = await rows(`
      SELECT ben_res_reg AS region FROM damir WHERE pse_spe_snds > 1 AND ben_res_reg <> 99 GROUP BY 1 ORDER BY sum(flt_dep_mnt) / sum(prs_rem_bse) DESC LIMIT 2`);
      expect(fees.map(({ region }) => region)).toEqual([11, 93]);
      const left = await byKey(`
      SELECT age_ben_snds AS key, 1 - sum(prs_rem_mnt) / sum(prs_rem_bse) AS value FROM damir WHERE prs_rem_typ = 0 AND prs_rem_bse > 0 GROUP BY 1`);
      expect(left.get(30)).toBeGreaterThan((left.get(60) ?? 0) * 1.3);
      expect(left.get(60)).toBeGreaterThan((left.get(80) ?? 0) * 1.2);
    });

    it("screens in Bretagne, images individually in Île-de-France", async () => {
      const share = await byKey(`
      SELECT ben_res_reg AS key, sum(flt_act_qte) FILTER (prs_nat = 1336) / sum(flt_act_qte) AS value FROM damir WHERE prs_nat IN (1335, 1336) GROUP BY 1`);
      expect(share.get(53)).toBeGreaterThan((share.get(11) ?? 0) + 0.15);
    });

    it("works out of hours in the south and overseas, and follows the calendar by speciality", async () => {
      const nights = await byKey(`
      SELECT ben_res_reg AS key, sum(flt_act_qte) FILTER (cpl_cod IN (1, 2)) / sum(flt_act_qte) AS value FROM damir WHERE prs_nat IN (1110, 1210) GROUP BY 1`);
      for (const south of [93, 76, 5]) expect(nights.get(south)).toBeGreaterThan((nights.get(52) ?? 0) * 1.3);
      const liver = await byKey(
        "SELECT flx_ann_moi AS key, sum(flt_rem_mnt) AS value FROM damir WHERE pse_spe_snds = 8 GROUP BY 1",
      );
      for (const year of [2024, 2025]) {
        const others = [...liver].filter(([month]) => Math.floor(month / 100) === year && month % 100 !== 8);
        expect(liver.get(year * 100 + 8)).toBeLessThan(0.9 * Math.min(...others.map(([, value]) => value)));
      }
    });

    it("sends to emergencies where general practice is rarer, and to imagery first by general practitioners", async () => {
      const rate = await byKey(`
      SELECT ben_res_reg AS key, sum(flt_act_qte) FILTER (prs_nat = 1081) / sum(flt_act_qte) FILTER (prs_nat = 1110) AS value FROM damir GROUP BY 1`);
      expect(rate.get(24)).toBeGreaterThan((rate.get(93) ?? 0) * 1.3);
      const [first] = await rows(`
      SELECT psp_spe_snds FROM damir WHERE prs_nat = 1351 AND psp_stj_snds = 1 GROUP BY 1 ORDER BY sum(flt_rem_mnt) DESC LIMIT 1`);
      expect(first).toEqual({ psp_spe_snds: 1 });
    });

    it("vaccinates in autumn and consults in winter", async () => {
      const vaccines = await byKey(
        "SELECT soi_moi AS key, sum(flt_act_qte) AS value FROM damir WHERE prs_nat = 3331 AND soi_ann BETWEEN 2024 AND 2025 GROUP BY 1",
      );
      expect((vaccines.get(10) ?? 0) + (vaccines.get(11) ?? 0)).toBeGreaterThan(
        2 * ((vaccines.get(5) ?? 0) + (vaccines.get(6) ?? 0)),
      );
      const consultations = await byKey(
        "SELECT flx_ann_moi % 100 AS key, sum(flt_act_qte) AS value FROM damir WHERE prs_nat = 1110 GROUP BY 1",
      );
      expect(consultations.get(2)).toBeGreaterThan((consultations.get(8) ?? 0) * 1.15);
    });

    it.each(anomalies)(
      "has the anomaly of PRS_NAT $code, region $region, age $age",
      async ({ code, region, age }) => {
        const found = await byKey(`
      WITH cells AS (
        SELECT ben_res_reg, sum(flt_rem_mnt) FILTER (age_ben_snds = ${age} AND prs_nat = ${code}) / sum(flt_rem_mnt) FILTER (prs_nat = ${code}) AS here,
          sum(flt_rem_mnt) FILTER (age_ben_snds = ${age}) / sum(flt_rem_mnt) AS usual FROM damir GROUP BY 1)
      SELECT ben_res_reg AS key, here / usual AS value FROM cells`);
        const others = [...found].filter(([other]) => other !== region).map(([, value]) => value);
        expect(found.get(region)).toBeGreaterThan(Math.max(...others) * 1.15);
      },
    );
  });
}
