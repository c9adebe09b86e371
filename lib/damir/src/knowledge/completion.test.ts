import { describe, expect, it } from "vitest";
import { variables } from "../dictionary/dictionary.js";
import type { TableColumn } from "../engine/engine.js";
import type { StoreTable } from "../store.js";
import { completeSql } from "./completion.js";
import { inspectSql } from "./inspection.js";

const described = (table: "damir" | "damir_departement"): TableColumn[] =>
  variables(table).map(({ variable, type }) => ({ name: variable, type }));
const columns = new Map<string, TableColumn[]>([
  ["damir", [...described("damir"), { name: "mois_soins", type: "DATE" }]],
  ["damir_departement", described("damir_departement")],
  ["population", ["annee", "departement", "sexe", "population"].map((name) => ({ name, type: "INTEGER" }))],
  ["regions", ["ben_res_reg", "nom"].map((name) => ({ name, type: "VARCHAR" }))],
  ["nomenclature_prs_nat", ["code", "libelle"].map((name) => ({ name, type: "VARCHAR" }))],
  ["Mes données", [{ name: "Ma colonne", type: "VARCHAR" }]],
]);
const tables = new Map(
  [...columns.keys()].map((name): [string, StoreTable] => [
    name,
    { title: `Titre de ${name}`, producer: "", licence: "", synthetic: false, files: [] },
  ]),
);
const engine = { tables, columns: () => Promise.resolve(columns) };

/** Asks at the place of `|`. */
async function at(query: string) {
  const cursor = query.indexOf("|");
  const text = query.replace("|", "");
  const { start, end, matches } = await completeSql(engine, { text, cursor });
  return {
    replaced: text.slice(start, end),
    words: matches.map((match) => match.text),
    // Labels are unbreakable, so that a list shows them on one line.
    types: Object.fromEntries(matches.map(({ text, type }) => [text, type.replaceAll("\u00a0", " ")])),
    breakable: matches.some(({ type }) => / |-/.test(type)),
  };
}

async function pageAt(query: string): Promise<string | undefined> {
  const bundle = await inspectSql(engine, { text: query.replace("|", ""), cursor: query.indexOf("|") });
  const text = bundle?.["text/plain"];
  return typeof text === "string" ? text.split("\n")[0] : undefined;
}

describe("completion of tables", () => {
  it.each([
    "SELECT * FROM |",
    "FROM |",
    "SELECT 1 FROM damir d JOIN |",
    "SELECT 1 FROM damir, |",
    "SELECT (SELECT 1 FROM |)",
  ])("in %s", async (query) => {
    const { words, types } = await at(query);
    expect(words.slice(0, 2)).toEqual(["damir", "damir_departement"]);
    expect(words.at(-1)).toBe("nomenclature_prs_nat");
    expect(words).toContain('"Mes données"');
    expect(types["damir"]).toBe("Titre de damir");
  });

  it("by their beginning, and replaces what is typed", async () => {
    expect(await at("SELECT * FROM dam| WHERE 1")).toMatchObject({
      replaced: "dam",
      words: ["damir", "damir_departement"],
    });
    expect((await at('SELECT * FROM "Mes|')).words).toEqual(['"Mes données"']);
    expect((await at("WITH actes AS (SELECT 1 AS n FROM damir) SELECT * FROM ac|")).words).toEqual(["actes"]);
  });

  it("isn't offered where FROM belongs to a function, nor in a comment or a value", async () => {
    expect((await at("SELECT extract(year FROM moi|) FROM damir")).words).toContain("mois_soins");
    expect((await at("SELECT 1 -- FROM |")).words).toEqual([]);
    expect((await at("SELECT /* FROM dam| */ 1")).words).toEqual([]);
    expect((await at("SELECT 'FROM |' FROM damir")).words).toEqual([]);
    expect((await at("SELECT ${  |  } FROM damir")).words).toEqual([]);
  });
});

describe("completion of columns", () => {
  it("offers those of the query's tables by name and by label, in the case that is typed", async () => {
    const { words, types, replaced } = await at("SELECT flt_re| FROM damir");
    expect(words).toEqual(["flt_rem_mnt"]);
    expect(types["flt_rem_mnt"]).toBe("Montant Versé/Remboursé Préfiltré");
    expect(replaced).toBe("flt_re");
    expect((await at("SELECT BEN_RES| FROM damir")).words).toEqual(["BEN_RES_REG", "BEN_RES_ZEAT"]);
    expect((await at("SELECT dépass| FROM damir")).words).toEqual(["prs_dep_mnt", "flt_dep_mnt"]);
    expect((await at("SELECT cpam| FROM damir")).words).toEqual([]);
  });

  it("follows aliases, subqueries and WITH", async () => {
    expect((await at("SELECT p.| FROM damir d JOIN population AS p USING (x)")).words).toEqual([
      "annee",
      "departement",
      "sexe",
      "population",
    ]);
    expect(
      (await at("SELECT s.| FROM (SELECT prs_nat AS nature, sum(x) total, d.soi_ann FROM damir d) s")).words,
    ).toEqual(["nature", "total", "soi_ann"]);
    expect(
      (await at("WITH a AS (SELECT * FROM regions), b AS (SELECT nom AS region FROM a) SELECT | FROM b"))
        .words[0],
    ).toBe("region");
    expect((await at('SELECT Ma| FROM "Mes données"')).words[0]).toBe('"Ma colonne"');
    expect((await at('SELECT x FROM "Mes données" WHERE "Ma|')).words).toEqual(['"Ma colonne"']);
    expect((await at("SELECT no| FROM damir UNION ALL SELECT nom FROM regions")).words).not.toContain("nom");
  });

  it("offers Open DAMIR's while FROM isn't typed, then functions and keywords", async () => {
    expect((await at("SELECT ben_res|")).words).toEqual(["ben_res_reg", "ben_res_zeat"]);
    expect((await at("SELECT su|")).words).toEqual(["sum", "substr"]);
    expect((await at("SELECT 1 FROM damir gro|")).words).toContain("group by");
    expect((await at("SELECT 1 FROM damir GRO|")).words).toContain("GROUP BY");
  });
});

describe("completion of code values", () => {
  it.each([
    ["SELECT 1 FROM damir WHERE prs_nat = 11|", "11", "1110"],
    ["SELECT 1 FROM damir WHERE prs_nat = gén|", "gén", "1110"],
    ["SELECT 1 FROM damir WHERE prs_nat = consultation gén|", "consultation gén", "1110"],
    ["SELECT 1 FROM damir WHERE prs_nat = 'gén|", "'gén", "1110"],
    ["SELECT 1 FROM damir WHERE prs_nat = 'gén|' GROUP BY 1", "'gén'", "1110"],
    ["SELECT 1 FROM damir d WHERE d.prs_nat IN (1111, gen| AND flx_ann_moi = 1", "gen", "1110"],
    ["SELECT 1 FROM damir WHERE PRS_NAT NOT IN (|)", "", "3364"],
    ["SELECT 1 FROM damir WHERE prs_nat BETWEEN 11| AND 12", "11", "1110"],
    ["SELECT 1 FROM (SELECT prs_nat AS nature FROM damir) s WHERE nature = gén|", "gén", "1110"],
    ["SELECT 1 FROM damir WHERE ${      } AND prs_nat <> gén|", "gén", "1110"],
    ["SELECT 1 FROM damir_departement WHERE cpam = bourg|", "bourg", "'011'"],
    ["SELECT 1 FROM damir_departement WHERE departement = '2|'", "'2'", "'2A'"],
    ["SELECT 1 FROM population WHERE sexe = fé|", "fé", "2"],
  ])("in %s", async (query, replaced, code) => {
    const found = await at(query);
    expect(found.replaced).toBe(replaced);
    expect(found.words).toContain(code);
  });

  it("shows the label beside, those with the most rows first, of the table that is read", async () => {
    const { types, words } = await at("SELECT 1 FROM damir WHERE prs_nat = gén|");
    expect(types["1110"]).toBe("CONSULTATION MEDECINE GENERALE");
    expect((await at("SELECT 1 FROM damir WHERE ben_res_reg = aqui|")).breakable).toBe(false);
    expect(words[0]).toBe("1110");
    expect((await at("SELECT 1 FROM damir WHERE asu_nat = mal|")).types["10"]).toBe("MALADIE");
    expect((await at("SELECT 1 FROM damir_departement WHERE asu_nat = mal|")).types).toMatchObject({
      "1": "Maladie",
    });
  });

  it("gives way to columns where the word is none of a label, and to nothing for other values", async () => {
    expect((await at("SELECT 1 FROM damir WHERE prs_nat = flt_re|")).words).toEqual(["flt_rem_mnt"]);
    expect((await at("SELECT 1 FROM damir WHERE flx_ann_moi = 2024|")).words).toEqual([]);
    expect((await at("SELECT 1 FROM damir WHERE prs_nat = 1110 AND ben_res|")).words).toEqual([
      "ben_res_reg",
      "ben_res_zeat",
    ]);
  });

  it("knows the tables that come later", async () => {
    const before = await at("SELECT * FROM mes_|");
    expect(before.words).toEqual([]);
    tables.set("mes_donnees", {
      title: "Mes données",
      producer: "",
      licence: "",
      synthetic: false,
      files: [],
    });
    columns.set("mes_donnees", [{ name: "dep", type: "VARCHAR" }]);
    expect((await at("SELECT d| FROM mes_donnees")).words[0]).toBe("dep");
    tables.delete("mes_donnees");
    columns.delete("mes_donnees");
  });

  it("answers within a keystroke", async () => {
    const before = performance.now();
    for (let turn = 0; turn < 20; turn++) await at("SELECT 1 FROM damir WHERE prs_nat = gén|");
    // Printed, not asserted: it depends on the machine.
    console.info(`completion: ${((performance.now() - before) / 20).toFixed(1)} ms`);
    expect((await at("SELECT 1 FROM damir WHERE prs_nat = gén|")).words.length).toBeGreaterThan(0);
  });
});

describe("inspection", () => {
  it.each([
    ["SELECT prs_n|at FROM damir", "prs_nat : Nature de Prestation"],
    ["SELECT prs_nat| FROM damir_departement", "prs_nat : Nature de prestation"],
    ["SELECT d.|prs_nat AS n FROM damir d", "prs_nat : Nature de Prestation"],
    ["SELECT s.na|ture FROM (SELECT prs_nat AS nature FROM damir) s", "prs_nat : Nature de Prestation"],
    ["SELECT 1 FROM damir WHERE prs_nat = 11|10", "prs_nat = 1110 : CONSULTATION MEDECINE GENERALE"],
    ["SELECT 1 FROM damir WHERE prs_nat = 1110|", "prs_nat = 1110 : CONSULTATION MEDECINE GENERALE"],
    ["SELECT 1 FROM damir_departement WHERE cpam IN ('021', '0|11')", "cpam = '011' : Bourg-en-Bresse"],
    ["SELECT 1 FROM popul|ation", "population : Titre de population"],
    ["SELECT p|.sexe FROM population p", "population : Titre de population"],
    ["SELECT population.se|xe FROM population", "sexe : Sexe (1 homme, 2 femme)"],
    ["SELECT su|m(flt_rem_mnt) FROM damir", "sum(montant)"],
    ["SELECT 1 FROM damir GRO|UP BY 1", "GROUP BY"],
  ])("of %s", async (query, title) => {
    expect(await pageAt(query)).toBe(title);
  });

  it("knows nothing of a value that is no code, a sign or a text", async () => {
    expect(await pageAt("SELECT 1 FROM damir WHERE prs_nat = 77|777")).toBeUndefined();
    expect(await pageAt("SELECT 1 +| 2")).toBeUndefined();
    expect(await pageAt("SELECT 'prs_na|t'")).toBeUndefined();
  });
});
