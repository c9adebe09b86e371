import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, type Damir } from "../connection/connection.js";
import { resultOf } from "../query/result.js";
import type { Source } from "../query/provenance.js";
import { smallHome } from "../testing/small-store.js";
import { UserError } from "../user-error.js";
import { label } from "./labels.js";

let home: string;
let damir: Damir;
beforeAll(async () => {
  const damirRows = "(1110, 10, 2, 53), (1111, 10, 9, 99), (7, 99, NULL, 5)";
  home = await smallHome({
    sample: {
      damir: {
        select: `SELECT * FROM (VALUES ${damirRows}) t(prs_nat, asu_nat, ben_sex_cod, ben_res_reg), (SELECT 202401 AS flx_ann_moi, 2024 AS soi_ann, 1 AS soi_moi)`,
        synthetic: false,
      },
      damir_departement: {
        select:
          "SELECT 1111 AS prs_nat, 3 AS asu_nat, '011' AS cpam, '01' AS departement, 202401 AS flx_ann_moi, 202401 AS sns_date",
        synthetic: false,
      },
      population: { select: "SELECT 2024 AS annee, '2A' AS departement, 1 AS sexe", synthetic: false },
    },
  });
  damir = await connect({ home });
});
afterAll(async () => {
  await damir.close();
  rmSync(home, { recursive: true, force: true });
});

describe("labels", () => {
  it("come after each coded column, one a row, with unknown, missing and undocumented codes said as such", async () => {
    const labelled =
      await damir.sql`SELECT prs_nat, ben_sex_cod, 1 AS actes FROM damir ORDER BY prs_nat DESC`.label();
    expect(labelled.columns.map(({ name }) => name)).toEqual([
      "prs_nat",
      "prs_nat_libelle",
      "ben_sex_cod",
      "ben_sex_cod_libelle",
      "actes",
    ]);
    expect(labelled.rows).toEqual([
      {
        prs_nat: 1111,
        prs_nat_libelle: "CONSULTATION COTEE C",
        ben_sex_cod: 9,
        ben_sex_cod_libelle: "inconnu (9)",
        actes: 1,
      },
      {
        prs_nat: 1110,
        prs_nat_libelle: "CONSULTATION MEDECINE GENERALE",
        ben_sex_cod: 2,
        ben_sex_cod_libelle: "FEMININ",
        actes: 1,
      },
      {
        prs_nat: 7,
        prs_nat_libelle: "code 7 (non documenté)",
        ben_sex_cod: null,
        ben_sex_cod_libelle: "non publié",
        actes: 1,
      },
    ]);
    expect(labelled.sources.map(({ table }) => table)).toEqual(["damir"]);
  });

  it("are those of the table that was read", async () => {
    const [open] = (await damir.sql`SELECT asu_nat FROM damir WHERE asu_nat = 10`.label()).rows;
    expect(open).toEqual({ asu_nat: 10, asu_nat_libelle: "MALADIE" });
    const [general] = (await damir.sql`SELECT asu_nat, cpam, departement FROM damir_departement`.label())
      .rows;
    expect(general).toEqual({
      asu_nat: 3,
      asu_nat_libelle: "Maternité",
      cpam: "011",
      cpam_libelle: "Bourg-en-Bresse",
      departement: "01",
      departement_libelle: "Ain",
    });
  });

  it("of a sex or a place are found in companion tables too", async () => {
    const [row] = (await damir.sql`SELECT departement, sexe FROM population`.label()).rows;
    expect(row).toEqual({
      departement: "2A",
      departement_libelle: "Corse-du-Sud",
      sexe: 1,
      sexe_libelle: "MASCULIN",
    });
  });

  it("of two tables are given where they agree, and refused where they don't", async () => {
    const both = damir.sql`SELECT a.prs_nat, a.asu_nat FROM damir a JOIN damir_departement USING (prs_nat)`;
    await expect(both.label()).rejects.toThrow(
      /asu_nat.*10 est MALADIE dans damir, non documenté dans damir_departement.*label\(\{ table: "damir" \}\)/,
    );
    const [row] = (await both.label({ columns: ["prs_nat"] })).rows;
    expect(row).toMatchObject({ prs_nat: 1111, prs_nat_libelle: "CONSULTATION COTEE C" });
    expect((await both.label({ table: "damir" })).rows[0]).toMatchObject({ asu_nat_libelle: "MALADIE" });
  });

  it("follow a renamed column when told, and refuse what isn't coded", async () => {
    const renamed = await damir.sql`SELECT prs_nat AS nature FROM damir WHERE prs_nat = 1110`;
    expect(renamed.label({ columns: { nature: "prs_nat" } }).rows[0]).toEqual({
      nature: 1110,
      nature_libelle: "CONSULTATION MEDECINE GENERALE",
    });
    expect(() => renamed.label()).toThrow(/Aucune colonne à libeller parmi nature/);
    expect(() => renamed.label({ columns: ["prs_nat"] })).toThrow(/pas de colonne « prs_nat »/);
    expect(() => renamed.label({ columns: { nature: "flt_rem_mnt" } })).toThrow(/pas de liste de codes/);
  });

  it("stay once what was computed from a result is labelled, and ask for a connection otherwise", async () => {
    const result = await damir.sql`SELECT ben_res_reg FROM damir WHERE ben_res_reg <> 5 ORDER BY 1`;
    expect(result.map(({ ben_res_reg }) => ({ ben_res_reg })).label().rows).toEqual([
      { ben_res_reg: 53, ben_res_reg_libelle: "Bretagne" },
      { ben_res_reg: 99, ben_res_reg_libelle: "inconnu (99)" },
    ]);
    const alone = resultOf([{ prs_nat: 1110 }], []);
    expect(() => alone.label()).toThrow(UserError);
    const source: Source = { table: "damir", title: "", producer: "", licence: "", synthetic: false };
    expect(label(resultOf([...alone], [source])).rows[0]).toMatchObject({
      prs_nat_libelle: "CONSULTATION MEDECINE GENERALE",
    });
  });

  it("leave one label for a code that the official dictionary has twice", () => {
    const source: Source = { table: "damir", title: "", producer: "", licence: "", synthetic: false };
    const labelled = label(resultOf([{ ete_cat_snds: 1110 }], [source]));
    expect(labelled.rows).toEqual([
      {
        ete_cat_snds: 1110,
        ete_cat_snds_libelle: "AUTRES ETABLISSEMENTS DE SOINS AIGUS (PSYCHIATRIE EXCLUE)",
      },
    ]);
  });
});
