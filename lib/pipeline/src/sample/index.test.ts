import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from "@duckdb/node-api";
import { dataFolder, readStore, type Manifest } from "damir";
import { readGeography } from "../reference/geography-files.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readVariables } from "../variables.js";
import { anomalies } from "./associations.js";
import * as published from "./calibration.js";
import { generateSample } from "./index.js";

const folder = join(mkdtempSync(join(tmpdir(), "damir-sample-")), "sample");
const messages: string[] = [];
let manifest: Manifest;
let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  manifest = await generateSample(folder, { progress: (message) => messages.push(message) });
  instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  connection = await instance.connect();
  for (const name of Object.keys(manifest.tables)) {
    await connection.run(`CREATE VIEW ${name} AS FROM read_parquet('${folder}/${name}/*.parquet')`);
  }
}, 300_000);

afterAll(() => {
  connection.closeSync();
  instance.closeSync();
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

async function rows(sql: string): Promise<Record<string, DuckDBValue>[]> {
  return (await connection.runAndReadAll(sql)).getRowObjects();
}

/** The only row of a query, as numbers. */
async function numbers(sql: string): Promise<Record<string, number>> {
  const [row] = (await connection.runAndReadAll(sql)).getRowObjectsJson();
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]));
}

/** Values by key of a query that gives `key` and `value`. */
async function byKey(sql: string): Promise<Map<number, number>> {
  const found = (await connection.runAndReadAll(sql)).getRowObjectsJson();
  return new Map(found.map(({ key, value }) => [Number(key), Number(value)]));
}

/** Relative gap. */
const gap = (value: number | undefined, wanted: number) => Math.abs((value ?? NaN) / wanted - 1);

const periods = [
  ["the 24 months", "true"],
  ["January 2025", `flx_ann_moi = ${published.calibratedMonth}`],
] as const;

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
    const list = manifest.tables[`nomenclature_departement_${variable}`]
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
      await numbers("SELECT count(*) AS n FROM population WHERE affilies_rg > population OR population <= 0"),
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

describe("the store", () => {
  const schemas: Record<string, string> = {
    damir_departement:
      "flx_ann_moi INTEGER, sns_date INTEGER, cpam VARCHAR, departement VARCHAR, ben_qlt SMALLINT, top_slm SMALLINT, asu_nat SMALLINT, serie VARCHAR, prs_nat SMALLINT, exe_spe SMALLINT, exe_spe1 SMALLINT, exe_stj1 SMALLINT, pre_spe SMALLINT, pre_spe1 SMALLINT, pre_stj1 SMALLINT, cpl_cod SMALLINT, rem_tau DECIMAL(5,2), rec_mon DECIMAL(18,2), rem_mon DECIMAL(18,2), dep_mon DECIMAL(18,2), act_dnb BIGINT, act_coe DECIMAL(18,4)",
    population:
      "annee SMALLINT, departement VARCHAR, sexe SMALLINT, age_min SMALLINT, age_ben_snds SMALLINT, population INTEGER, affilies_rg INTEGER",
    medecins:
      "annee SMALLINT, departement VARCHAR, specialite VARCHAR, exe_spe SMALLINT, pse_spe_snds SMALLINT, mode_exercice VARCHAR, effectif INTEGER",
    meteo: "jour DATE, departement VARCHAR, stations SMALLINT, rr DOUBLE, tn DOUBLE, tx DOUBLE, tm DOUBLE",
    accidents:
      "num_acc VARCHAR, jour DATE, heure SMALLINT, departement VARCHAR, lum SMALLINT, agg SMALLINT, atm SMALLINT, usagers SMALLINT, tues SMALLINT, blesses_hospitalises SMALLINT, blesses_legers SMALLINT, lat DOUBLE, long DOUBLE",
    departements:
      "departement VARCHAR, nom VARCHAR, region VARCHAR, nom_region VARCHAR, ben_res_reg SMALLINT, region_avant_2016 VARCHAR, zeat VARCHAR",
    regions: "ben_res_reg SMALLINT, nom VARCHAR, regions_insee VARCHAR",
    caisses: "cpam VARCHAR, nom VARCHAR, departement VARCHAR",
    dictionnaire:
      "variable VARCHAR, libelle VARCHAR, role VARCHAR, type VARCHAR, unite VARCHAR, codes_inconnus VARCHAR, nomenclature VARCHAR, famille VARCHAR, annees VARCHAR, definition VARCHAR, usage VARCHAR, pieges VARCHAR",
    dictionnaire_departement:
      "variable VARCHAR, libelle VARCHAR, role VARCHAR, type VARCHAR, unite VARCHAR, codes_inconnus VARCHAR, nomenclature VARCHAR, famille VARCHAR, annees VARCHAR, definition VARCHAR, usage VARCHAR, pieges VARCHAR",
    postes: "poste VARCHAR, libelle VARCHAR, categorie VARCHAR, ordre SMALLINT, definition VARCHAR",
    prs_nat_postes:
      "code SMALLINT, libelle VARCHAR, poste VARCHAR, role VARCHAR, acte_de_base BOOLEAN, unite VARCHAR, raison VARCHAR",
    nomenclature_prs_nat:
      "code SMALLINT, libelle VARCHAR, libelle_depuis DATE, autre_libelle VARCHAR, note VARCHAR, editions VARCHAR, lignes_a202401 INTEGER",
    nomenclature_cpam: "code VARCHAR, libelle VARCHAR, note VARCHAR",
    nomenclature_serie: "code VARCHAR, libelle VARCHAR, note VARCHAR",
    nomenclature_departement_prs_nat: "code SMALLINT, libelle VARCHAR, note VARCHAR",
    damir: readVariables()
      .map(({ name, sql }) => `${name} ${sql}`)
      .join(", "),
  };

  it.each(Object.entries(schemas))("has the documented columns of %s", async (table, schema) => {
    const columns = await rows(`SELECT column_name, column_type FROM (DESCRIBE ${table})`);
    expect(
      columns.map(({ column_name: name, column_type: type }) => `${String(name)} ${String(type)}`).join(", "),
    ).toBe(schema);
  });

  it("has a manifest that says what the files hold", async () => {
    expect(readStore(folder)?.manifest).toEqual(manifest);
    for (const [name, table] of Object.entries(manifest.tables)) {
      for (const file of table.files) {
        const bytes = readFileSync(join(folder, file.path));
        expect(file.bytes, file.path).toBe(bytes.length);
        expect(file.sha256, file.path).toBe(createHash("sha256").update(bytes).digest("hex"));
        const sums = Object.keys(file.sums ?? {}).map((measure) =>
          name === "meteo"
            ? `sum(${measure}::DECIMAL(18,1))::VARCHAR AS ${measure}`
            : `sum(${measure})::VARCHAR AS ${measure}`,
        );
        const [found] = await rows(
          `SELECT ${["count(*)::INT AS rows", ...sums].join(", ")} FROM read_parquet('${join(folder, file.path)}')`,
        );
        expect(found, file.path).toEqual({ rows: file.rows, ...file.sums });
      }
      expect(readdirSync(join(folder, name)).length).toBe(table.files.length);
    }
  });

  it("says what is synthetic, and what isn't", () => {
    const generated = ["damir", "damir_departement", "population", "medecins", "meteo", "accidents"];
    for (const [name, { synthetic, title }] of Object.entries(manifest.tables)) {
      expect(synthetic, name).toBe(generated.includes(name));
      expect(title.endsWith("(synthétique)"), name).toBe(synthetic);
    }
    expect(messages).toHaveLength(generated.length);
    expect(manifest.tables["regions"]?.files[0]?.rows).toBe(readGeography("regions").length);
  });

  it("weighs less than 40 MB and leaves nothing else behind", () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    expect(bytes).toBeLessThan(40e6);
    expect(files.filter(({ name }) => !name.endsWith(".parquet")).map(({ name }) => name)).toEqual([
      "manifest.json",
    ]);
    expect(readdirSync(join(folder, ".."))).toEqual(["sample"]);
  });

  it("gives the same bytes again, in another time zone and place, and replaces the older sample", async () => {
    const { TZ, LANG } = process.env;
    process.env["TZ"] = "Pacific/Auckland";
    process.env["LANG"] = "tr_TR.UTF-8";
    const other = join(folder, "..", "again");
    try {
      mkdirSync(join(other, "damir"), { recursive: true });
      writeFileSync(join(other, "manifest.json"), JSON.stringify({ version: 1, tables: {} }));
      writeFileSync(join(other, "damir", "old.parquet"), "");
      expect(await generateSample(other)).toEqual(manifest);
      expect(readFileSync(join(other, "manifest.json"), "utf8")).toBe(
        readFileSync(join(folder, "manifest.json"), "utf8"),
      );
      expect(readdirSync(join(other, "damir"))).not.toContain("old.parquet");
    } finally {
      rmSync(other, { recursive: true, force: true });
      restore("TZ", TZ);
      restore("LANG", LANG);
    }
  }, 300_000);

  it("refuses a folder that holds something else, and leaves it alone", async () => {
    const other = join(folder, "..", "mine");
    mkdirSync(other);
    writeFileSync(join(other, "thesis.odt"), "years of work");
    await expect(generateSample(other)).rejects.toThrow(/contient autre chose qu'un échantillon/);
    expect(readdirSync(other)).toEqual(["thesis.odt"]);
    rmSync(other, { recursive: true });
  });

  it("says so when it can't write, without leaving anything", async () => {
    const file = join(folder, "..", "file");
    writeFileSync(file, "");
    await expect(generateSample(join(file, "sample"))).rejects.toThrow(
      /ne peut pas servir de dossier|ne peut pas être créé/,
    );
    rmSync(file);
  });
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}
