import type { DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDuckDB } from "../engine/duckdb-engine.js";
import { readingOf } from "../query/reading.js";
import { sql, type SqlFragment } from "../query/sql.js";
import { rolledUp } from "./rewriting.js";

const complete = new Set(["flt_rem_mnt", "flt_pai_mnt", "flt_act_qte"]);
const available = new Map(
  Object.entries({
    agregat_patients: 400,
    agregat_professionnels: 600,
    agregat_prestations: 9000,
    agregat_prescriptions: 20_000,
    agregat_soins: 200_000,
    agregat_taux: 300_000,
    agregat_combinaisons: 1_000_000,
  }).map(([name, rows]) => [name, { rows, complete }] as const),
);

describe("the roll-ups that a query reads", () => {
  let parser: DuckDBConnection;
  beforeAll(async () => {
    parser = await openDuckDB();
  });
  afterAll(() => {
    parser.closeSync();
  });

  const rewritten = async (query: SqlFragment) =>
    rolledUp(query, (await readingOf(parser, query.text)).tree, available);
  const fragment = (text: string) => sql([text] as unknown as TemplateStringsArray);
  const used = async (text: string) => (await rewritten(fragment(text)))?.used ?? [];

  it.each([
    ["SELECT ben_res_reg, sum(flt_rem_mnt) FROM damir GROUP BY 1", "agregat_patients"],
    ["SELECT mois_traitement, sum(flt_rem_mnt) FROM damir GROUP BY ALL", "agregat_patients"],
    ["FROM damir SELECT sum(flt_act_qte)", "agregat_patients"],
    [
      "SELECT prs_nat, sum(flt_rem_mnt) AS r FROM damir GROUP BY prs_nat ORDER BY r DESC LIMIT 20",
      "agregat_prestations",
    ],
    [
      "SELECT mois_soins, sum(flt_act_qte) FROM damir WHERE prs_nat IN (1110, 1111) GROUP BY 1",
      "agregat_soins",
    ],
    ["SELECT count(DISTINCT prs_nat), min(flx_ann_moi) FROM damir", "agregat_prestations"],
    ["SELECT DISTINCT prs_nat, age_ben_snds FROM damir", "agregat_combinaisons"],
    [
      "SELECT sum(CASE WHEN ben_sex_cod = 2 THEN flt_rem_mnt ELSE 0 END) / sum(flt_rem_mnt) AS part FROM damir",
      "agregat_patients",
    ],
    [
      "SELECT sum(coalesce(flt_dep_mnt, 0)) FILTER (WHERE pse_spe_snds <> 0) FROM damir",
      "agregat_professionnels",
    ],
    [
      "SELECT poste, sum(flt_rem_mnt) FROM damir JOIN prs_nat_postes p ON p.code = prs_nat GROUP BY 1",
      "agregat_prestations",
    ],
    [
      "SELECT sum(flt_rem_mnt) FROM damir WHERE prs_nat IN (SELECT code FROM prs_nat_postes)",
      "agregat_prestations",
    ],
    ["SELECT ben_res_reg, sum(sum(flt_rem_mnt)) OVER () FROM damir GROUP BY 1", "agregat_patients"],
    ["SELECT soi_ann, pse_spe_snds, sum(flt_act_qte) FROM damir GROUP BY 1, 2", "agregat_professionnels"],
    [
      "SELECT psp_spe_snds, sum(flt_rem_mnt) FROM damir WHERE soi_ann = 2024 AND pse_act_snds > 0 GROUP BY 1",
      "agregat_prescriptions",
    ],
    ["SELECT prs_rem_tau, exo_mtf, sum(flt_pai_mnt) FROM damir GROUP BY ALL", "agregat_taux"],
    [
      "SELECT sum(CASE WHEN prs_rem_tau <= 100 THEN prs_rem_tau * (flt_pai_mnt - flt_rem_mnt) ELSE 0 END) FROM damir",
      "agregat_taux",
    ],
    [
      "SELECT age_ben_snds, sum(flt_pai_mnt - flt_rem_mnt) / sum(flt_pai_mnt) AS reste FROM damir GROUP BY 1",
      "agregat_patients",
    ],
    [
      "SELECT sum(CASE WHEN prs_nat = 1110 THEN -(flt_pai_mnt - flt_rem_mnt + flt_act_qte) ELSE 0 END) FROM damir",
      "agregat_prestations",
    ],
    [
      "WITH a AS (SELECT ben_res_reg, sum(flt_rem_mnt) AS r FROM damir GROUP BY 1) SELECT count(*), avg(r) FROM a",
      "agregat_patients",
    ],
    [
      "SELECT sum(flt_rem_mnt) / (SELECT sum(flt_rem_mnt) FROM damir) AS part FROM damir WHERE ben_res_reg = 11",
      "agregat_patients",
    ],
    [
      "SELECT nom, sum(flt_rem_mnt) FROM regions LEFT JOIN damir USING (ben_res_reg) GROUP BY 1",
      "agregat_patients",
    ],
  ])("of %s is %s", async (text, rollUp) => {
    expect(await used(text)).toEqual([rollUp]);
  });

  it.each([
    ["rows are counted", "SELECT count(*) FROM damir"],
    ["rows are counted", "SELECT ben_res_reg, sum(flt_rem_mnt), count(prs_nat) FROM damir GROUP BY 1"],
    ["rows are shown", "SELECT flt_rem_mnt FROM damir LIMIT 5"],
    ["rows are shown", "SELECT * FROM damir"],
    ["rows are shown", "SELECT prs_nat FROM damir"],
    ["amounts are compared", "SELECT sum(flt_rem_mnt) FROM damir WHERE flt_rem_mnt > 0"],
    [
      "amounts are compared",
      "SELECT sum(flt_rem_mnt) FROM damir JOIN population ON population > flt_rem_mnt",
    ],
    ["amounts are averaged", "SELECT avg(flt_rem_mnt) FROM damir"],
    ["amounts are told apart", "SELECT count(DISTINCT flt_rem_mnt) FROM damir"],
    ["amounts are told apart", "SELECT DISTINCT flt_act_qte FROM damir"],
    ["amounts are told apart", "SELECT sum(DISTINCT flt_rem_mnt) FROM damir"],
    ["amounts are told apart", "SELECT max(flt_rem_mnt) FROM damir"],
    ["amounts are rounded one by one", "SELECT sum(round(flt_rem_mnt)) FROM damir"],
    ["amounts are rounded one by one", "SELECT sum(flt_rem_mnt / 1000) FROM damir"],
    ["a null hides what is beside it", "SELECT sum(flt_pai_mnt - flt_dep_mnt) FROM damir"],
    ["a null hides what is beside it", "SELECT sum(flt_rem_mnt + (flt_pai_mnt - flt_dep_mnt)) FROM damir"],
    ["amounts are multiplied", "SELECT sum(flt_pai_mnt * flt_rem_mnt) FROM damir"],
    ["amounts are multiplied", "SELECT sum(prs_rem_tau - flt_rem_mnt) FROM damir"],
    ["amounts are multiplied", "SELECT sum(prs_rem_tau * prs_rem_tau * flt_rem_mnt) FROM damir"],
    [
      "a rate is of another table",
      "SELECT sum(t.prs_rem_tau * flt_rem_mnt) FROM damir JOIN taux t USING (prs_nat)",
    ],
    ["a constant is added once a row", "SELECT sum(flt_rem_mnt + 1) FROM damir"],
    ["another measure is asked for", "SELECT sum(prs_rem_mnt) FROM damir WHERE prs_rem_typ = 0"],
    ["another column is asked for", "SELECT sum(flt_rem_mnt) FROM damir WHERE cpl_cod = 2"],
    [
      "another column is asked for",
      "SELECT sum(flt_rem_mnt) FROM damir JOIN etablissements USING (ete_cat_snds)",
    ],
    [
      "another column is asked for",
      "SELECT soi_moi, pse_spe_snds, sum(flt_act_qte) FROM damir GROUP BY 1, 2",
    ],
    ["people are added up by rows", "SELECT sum(population) FROM damir JOIN population USING (annee)"],
    ["people are added up by rows", "SELECT ben_res_reg, sum(flt_rem_mnt), sum(1) FROM damir GROUP BY 1"],
    ["rows are numbered", "SELECT DISTINCT ben_res_reg, row_number() OVER () FROM damir"],
    ["rows are sampled", "SELECT sum(flt_rem_mnt) FROM damir USING SAMPLE 10%"],
    ["rows are sampled", "SELECT sum(flt_rem_mnt) FROM damir TABLESAMPLE 10%"],
    ["chance decides", "SELECT sum(flt_rem_mnt) FROM damir WHERE random() < 0.5"],
    ["rows meet one another", "SELECT sum(a.flt_rem_mnt) FROM damir a JOIN damir b USING (ben_res_reg)"],
    ["the whole row is taken", "SELECT DISTINCT d FROM damir d"],
    ["the whole row is taken", "SELECT DISTINCT COLUMNS('flt_.*') FROM damir"],
    ["the name is another's", "WITH damir AS (SELECT 1 AS flt_rem_mnt) SELECT sum(flt_rem_mnt) FROM damir"],
    ["the name is another's", "SELECT sum(flt_rem_mnt) FROM ailleurs.damir"],
    ["the columns are renamed", "SELECT sum(b) FROM damir AS d(a, b)"],
    [
      "rows are asked for one by one",
      "SELECT sum(d.flt_rem_mnt) FROM damir d WHERE EXISTS (SELECT 1 FROM regions WHERE d.flt_rem_mnt > 10)",
    ],
    [
      "rows meet by their amounts",
      "SELECT sum(d.flt_rem_mnt) FROM damir d JOIN ailleurs USING (flt_act_qte)",
    ],
    ["rows are counted from within", "SELECT max(prs_nat), (SELECT count(d.prs_nat)) AS lignes FROM damir d"],
    [
      "rows are counted from within",
      "SELECT max(prs_nat), (SELECT count(prs_nat) FROM regions) AS lignes FROM damir",
    ],
    ["it is a pivot", "PIVOT damir ON ben_res_reg USING sum(flt_rem_mnt)"],
  ])("are none where %s: %s", async (_why, text) => {
    expect(await used(text)).toEqual([]);
  });

  it("replace the table alone: values, aliases, accents and the rest of the query stay", async () => {
    const rolled = await rewritten(
      sql`SELECT 'été' AS saison, sum(d.flt_rem_mnt) AS r FROM damir d WHERE d.ben_res_reg = ${11} AND ${"é"} <> 'à'
          UNION ALL SELECT 'damir', sum(flt_pai_mnt) FROM "damir" WHERE prs_nat = ${1110}`,
    );
    expect(rolled?.used).toEqual(["agregat_patients", "agregat_prestations"]);
    expect(rolled?.query.values).toEqual([11, "é", 1110]);
    expect(rolled?.query.text)
      .toBe(`SELECT 'été' AS saison, sum(d.flt_rem_mnt) AS r FROM agregat_patients d WHERE d.ben_res_reg = $1 AND $2 <> 'à'
          UNION ALL SELECT 'damir', sum(flt_pai_mnt) FROM agregat_prestations AS damir WHERE prs_nat = $3`);
  });

  it("are taken for the parts of a query that they answer, and not for the others", async () => {
    const rolled = await rewritten(
      sql`SELECT (SELECT sum(flt_rem_mnt) FROM damir) AS total, (SELECT count(*) FROM damir) AS lignes`,
    );
    expect(rolled?.query.text).toBe(
      "SELECT (SELECT sum(flt_rem_mnt) FROM agregat_patients AS damir) AS total, (SELECT count(*) FROM damir) AS lignes",
    );
  });

  it("aren't taken for a table whose rows repeat sums that bear the name of a measure", async () => {
    const rolled = await rewritten(
      sql`SELECT sum(p.flt_rem_mnt) FROM damir d JOIN (SELECT ben_res_reg, sum(flt_rem_mnt) AS flt_rem_mnt FROM damir GROUP BY 1) p USING (ben_res_reg)`,
    );
    expect(rolled?.query.text).toBe(
      "SELECT sum(p.flt_rem_mnt) FROM damir d JOIN (SELECT ben_res_reg, sum(flt_rem_mnt) AS flt_rem_mnt FROM agregat_patients AS damir GROUP BY 1) p USING (ben_res_reg)",
    );
  });

  it("are those that are there", async () => {
    const query = sql`SELECT prs_nat, sum(flt_rem_mnt) FROM damir GROUP BY 1`;
    const { tree } = await readingOf(parser, query.text);
    expect(rolledUp(query, tree, new Map())).toBeUndefined();
    expect(rolledUp(query, tree, new Map([["agregat_patients", { rows: 1, complete }]]))).toBeUndefined();
    expect(rolledUp(query, tree, new Map([["agregat_soins", { rows: 1, complete }]]))?.used).toEqual([
      "agregat_soins",
    ]);
  });
});
