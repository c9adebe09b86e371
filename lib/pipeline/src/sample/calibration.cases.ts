import { describe, expect, it } from "vitest";
import * as published from "./calibration.js";
import { gap, type GeneratedSample } from "./generated-sample.fixture.js";

const periods = [
  ["the 24 months", "true"],
  ["January 2025", `flx_ann_moi = ${published.calibratedMonth}`],
] as const;

/** What the published totals ask of `damir`. */
export function calibrationCases({ rows, numbers, byKey }: GeneratedSample): void {
  describe("calibration of damir", () => {
    it.each(Object.entries(published.publishedTotals))(
      "has the published total of %s in January 2025",
      async (name, total) => {
        const { value } = await numbers(`SELECT sum(${name}) AS value FROM damir WHERE flx_ann_moi = 202501`);
        expect(gap(value, total)).toBeLessThan(1e-6);
      },
    );

    describe.each(periods)("over %s", (_, period) => {
      const share = (key: string) =>
        `SELECT ${key} AS key, sum(flt_rem_mnt) / (SELECT sum(flt_rem_mnt) FROM damir WHERE ${period}) AS value
       FROM damir WHERE ${period} GROUP BY 1`;

      it.each([
        ["ben_res_reg", published.remByRegion],
        ["age_ben_snds", published.remByAge],
      ] as const)("shares FLT_REM_MNT by $0 within 1 %", async (variable, wanted) => {
        const total = [...wanted.values()].reduce((sum, value) => sum + value, 0);
        const found = await byKey(share(variable));
        expect([...found.keys()].sort((a, b) => a - b)).toEqual([...wanted.keys()].sort((a, b) => a - b));
        for (const [code, value] of wanted)
          expect(gap(found.get(code), value / total), `${variable} ${code}`).toBeLessThan(0.01);
      });

      it("has the ten largest PRS_NAT, each with its share within 1 %, in their order", async () => {
        const found = await byKey(share("prs_nat"));
        const largest = [...found].sort(([, one], [, other]) => other - one).slice(0, 10);
        expect(largest.map(([code]) => code)).toEqual([...published.largestPrestations.keys()]);
        for (const [code, { rem }] of published.largestPrestations) {
          expect(
            gap(found.get(code), (rem * 1e6) / published.publishedTotals.flt_rem_mnt),
            `${code}`,
          ).toBeLessThan(0.01);
        }
      });

      it("has their quantities within 2 %", async () => {
        const found = await byKey(
          `SELECT prs_nat AS key, sum(flt_act_qte) / (SELECT sum(flt_act_qte) FROM damir WHERE ${period}) AS value
         FROM damir WHERE ${period} GROUP BY 1`,
        );
        for (const [code, { quantity }] of published.largestPrestations) {
          expect(
            gap(found.get(code), quantity / published.publishedTotals.flt_act_qte),
            `${code}`,
          ).toBeLessThan(0.02);
        }
      });

      it("has the published shares of type 99, undated care, same-month care and nulls", async () => {
        const found = await numbers(`
        SELECT avg((prs_rem_typ = 99)::INT) AS rows99,
          sum(flt_rem_mnt) FILTER (prs_rem_typ = 99) / sum(flt_rem_mnt) AS rem99,
          sum(flt_rem_mnt) FILTER (soi_ann = 0 AND soi_moi = 0) / sum(flt_rem_mnt) AS undated,
          sum(flt_rem_mnt) FILTER (soi_ann::INT * 100 + soi_moi = flx_ann_moi) / sum(flt_rem_mnt) AS same,
          avg((prs_act_nbr IS NULL)::INT) AS prs, avg((flt_act_nbr IS NULL)::INT) AS flt, avg((pse_spe_snds = 0)::INT) AS spe
        FROM damir WHERE ${period}`);
        expect(found["rows99"]).toBeCloseTo(published.type99.rows, 2);
        expect(gap(found["rem99"], published.type99.rem)).toBeLessThan(0.01);
        expect(gap(found["undated"], published.undatedShare)).toBeLessThan(0.01);
        expect(gap(found["same"], published.sameMonthShare)).toBeLessThan(0.01);
        expect(gap(found["prs"], published.nullShares.prs_act_nbr)).toBeLessThan(0.05);
        expect(gap(found["flt"], published.nullShares.flt_act_nbr)).toBeLessThan(0.05);
        expect(gap(found["spe"], published.withoutSpecialityShare)).toBeLessThan(0.03);
      });
    });

    it("has about 25,000 rows in each of the 24 processing months, at full scale", async () => {
      const months = await rows(
        "SELECT flx_ann_moi AS month, count(*)::INT AS n, sum(flt_rem_mnt)::DOUBLE AS rem FROM damir GROUP BY 1 ORDER BY 1",
      );
      expect(months.map(({ month }) => month)).toEqual([...published.months]);
      for (const { n, rem } of months) {
        expect(Math.abs(Number(n) - 25_000)).toBeLessThan(2_000);
        expect(gap(Number(rem), published.publishedTotals.flt_rem_mnt)).toBeLessThan(0.12);
      }
    });

    it("goes back to 2001, with a little of `0001-01`", async () => {
      const found = await numbers(
        `SELECT min(soi_ann) FILTER (soi_ann > 1) AS first, count(*) FILTER (soi_ann = 1 AND soi_moi = 1) AS one FROM damir`,
      );
      expect(found["first"]).toBe(2001);
      expect(found["one"]).toBeGreaterThan(0);
    });
  });
}
