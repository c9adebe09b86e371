import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, type Damir } from "../connection/connection.js";
import { smallHome } from "../testing/small-store.js";

let home: string;
let damir: Damir;
beforeAll(async () => {
  // Paris is young, Ille-et-Vilaine isn't; at each age both see as many acts a head: 1 in 10 under 20, 1 in 2 over 80.
  const people = [
    [2024, "75", 1, 0, 450, 400],
    [2024, "75", 2, 0, 450, 400],
    [2024, "75", 1, 80, 40, 30],
    [2024, "75", 2, 80, 60, 50],
    [2024, "35", 1, 0, 250, 200],
    [2024, "35", 2, 0, 250, 200],
    [2024, "35", 1, 80, 200, 100],
    [2024, "35", 2, 80, 300, 200],
    [2022, "75", 1, 0, 500, 0],
    [2022, "35", 1, 0, 250, 0],
  ]
    .map(([annee, departement, sexe, age, population, affilies]) =>
      [
        annee,
        `'${String(departement)}'`,
        sexe,
        age,
        population,
        affilies === 0 ? "NULL::INTEGER" : affilies,
      ].join(", "),
    )
    .map((row) => `(${row})`);
  const acts = [
    [11, 0, 1, 45],
    [11, 0, 2, 45],
    [11, 80, 1, 20],
    [11, 80, 2, 30],
    [11, 99, 1, 10],
    [53, 0, 1, 25],
    [53, 0, 2, 25],
    [53, 80, 1, 100],
    [53, 80, 2, 150],
    [99, 80, 1, 50],
  ].map((row) => `(${row.join(", ")})`);
  home = await smallHome({
    sample: {
      damir: {
        select: `SELECT *, 202401 AS flx_ann_moi, 2024::SMALLINT AS soi_ann, 1::SMALLINT AS soi_moi, (flt_act_qte * 2)::DECIMAL(18, 2) AS flt_rem_mnt
          FROM (VALUES ${acts.join(", ")}) t(ben_res_reg, age_ben_snds, ben_sex_cod, flt_act_qte)`,
        synthetic: false,
      },
      damir_departement: {
        select:
          "SELECT *, 202401 AS flx_ann_moi, 202401 AS sns_date, 0.50::DECIMAL(5, 2) AS rem_tau FROM (VALUES ('751', '75', 880), ('351', '35', 70), (NULL, NULL, 5)) t(cpam, departement, act_dnb)",
        synthetic: false,
      },
      population: {
        select: `SELECT * FROM (VALUES ${people.join(", ")}) t(annee, departement, sexe, age_ben_snds, population, affilies_rg)`,
        synthetic: true,
        title: "Population",
      },
    },
  });
  damir = await connect({ home });
});
afterAll(async () => {
  await damir.close();
  rmSync(home, { recursive: true, force: true });
});

describe("perCapita", () => {
  it("divides Open DAMIR by all inhabitants of the group, and leaves the unknown one without rate", async () => {
    const rates =
      await damir.sql`SELECT ben_res_reg, sum(flt_act_qte)::BIGINT AS actes FROM damir GROUP BY 1 ORDER BY 1`.perCapita();
    expect(rates.rows).toEqual([
      { ben_res_reg: 11, actes: 150, habitants: 1000, actes_par_habitant: 0.15 },
      { ben_res_reg: 53, actes: 300, habitants: 1000, actes_par_habitant: 0.3 },
      { ben_res_reg: 99, actes: 50, habitants: null, actes_par_habitant: null },
    ]);
    expect(rates.sources.map(({ table }) => table)).toEqual(["damir", "population"]);
    expect(rates.synthetic).toBe(true);
    expect(rates.details.notes?.[0]).toBe("Rapporté à la population au 1er janvier 2024.");
    expect(rates.details.notes?.join(" ")).toMatch(/1 ligne \(10,0 % de « actes »\) n'ont pas de taux/);
    expect(rates.details.notes?.join(" ")).toMatch(/Personne n'y est compté pour .*Mayotte \(976\)/);
  });

  it("takes the same ages and sexes as the rows, shown or said", async () => {
    const byAge =
      await damir.sql`SELECT ben_res_reg, age_ben_snds, ben_sex_cod, flt_act_qte AS actes FROM damir WHERE ben_res_reg = 11`.perCapita(
        { per: 1000 },
      );
    expect(byAge.rows.map((row) => row["actes_pour_1000_habitants"])).toEqual([100, 100, 500, 500, null]);
    const old =
      await damir.sql`SELECT sum(flt_act_qte)::BIGINT AS actes FROM damir WHERE age_ben_snds = 80 AND ben_sex_cod = 1`.perCapita(
        { ages: [80], sexes: [1] },
      );
    expect(old.rows).toEqual([{ actes: 170, habitants: 240, actes_par_habitant: 170 / 240 }]);
  });

  it("divides the régime général by its affiliates", async () => {
    const rates =
      await damir.sql`SELECT departement, sum(act_dnb)::BIGINT AS actes FROM damir_departement GROUP BY 1 ORDER BY 1`.perCapita(
        { per: 100_000 },
      );
    expect(rates.rows).toEqual([
      { departement: "35", actes: 70, affilies: 700, actes_pour_100000_affilies: 10_000 },
      { departement: "75", actes: 880, affilies: 880, actes_pour_100000_affilies: 100_000 },
      { departement: null, actes: 5, affilies: null, actes_pour_100000_affilies: null },
    ]);
  });

  it("takes the year of each row, else the nearest, and says so", async () => {
    const rates =
      await damir.sql`SELECT 2021 AS annee, '75' AS departement, 50 AS actes UNION ALL SELECT 2024, '75', 50`.perCapita();
    expect(rates.rows.map((row) => row["habitants"])).toEqual([500, 1000]);
    expect(rates.details.notes?.join(" ")).toContain(
      "Pour 2021, dont la population n'est pas là, c'est celle de 2022.",
    );
    await expect(damir.sql`SELECT 50 AS actes`.perCapita({ year: 2019 })).rejects.toThrow(
      /n'a pas 2019.*2022, 2024/,
    );
  });

  it("goes on after an aggregation, with labels", async () => {
    const rates =
      await damir.sql`SELECT cpam, departement, sum(act_dnb)::BIGINT AS actes FROM damir_departement GROUP BY ALL`
        .byRegion()
        .perCapita()
        .label();
    expect(rates.rows).toContainEqual({
      region: "11",
      region_libelle: "Île-de-France",
      nom: "Île-de-France",
      actes: 880,
      affilies: 880,
      actes_par_affilie: 1,
    });
  });

  it.each([
    [
      "a caisse",
      "SELECT cpam, act_dnb AS actes FROM damir_departement",
      /par caisse.*byDepartement\(\)\.perCapita\(\)/,
    ],
    [
      "a département of Open DAMIR",
      "SELECT '75' AS departement, flt_act_qte AS actes FROM damir",
      /treize groupes.*damir_departement/,
    ],
    [
      "a zone with regions",
      "SELECT ben_res_reg, 1 AS zeat, flt_act_qte AS actes FROM damir",
      /zone d'étude.*une région/,
    ],
    [
      "where professionals are",
      "SELECT ben_res_reg AS exe_ins_reg, flt_act_qte AS actes FROM damir",
      /professionnel exécutant.*key: "exe_ins_reg"/,
    ],
    [
      "two populations",
      "SELECT a.flt_act_qte AS actes FROM damir a, damir_departement",
      /tous régimes.*denominator/,
    ],
    [
      "a mean alone",
      "SELECT ben_res_reg, avg(flt_rem_mnt) AS cout FROM damir GROUP BY 1",
      /Aucun montant.*« cout » est de type DOUBLE/,
    ],
  ])("refuses %s", async (_, query, message) => {
    const strings = Object.assign([query], { raw: [query] });
    await expect(damir.sql(strings).perCapita()).rejects.toThrow(message);
  });

  it("takes the professionals' region when it is asked for", async () => {
    const rates =
      await damir.sql`SELECT ben_res_reg AS exe_ins_reg, 100 AS actes FROM damir WHERE ben_res_reg = 53 LIMIT 1`.perCapita(
        { key: "exe_ins_reg" },
      );
    expect(rates.rows[0]).toMatchObject({ habitants: 1000, actes_par_habitant: 0.1 });
  });
});

describe("standardise", () => {
  it("finds the same rate where only the ages differ", async () => {
    const rates =
      await damir.sql`SELECT ben_res_reg, age_ben_snds, sum(flt_act_qte)::BIGINT AS actes FROM damir WHERE ben_res_reg <> 99 GROUP BY ALL ORDER BY 1`.standardise();
    // France: 1400 under 20, 600 over 80. 0.7 × 0.1 + 0.3 × 0.5 = 0.22 in both.
    expect(rates.columns.map(({ name }) => name)).toEqual([
      "ben_res_reg",
      "actes",
      "habitants",
      "actes_par_habitant",
      "actes_par_habitant_standardise",
    ]);
    const [paris, bretagne] = rates.rows;
    expect(paris).toMatchObject({ ben_res_reg: 11, actes: 150, habitants: 1000, actes_par_habitant: 0.14 });
    expect(bretagne).toMatchObject({ ben_res_reg: 53, actes: 300, habitants: 1000, actes_par_habitant: 0.3 });
    expect(paris?.["actes_par_habitant_standardise"]).toBeCloseTo(0.22, 12);
    expect(bretagne?.["actes_par_habitant_standardise"]).toBeCloseTo(0.22, 12);
    const notes = rates.details.notes?.join(" ") ?? "";
    expect(notes).toContain(
      "Standardisé directement sur l'âge de la population de la France au 1er janvier 2024.",
    );
    expect(notes).toMatch(/1 ligne \(2,2 % de « actes »\) ont un âge ou un sexe inconnu/);
    expect(rates.synthetic).toBe(true);
  });

  it("keeps unknown places apart, other columns as groups, and compares the ages that are there", async () => {
    const rates = await damir.sql`
      SELECT flx_ann_moi, ben_res_reg, age_ben_snds, ben_sex_cod, sum(flt_act_qte)::BIGINT AS actes
      FROM damir WHERE age_ben_snds = 80 GROUP BY ALL ORDER BY ben_res_reg`.standardise({ per: 1000 });
    // Over 80 in France: 240 men, 360 women: Paris 0.4 × 20/40 + 0.6 × 30/60.
    expect(rates.rows.map((row) => row["actes_pour_1000_habitants_standardise"])).toEqual([500, 500, null]);
    expect(rates.rows[2]).toMatchObject({ ben_res_reg: 99, actes: 50, habitants: null, flx_ann_moi: 202401 });
    expect(rates.details.notes?.join(" ")).toContain(
      "l'âge et le sexe de la population de la France au 1er janvier 2024, pour les seules classes 80.",
    );
  });

  it("needs the age", async () => {
    await expect(
      damir.sql`SELECT ben_res_reg, flt_act_qte AS actes FROM damir`.standardise(),
    ).rejects.toThrow(/il faut la colonne age_ben_snds/);
  });
});
