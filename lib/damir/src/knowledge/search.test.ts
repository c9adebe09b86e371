import { describe, expect, it } from "vitest";
import type { StoreTable } from "../store.js";
import { UserError } from "../user-error.js";
import { search } from "./search.js";
import { stemOf, wordsOf } from "./words.js";

const uses = (text: string) => search(text).rows.map(({ utilisation }) => utilisation);

describe("search", () => {
  it.each([
    ["kine", "pse_act_snds = 26", 20],
    ["kinésithérapeute", "pse_act_snds = 26", 3],
    ["KINESITHERAPEUTES", "exe_spe = 26", 20],
    ["kinesiterapie", "prs_nat = 3125", 10],
    ["kinésithérapeuthe", "pse_act_snds = 26", 3],
    ["pharmassie", "pse_act_snds = 50", 20],
    ["ophtalmologgiste", "pse_spe_snds = 15", 20],
    ["généraliste", "prs_nat = 1110", 8],
    ["généralistes", "exe_spe = 1", 50],
    ["remboursement", "sum(flt_rem_mnt)", 3],
    ["remboursé", "sum(rem_mon)", 3],
    ["1110", "prs_nat = 1110", 1],
    ["BEN_RES_REG", "GROUP BY ben_res_reg", 1],
    ["bretagne", "ben_res_reg = 53", 1],
    ["Ille et Vilaine", "departement = '35'", 1],
    ["prs_nat 1110", "prs_nat = 1110", 1],
    ["dépassements d'honoraires", "sum(dep_mon)", 3],
    ["lunettes", "JOIN prs_nat_postes p ON p.code = prs_nat WHERE p.poste = 'optique'", 5],
  ])("of « %s » gives %s among the first %i", (text, expected, rank) => {
    expect(uses(text).slice(0, rank)).toContain(expected);
  });

  it("gives one row for a code that both tables have with one label", () => {
    const rows = search("3125").rows.filter(({ utilisation }) => utilisation === "prs_nat = 3125");
    expect(rows.map(({ table }) => table)).toEqual(["damir, damir_departement"]);
  });

  it("keeps to a kind and to a number of answers", () => {
    const found = search("consultation", { sorte: "code", limit: 5 });
    expect(found.rows.map(({ sorte }) => sorte)).toEqual(["code", "code", "code", "code", "code"]);
    expect(search("zzzz").length).toBe(0);
  });

  it("finds a connection's tables by their titles", () => {
    const medecins: StoreTable = {
      title: "Démographie des médecins",
      producer: "DREES",
      licence: "",
      synthetic: false,
      files: [],
    };
    const tables = new Map([["medecins", medecins]]);
    expect(search("demographie", {}, tables).rows[0]).toMatchObject({
      sorte: "table",
      utilisation: "FROM medecins",
    });
    tables.set("mes_donnees", { ...medecins, title: "Fichier de pharmacovigilance" });
    expect(search("pharmacovigilance", {}, tables).rows[0]).toMatchObject({ nom: "mes_donnees" });
  });

  it("asks what to look for", () => {
    expect(() => search(" !")).toThrow(UserError);
    expect(() => search("")).toThrow(/Dites ce que vous cherchez/);
  });
});

describe("words", () => {
  it.each([
    ["Consultations", "consultation"],
    ["kinésithérapeute", "KINESITHERAPIE"],
    ["généraliste", "générale"],
    ["dentistes", "dentaire"],
    ["remboursement", "remboursé"],
    ["infirmières", "infirmier"],
    ["orthophoniste", "ortofoniste"],
    ["généralistes", "gennéraliste"],
  ])("%s and %s are of one family", (one, other) => {
    expect(wordsOf(one).map(stemOf)).toEqual(wordsOf(other).map(stemOf));
  });

  it("keep identifiers whole and lose articles", () => {
    expect(wordsOf("L'âge du BEN_RES_REG, 1110").map(stemOf)).toEqual([
      null,
      "age",
      null,
      "ben_res_reg",
      "1110",
    ]);
  });
});
