import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { codes, projectRoot, variable, variables } from "damir";
import { describe, expect, it } from "vitest";
import { departementColumns, nationalColumns } from "../departement/expense-columns.js";

describe("the shares that the notes give", () => {
  // Variable, code, and how its note says the share of the rows of A202401.
  it.each([
    ["org_cle_reg", "99", "11 %"],
    ["ben_cmu_top", "9", "41 %"],
    ["ben_qlt_cod", "2", "1,6 %"],
    ["ete_reg_cod", "99", "81 %"],
    ["ete_typ_snds", "99", "81 %"],
    ["etp_reg_cod", "99", "54 %"],
    ["mdt_typ_cod", "9", "96 %"],
    ["drg_aff_nat", "99", "41 %"],
    ["ete_ind_taa", "9", "81 %"],
    ["exo_mtf", "99", "41 %"],
    ["prs_pds_qcp", "31", "73 %"],
    ["exe_ins_reg", "99", "18 %"],
    ["pse_act_cat", "99", "1,4 %"],
    ["pse_spe_snds", "0", "75 %"],
    ["pre_ins_reg", "99", "52 %"],
  ])("of %s = %s are those of the code list", (name, code, written) => {
    const list = codes(name);
    const total = list.reduce((sum, { lignes_a202401: rows }) => sum + Number(rows), 0);
    const share = (100 * Number(list.find((entry) => entry.code === code)?.lignes_a202401)) / total;
    const decimals = written.includes(",") ? 1 : 0;
    expect(`${share.toFixed(decimals).replace(".", ",")} %`).toBe(written);
    const { usages, pieges } = variable(name);
    expect([...usages, ...pieges].join(" ")).toContain(written);
  });

  it("name variables that exist", () => {
    const names = new Set(
      [...variables(), ...variables("damir_departement")].map((column) => column.variable),
    );
    const others = new Set([
      "acte_de_base",
      "unite",
      "affilies_rg",
      "prs_nat_postes",
      "damir_departement",
      "mois_traitement",
      "mois_soins",
    ]);
    const told = [...variables(), ...variables("damir_departement")].flatMap(
      ({ definition, usages, pieges }) =>
        [...[definition, ...usages, ...pieges].join(" ").matchAll(/`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)/g)].map(
          ([, name = ""]) => name,
        ),
    );
    expect(
      told.filter((name) => !names.has(name) && !others.has(name) && !name.startsWith("nomenclature_")),
    ).toEqual([]);
  });
});

describe("the variables of the R tables", () => {
  it("are the columns of the store, in order, with their types", () => {
    const described = variables("damir_departement").map(({ variable: name, type }) => `${name} ${type}`);
    const stored = departementColumns.map(({ name, sql }) => `${name} ${sql}`);
    expect(described).toEqual(["flx_ann_moi INTEGER", ...stored]);
  });

  it("are those of the N tables too, without the beneficiary", () => {
    const beneficiary = new Set(
      variables("damir_departement").flatMap(({ variable: name, famille }) =>
        famille === "Bénéficiaire" ? [name] : [],
      ),
    );
    const common = departementColumns.filter(({ name }) => !beneficiary.has(name)).map(({ name }) => name);
    expect(nationalColumns.map(({ name }) => name)).toEqual(common);
  });
});

describe("real lines of January 2025", () => {
  const path = join(projectRoot, "..", "shared", "samples", "A202501_real_lines.csv");

  it.skipIf(!existsSync(path))(
    "hold codes of the lists alone (skipped where the lines aren't at hand)",
    () => {
      const [header = "", ...lines] = readFileSync(path, "utf8").trim().split("\n");
      const names = header.toLowerCase().split(";");
      const listed = variables().filter(({ nomenclature }) => nomenclature !== "");
      const strangers: string[] = [];
      for (const { variable: name } of listed) {
        const column = names.indexOf(name);
        if (column < 0) continue;
        const known = new Set(codes(name).map(({ code }) => code));
        for (const line of lines) {
          const value = line.split(";")[column] ?? "";
          if (!known.has(String(Number(value)))) strangers.push(`${name} ${value}`);
        }
      }
      expect(lines.length).toBeGreaterThan(0);
      expect(strangers).toEqual([]);
    },
  );
});
