import { readdirSync } from "node:fs";
import { join } from "node:path";
import { dataFolder } from "damir";
import { describe, expect, it } from "vitest";
import { type GeneratedSample } from "./generated-sample.fixture.js";

/** Rows that break a rule: the rule holds when there are none. */
const rules: Record<string, string> = {
  "type 99 stands on the same rows for all its variables":
    "NOT ((prs_rem_typ = 99) = (exo_mtf = 99) AND (prs_rem_typ = 99) = (mtm_nat = 9) AND (prs_rem_typ = 99) = (ben_cmu_top = 9) AND (prs_rem_typ = 99) = (cpt_env_typ = 9) AND (prs_rem_typ = 99) = (top_ps5_trg = 9))",
  "FLT_* is PRS_* or nothing":
    "flt_rem_mnt NOT IN (0, prs_rem_mnt) OR flt_pai_mnt NOT IN (0, prs_pai_mnt) OR flt_dep_mnt NOT IN (0, prs_dep_mnt) OR flt_act_qte NOT IN (0, prs_act_qte)",
  "PRS_REM_TYP 0 is in every FLT_*":
    "prs_rem_typ = 0 AND (flt_rem_mnt <> prs_rem_mnt OR flt_pai_mnt <> prs_pai_mnt OR flt_dep_mnt <> prs_dep_mnt OR flt_act_qte <> prs_act_qte)",
  "PRS_REM_TYP 1 is in FLT_REM_MNT alone":
    "prs_rem_typ = 1 AND (flt_rem_mnt <> prs_rem_mnt OR flt_pai_mnt <> 0 OR flt_dep_mnt <> 0 OR flt_act_qte <> 0)",
  "the other types but 99 are outside FLT_*":
    "prs_rem_typ NOT IN (0, 1, 99) AND (flt_rem_mnt <> 0 OR flt_pai_mnt <> 0 OR flt_act_qte <> 0)",
  "expense is base and dépassement where there is one":
    "prs_dep_mnt <> 0 AND prs_pai_mnt <> prs_rem_bse + prs_dep_mnt",
  "reimbursement is the base at its rate":
    "flt_rem_mnt <> 0 AND prs_rem_bse <> 0 AND abs(prs_rem_mnt - prs_rem_bse * prs_rem_tau / 100) > 0.01",
  "franchises are negative with a positive quantity and no expense":
    "prs_nat IN (1951, 1952, 1957, 1971, 1972, 1973, 1974, 1975, 1976, 1977) AND NOT (flt_rem_mnt <= 0 AND flt_pai_mnt = 0 AND prs_rem_bse = 0 AND flt_act_qte > 0)",
  "other negative amounts are reversals":
    "flt_rem_mnt < 0 AND prs_nat NOT BETWEEN 1951 AND 1977 AND NOT (flt_act_qte < 0 AND flt_pai_mnt <= 0)",
  "only ACT_NBR are null":
    "coalesce(prs_act_qte, flt_act_qte, prs_pai_mnt, flt_rem_mnt) IS NULL OR (prs_act_nbr IS NOT NULL AND flt_act_nbr IS NULL)",
  "doctors have a speciality, others have none": "(pse_act_cat = 1) <> (pse_spe_snds <> 0)",
  "a speciality goes without PSE_ACT_SNDS": "pse_spe_snds <> 0 AND pse_act_snds <> 0",
  "outside hospitals ETE_* is unknown":
    "pse_act_cat <> 0 AND (ete_cat_snds <> 9999 OR ete_reg_cod <> 99 OR ete_typ_snds <> 99)",
  "maternity and screening concern women": "prs_nat IN (1336, 1322, 1911, 6121) AND ben_sex_cod <> 2",
  "care comes before its processing": "soi_ann > 1 AND soi_ann::INT * 100 + soi_moi > flx_ann_moi",
};

/** What is true of every row of `damir`, and of every code. */
export function rowCases(sample: GeneratedSample): void {
  const { folder, rows, numbers } = sample;
  describe("rows of damir", () => {
    it.each(Object.entries(rules))("%s", async (_, broken) => {
      expect(await numbers(`SELECT count(*) AS n FROM damir WHERE ${broken}`)).toEqual({ n: 0 });
    });

    it("has negative franchises, reversals and hidden complementary shares", async () => {
      const found = await numbers(`
      SELECT sum(flt_rem_mnt) FILTER (prs_nat BETWEEN 1951 AND 1977 AND flx_ann_moi = 202501) / 1e6 AS franchises,
        count(*) FILTER (flt_pai_mnt < 0) AS reversals, count(*) FILTER (flt_rem_mnt = 0 AND prs_pai_mnt > 0) AS hidden FROM damir`);
      expect(found["franchises"]).toBeLessThan(-150);
      expect(found["reversals"]).toBeGreaterThan(1000);
      expect(found["hidden"]).toBeGreaterThan(10_000);
    });

    it("has 60 to 120 PRS_NAT", async () => {
      const { n } = await numbers("SELECT count(DISTINCT prs_nat) AS n FROM damir");
      expect(n).toBeGreaterThanOrEqual(60);
      expect(n).toBeLessThanOrEqual(120);
    });

    it("is sorted as the store says", async () => {
      const keys =
        "prs_nat, pse_spe_snds, ete_typ_snds, prs_rem_typ, ben_res_reg, age_ben_snds, ben_sex_cod, soi_ann, soi_moi, prs_rem_tau, psp_spe_snds, asu_nat";
      const { n } = await numbers(`
      WITH file AS (SELECT file_row_number AS n, row(${keys}) AS key FROM read_parquet('${folder}/damir/202503.parquet', file_row_number = true))
      SELECT count(*) AS n FROM (SELECT key, lag(key) OVER (ORDER BY n) AS before FROM file) WHERE before > key`);
      expect(n).toBe(0);
    });
  });

  describe("codes", () => {
    /** The sample is of months that publish regions: the zones of 2009 to 2014 are null. */
    const publishedBefore2015 = (variable: string) => variable.includes("zeat");
    const listed = (name: string) =>
      readdirSync(join(dataFolder, "dictionary", name)).map((file) => file.replace(/\.csv$/, ""));

    it.each(listed("codes"))("of damir.%s are real", async (variable) => {
      expect(
        await rows(
          `SELECT DISTINCT ${variable} FROM damir
         WHERE ${publishedBefore2015(variable) ? `${variable} IS NOT NULL` : `${variable} IS NULL OR ${variable} NOT IN (SELECT code FROM nomenclature_${variable})`}`,
        ),
      ).toEqual([]);
    });

    it.each(listed("codes-departement"))("of damir_departement.%s are real", async (variable) => {
      const list = sample.manifest.tables[`nomenclature_departement_${variable}`]
        ? `nomenclature_departement_${variable}`
        : `nomenclature_${variable}`;
      expect(
        await rows(
          `SELECT DISTINCT ${variable} FROM damir_departement WHERE ${variable} IS NULL OR ${variable} NOT IN (SELECT code FROM ${list})`,
        ),
      ).toEqual([]);
    });

    it.each(["damir_departement", "population", "medecins", "meteo", "accidents"])(
      "of %s cover the 101 départements",
      async (table) => {
        expect(
          await numbers(
            `SELECT count(DISTINCT departement) AS n FROM ${table} WHERE departement IN (SELECT departement FROM departements)`,
          ),
        ).toEqual({ n: 101 });
        expect(
          await numbers(
            `SELECT count(*) AS n FROM ${table} WHERE departement NOT IN (SELECT departement FROM departements)`,
          ),
        ).toEqual({ n: 0 });
      },
    );
  });
}
