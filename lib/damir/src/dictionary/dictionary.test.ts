import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codes, openDamirVariables, variable, variables } from "./dictionary.js";
import { postes, prestations } from "./postes.js";
import { UserError } from "../user-error.js";
import { readVariableNotes } from "./variable-notes.js";

describe("variables", () => {
  it.each(["damir", "damir_departement"] as const)(
    "of %s are all described, in both files' order",
    (table) => {
      const list = variables(table);
      expect(list.length).toBeGreaterThan(20);
      for (const { variable: name, definition, usages, role, type } of list) {
        expect(definition.length, name).toBeGreaterThan(20);
        expect(usages.length, name).toBeGreaterThan(0);
        expect(["temps", "dimension", "mesure", "taux"], name).toContain(role);
        expect(type, name).toMatch(/^(SMALLINT|INTEGER|BIGINT|VARCHAR|DECIMAL\(\d+,\d+\))$/);
      }
    },
  );

  it("are those that the store has", () => {
    expect(variables().map(({ variable: name }) => name)).toEqual([...openDamirVariables().keys()]);
  });

  it("are found by name in either case, with facts and notes", () => {
    expect(variable("PRS_REM_TYP")).toMatchObject({
      variable: "prs_rem_typ",
      type: "SMALLINT",
      codes_inconnus: "99",
    });
    expect(variable("prs_rem_typ").pieges.join(" ")).toContain("4,5 %");
    expect(variable("asu_nat", "damir_departement").nomenclature).toBe("nomenclature_departement_asu_nat");
  });

  it("that don't exist are refused with those that look like them", () => {
    expect(() => variable("cpam")).toThrow(UserError);
    expect(() => variable("ben_res")).toThrow(/Cherchiez-vous ben_res_reg, ben_res_zeat/);
    expect(() => variable("xyz")).toThrow(/« xyz » n'est pas une variable de damir/);
  });
});

describe("codes", () => {
  it("come with every field, filled or not", () => {
    expect(codes("ben_sex_cod")[1]).toMatchObject({ code: "1", libelle: "MASCULIN", autre_libelle: "" });
    expect(codes("cpam", "damir_departement")[0]).toEqual({
      code: "011",
      libelle: "Bourg-en-Bresse",
      libelle_depuis: "",
      autre_libelle: "",
      note: "",
      editions: "",
      lignes_a202401: "",
    });
  });

  it("of a measure are refused", () => {
    expect(() => codes("flt_rem_mnt")).toThrow(/n'a pas de nomenclature/);
  });
});

describe("postes de soins", () => {
  it("group every PRS_NAT", () => {
    const names = new Set(postes().map(({ poste }) => poste));
    const grouped = [...prestations().values()];
    expect(grouped).toHaveLength(1572);
    expect(grouped.filter(({ poste }) => !names.has(poste))).toEqual([]);
    expect(prestations().get(1110)).toMatchObject({
      poste: "consultations",
      role: "acte",
      acte_de_base: true,
    });
  });
});

describe("notes of variables", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "damir-notes-"))));
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const read = (text: string) => {
    const path = join(folder, "variables.md");
    writeFileSync(path, text);
    return readVariableNotes(path);
  };

  it("are read section by section", () => {
    expect(
      read("# Titre\n\nUn mot.\n\n## a\n\nUne\ndéfinition.\n\n- Usage : u\n- Piège : p\n- Piège : q\n"),
    ).toEqual(new Map([["a", { definition: "Une définition.", usages: ["u"], pieges: ["p", "q"] }]]));
  });

  it.each([
    ["an unknown item", "## a\n\nd\n\n- Astuce : x\n", /line 5: neither a paragraph/],
    [
      "an item over two lines",
      "## a\n\nd\n\n- Usage : x\n  suite\n",
      /line 6: an item is written on one line/,
    ],
    ["a variable twice", "## a\n\nd\n\n## a\n", /line 5: a is described twice/],
  ])("%s names its line", (_, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
