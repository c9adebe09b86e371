import { readFileSync } from "node:fs";
import { join } from "node:path";
import { codes, dataFolder, postes, prestations, variables } from "damir";
import { describe, expect, it } from "vitest";
import { lines } from "../sample/departement-series.js";
import { prestations as sample } from "../sample/prestations.js";
import { groupCodes, groupingCsv, readPrestationLabels, readRules, type Rule } from "./grouping.js";

const rules = readRules();
const labels = readPrestationLabels();

const rule = (change: Partial<Rule>): Rule => ({
  codes: "1111",
  poste: "consultations",
  role: "acte",
  unite: "actes",
  raison: "essai",
  ...change,
});

describe("the grouping of PRS_NAT", () => {
  const grouped = groupCodes(rules, labels);
  const posteOf = new Map(grouped.map(({ code, poste }) => [code, poste]));

  it("puts each code of both dictionaries in one poste, and in order", () => {
    expect(codes("prs_nat").filter(({ editions }) => editions.includes("2024"))).toHaveLength(1570);
    expect(grouped.map(({ code }) => code)).toEqual([...labels.keys()]);
    expect(grouped).toHaveLength(1572);
  });

  it("leaves no poste without a code, no rule without a reason", () => {
    const used = new Set(grouped.map(({ poste }) => poste));
    expect(postes().filter(({ poste }) => !used.has(poste))).toEqual([]);
    expect(rules.filter(({ raison }) => raison.length < 12)).toEqual([]);
  });

  it("uses the documented roles alone, and units for the acts", () => {
    const roles =
      /^(acte|majoration|frais|forfait|produit|sejour|trajet|indemnite|prelevement|participation|remuneration|autre)$/;
    expect(rules.filter(({ role }) => !roles.test(role))).toEqual([]);
    expect(rules.filter(({ role, unite }) => role === "acte" && unite !== "actes")).toEqual([]);
  });

  it("numbers the postes from 1 and keeps the categories together", () => {
    const list = postes();
    expect(list.map(({ ordre }) => ordre)).toEqual(list.map((_, index) => index + 1));
    const runs = list.map(({ categorie }) => categorie).filter((name, index, all) => name !== all[index - 1]);
    expect(new Set(runs).size).toBe(runs.length);
  });

  // The largest natures of January 2025, and the codes that a move renumbered.
  it.each([
    ["medicaments", [3311, 3312, 3313, 3316]],
    ["sejours", [2111, 2113, 2211]],
    ["invalidite", [7111]],
    ["ij-maladie-atmp", [6111, 6112, 6115]],
    ["consultations", [1110, 1111, 1109, 1112]],
    ["actes-techniques", [1352]],
    ["infirmiers", [3111, 3112, 3116]],
    ["visites", [1210, 1211, 1209, 1212]],
    ["franchises-participations", [1951, 1952, 1957, 1971, 1972, 1973, 1974, 1975, 1976, 1977]],
    ["dentaire-protheses", [1421, 1423, 1464, 1401, 1419, 1462]],
    ["audioprotheses", [3540, 3541, 3547, 3550, 3586, 3589]],
    ["optique", [3531, 3534, 3563, 3506, 5107, 5125]],
    ["kinesitherapie", [3122, 3125, 3152, 3165]],
    ["imagerie", [1331, 1335, 1336, 1351, 2351]],
  ])("puts in %s what belongs there", (poste, members) => {
    expect(members.filter((code) => posteOf.get(code) !== poste)).toEqual([]);
  });

  // Words that name a poste by themselves. A code that says the word elsewhere is an exception to justify here.
  it.each<[string, RegExp, readonly string[]]>([
    ["glasses", /\bVERRES?\b|MONTURE|LENTILLES OPTIQUES|^OPTIQUE/, ["optique", "action-sociale"]],
    ["hearing", /PROTHESE AUDITIVE|SURDITE  ?\(|AUDIO-PROTHESE/, ["audioprotheses", "action-sociale"]],
    ["thermal care", /THERMAL/, ["cures", "ij-maladie-atmp", "action-sociale"]],
    ["voluntary abortion", /\bIVG\b/, ["ivg"]],
    ["dialysis", /DIALYSE/, ["dialyse", "action-sociale"]],
    ["allowances", /^IJ /, ["ij-maladie-atmp", "ij-maternite"]],
    ["franchises", /^FRANCHISE|^PARTICIPATION (FORFAITAIRE|ASSURE)/, ["franchises-participations"]],
    ["speech therapy", /ORTHOPHONI/, ["orthophonie", "remunerations"]],
    ["taxis", /\bTAXI/i, ["transports"]],
    ["teleconsultation", /^T[EÉ]L[EÉ] ?CONSULTATION/, ["telesante", "infirmiers", "ivg"]],
    ["invalidity", /PENSIONS? (D )?INVALIDITE/, ["invalidite"]],
    ["SNCF", /DISPOSITION DE LA SNCF/, ["autres"]],
    ["networks", /FILIERES ET RESEAUX/, ["remunerations"]],
  ])("keeps the words of %s together", (_, words, allowed) => {
    const named = grouped.filter(({ libelle }) => words.test(libelle));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(({ poste }) => !allowed.includes(poste))).toEqual([]);
  });

  it("agrees with who carries out the sample's prestations", () => {
    const executors: Readonly<Record<string, readonly string[]>> = {
      laboratoire: ["biologie"],
      transporteur: ["transports"],
      dentiste: ["dentaire-soins", "dentaire-protheses", "orthodontie"],
      masseur: ["kinesitherapie"],
      caisse: ["ij-maladie-atmp", "ij-maternite", "invalidite", "rentes-atmp", "deces", "soins-etranger"],
    };
    const odd = sample.filter(
      ({ code, executor }) => executors[executor]?.includes(posteOf.get(code) ?? "") === false,
    );
    expect(odd).toEqual([]);
  });

  // The R tables carry a grouping of their own, the série of the monthly statistics.
  it("agrees with the séries of the R tables", () => {
    const series: readonly (readonly [string, string])[] = [
      ["11111", "consultations"],
      ["11112", "visites"],
      ["111136", "actes-techniques"],
      ["1111351", "actes-techniques"],
      ["1111352", "actes-techniques"],
      ["1111353", "actes-techniques"],
      ["1111354", "imagerie"],
      ["111145", "imagerie"],
      ["1111D", "imagerie"],
      ["11116", "anatomopathologie"],
      ["111182", "deplacements"],
      ["1111G", "permanence-soins"],
      ["1111Q", "permanence-soins"],
      ["1111L", "franchises-participations"],
      ["1111M", "franchises-participations"],
      ["1111R", "remunerations"],
      ["1111N", "ivg"],
      ["1111A", "sages-femmes"],
      ["111211", "dentaire-soins"],
      ["11122", "dentaire-soins"],
      ["11123", "dentaire-protheses"],
      ["11124", "orthodontie"],
      ["114112", "infirmiers"],
      ["114113", "kinesitherapie"],
      ["114114", "orthophonie"],
      ["114115", "orthoptie"],
      ["114117", "pedicurie"],
      ["11412", "deplacements"],
      ["11415", "franchises-participations"],
      ["11421", "biologie"],
      ["11422", "biologie"],
      ["11425", "franchises-participations"],
      ["11431", "medicaments"],
      ["114315", "medicaments-hopital"],
      ["11432", "medicaments"],
      ["11433", "franchises-participations"],
      ["11452", "optique"],
      ["114541", "audioprotheses"],
      ["11522", "transports"],
      ["11524", "franchises-participations"],
      ["1161", "ij-maladie-atmp"],
      ["1162", "ij-maladie-atmp"],
      ["1163", "ij-maladie-atmp"],
      ["1165", "ij-maternite"],
      ["117", "invalidite"],
      ["118", "deces"],
      ["1191", "rentes-atmp"],
      ["11F", "soins-etranger"],
    ];
    const byLength = [...series].sort(([a], [b]) => b.length - a.length);
    const compared = lines.flatMap(({ serie, prestation }) => {
      const wanted = byLength.find(([prefix]) => serie.startsWith(prefix))?.[1];
      return wanted === undefined ? [] : [{ serie, prestation, wanted, poste: posteOf.get(prestation) }];
    });
    expect(compared.filter(({ wanted, poste }) => wanted !== poste)).toEqual([]);
    expect(compared.length).toBeGreaterThan(60);
  });

  it("counts no surcharge, fee, distance, day or deduction as an act", () => {
    const acts = prestations();
    for (const code of [1125, 1126, 1811, 3313, 3364, 6111, 1951, 1972, 2250, 1173, 2111]) {
      expect(acts.get(code)?.acte_de_base, String(code)).toBe(false);
    }
    for (const code of [1110, 1210, 1352, 3111, 3122, 3211, 1451]) {
      expect(acts.get(code)?.acte_de_base, String(code)).toBe(true);
    }
  });
});

describe("a mistake in the rules", () => {
  const few = new Map([
    [1111, "CONSULTATION COTEE C"],
    [1112, "CONSULTATION COTEE CS"],
    [1114, "CONSULTATION SPECIFIQUE CARDIOLOGIE"],
  ]);

  it.each([
    ["a code in two postes", [rule({ codes: "1111-1114" }), rule({ poste: "visites" })], /1111 is both in/],
    ["a code in none", [rule({})], /no rule puts these PRS_NAT in a poste: 1112, 1114/i],
    ["an unknown poste", [rule({ poste: "soins" })], /soins isn't in postes.csv/],
    ["a bound that isn't a code", [rule({ codes: "1111-1113" })], /1111-1113 doesn't begin and end/],
    ["a range that goes backwards", [rule({ codes: "1114-1111" })], /doesn't begin and end/],
    ["a word", [rule({ codes: "tout" })], /doesn't begin and end/],
  ])("%s is refused", (_, wrong, message) => {
    expect(() => groupCodes(wrong, few)).toThrow(message);
  });

  it("a range leaves out the numbers that aren't codes", () => {
    const grouped = groupCodes([rule({ codes: "1111-1114" })], few);
    expect(grouped.map(({ code }) => code)).toEqual([1111, 1112, 1114]);
    expect(groupingCsv(grouped).split("\n")[1]).toBe(
      "1111,CONSULTATION COTEE C,consultations,acte,oui,actes,essai",
    );
  });
});

describe("the code lists", () => {
  const lists = (["damir", "damir_departement"] as const).flatMap((table) =>
    variables(table)
      .filter(({ nomenclature }) => nomenclature !== "")
      .map(({ variable }) => [table, variable] as const),
  );

  it.each(lists)("of %s.%s have each code once, in order, with a clean label", (table, variable) => {
    const list = codes(variable, table);
    const values = list.map(({ code }) => code);
    expect(new Set(values).size).toBe(values.length);
    const text = variable === "cpam" || variable === "serie";
    const sorted = [...values].sort((a, b) => (text ? (a < b ? -1 : 1) : Number(a) - Number(b)));
    expect(values).toEqual(sorted);
    for (const { code, libelle, autre_libelle: other, note } of list) {
      expect(code, variable).toMatch(text ? /^[0-9A-Z]+$/ : /^\d+$/);
      expect(libelle, code).not.toBe("");
      for (const label of [libelle, other, note]) {
        expect(label, `${variable} ${code}`).not.toMatch(/^[\s"]|[\s"]$| {2}|\uFFFD|¿|[\u0080-\u009F]/);
      }
    }
  });

  it("are UTF-8 without a byte order mark, and end with a line end", () => {
    for (const [table, variable] of lists) {
      const folder = table === "damir" ? "codes" : "codes-departement";
      const bytes = readFileSync(join(dataFolder, "dictionary", folder, `${variable}.csv`));
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
      expect(text.startsWith("code,libelle"), variable).toBe(true);
      expect(text.endsWith("\n") && !text.includes("\r"), variable).toBe(true);
    }
  });

  it("hold the codes that mean unknown", () => {
    for (const { variable, codes_inconnus: unknown, nomenclature } of variables()) {
      if (nomenclature === "" || unknown === "") continue;
      const values = new Set(codes(variable).map(({ code }) => code));
      for (const code of unknown.split(" ")) expect(values.has(code), `${variable} ${code}`).toBe(true);
    }
  });

  it("give the eight codes that the official dictionary repeats one row, and both labels", () => {
    for (const variable of ["ete_cat_snds", "etp_cat_snds"]) {
      const repeated = codes(variable).filter(({ note }) => note.includes("deux fois"));
      expect(repeated.map(({ code }) => Number(code))).toEqual([
        1103, 1104, 1107, 1109, 1110, 4401, 4402, 4501,
      ]);
      expect(repeated.filter(({ autre_libelle: other }) => other === "")).toEqual([]);
    }
  });

  it("say since when a label holds where the CMU complémentaire became the C2S", () => {
    const [, covered] = codes("ben_cmu_top");
    expect(covered).toMatchObject({
      code: "1",
      libelle: "Bénéficiaire de la C2S",
      libelle_depuis: "2019-11-01",
      autre_libelle: "Bénéficiaire de la CMU C",
    });
  });

  it("count the rows of January 2024: the same total in every list", () => {
    const total = (variable: string) =>
      codes(variable).reduce((sum, { lignes_a202401: rows }) => sum + Number(rows), 0);
    for (const variable of [
      "ben_res_reg",
      "age_ben_snds",
      "prs_rem_typ",
      "pse_spe_snds",
      "exo_mtf",
      "mft_cod",
    ]) {
      expect(total(variable), variable).toBe(38_758_176);
    }
  });
});
