import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { UserError } from "damir";
import { describe, expect, test } from "vitest";
import { silentEffects } from "../effects.js";
import { fingerprintOf, query, received, temporaryFolder } from "../open-damir.fixture.js";
import { filesOf, inseeSheet, sample, tableOf, workbook, written, type Cell } from "./companions.fixture.js";
import { populationReader } from "./population.js";

const add = (home: string, ...paths: string[]) =>
  populationReader.add(received(...paths), home, silentEffects);

const departements: [Cell, string][] = [
  ["01", "Ain"],
  ["2A", "Corse-du-Sud"],
  [59, "Nord"],
  ["971", "Guadeloupe"],
];

describe("INSEE's workbook", () => {
  test.each([true, false])(
    "gives a row a département, year, sex and band (shared texts: %s)",
    async (shared) => {
      const home = temporaryFolder();
      const book = workbook(
        {
          "À savoir": [["Ce classeur"]],
          "2024": inseeSheet(2024, departements),
          "2023": inseeSheet(2023, departements.slice(0, 3)),
        },
        shared,
      );
      const [file] = await add(home, written("estim-pop-dep-sexe-aq-1975-2024.xlsx", book));
      expect(file).toMatchObject({ table: "population", rows: 7 * 40, replaced: false });
      expect(file?.notes).toEqual([
        "Années 2023 à 2024, colonne population (INSEE, tous régimes), le dénominateur d'Open DAMIR.",
      ]);
      const rows = await query(
        `SELECT annee, departement, sexe, count(*), sum(population), count(affilies_rg) FROM ${tableOf(home, "population")}
       GROUP BY ALL ORDER BY ALL`,
      );
      expect(rows).toHaveLength(14);
      // 20 bands from 1000 to 1019 for men, twice as many women.
      expect(rows[0]).toEqual(["2023", "01", "1", "20", "20190", "0"]);
      expect(rows[1]).toEqual(["2023", "01", "2", "20", "40190", "0"]);
      expect(rows.at(-1)).toEqual(["2024", "971", "2", "20", "160190", "0"]);
      expect(
        await query(
          `SELECT DISTINCT age_min, age_ben_snds FROM ${tableOf(home, "population")} WHERE age_min IN (15, 20, 75, 95) ORDER BY 1`,
        ),
      ).toEqual([
        ["15", "0"],
        ["20", "20"],
        ["75", "70"],
        ["95", "80"],
      ]);
      expect(filesOf(home, "population")[0]?.sums).toEqual({
        population: String(peopleOf(4) + peopleOf(3)),
      });
    },
  );

  test("leaves unpublished cells out, and says when details don't make the total", async () => {
    const sheet = inseeSheet(2013, departements);
    (sheet[5] as Cell[])[23] = 5_000;
    sheet[8] = ["976", "Mayotte", ...Array.from({ length: 63 }, () => "nd")];
    const home = temporaryFolder();
    const [file] = await add(home, written("pop.xlsx", workbook({ "2013": sheet })));
    expect(file?.rows).toBe(3 * 40);
    expect(file?.notes.join()).toMatch(/feuille 2013 : les détails gardés ne font pas le total.*01, sexe 1/);
  });

  test("says when the départements don't make France", async () => {
    const sheet = inseeSheet(2024, departements).filter((row) => row[0] !== "2A");
    const metropole = sheet.map((row) => [...row]);
    (metropole.at(-3) as Cell[])[0] = "France métropolitaine";
    for (const [rows, label] of [
      [sheet, "France métropolitaine et DOM, sexe 1 : "],
      [metropole, "France métropolitaine, sexe 1 : "],
    ] as const) {
      const [file] = await add(temporaryFolder(), written("pop.xlsx", workbook({ "2024": rows })));
      expect(file?.notes.join()).toContain(label);
    }
  });

  test.each<[string, Buffer, RegExp]>([
    [
      "another workbook",
      workbook({ Feuil1: [["a", "b"]] }),
      /aucune de ses feuilles \(« Feuil1 »\) n'est une année/,
    ],
    ["a sheet without départements", workbook({ "2024": [["a"]] }), /feuille 2024 : aucune ligne/],
    [
      "a word among the numbers",
      workbook({
        "2024": inseeSheet(2024, departements).map((row, index) =>
          index === 6 ? row.with(30, "beaucoup") : row,
        ),
      }),
      /feuille 2024, ligne 7, colonne 31 : « beaucoup » n'est pas un effectif/,
    ],
    [
      "a truncated one",
      workbook({ "2024": inseeSheet(2024, departements) }).subarray(0, 9_000),
      /tronqué ou abîmé/,
    ],
    [
      "an .xls",
      Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(600)]),
      /ancien format \(\.xls\)/,
    ],
    ["a web page", Buffer.from("<!DOCTYPE html><html></html>"), /page web/],
    ["another csv", Buffer.from("a;b\n1;2\n"), /n'est pas un fichier de population/],
    ["an empty file", Buffer.alloc(0), /est vide/],
    [
      "a truncated gzip",
      gzipSync(randomBytes(60_000).toString("base64")).subarray(0, 30_000),
      /tronqué|65536 caractères/,
    ],
    [
      "a truncated gzip of rows",
      gzipSync(`dep;l_dep;annee;sexe;age_max_cat;value\n${manyRows()}`).subarray(0, -50),
      /tronqué/,
    ],
  ])("%s is refused", async (_, bytes, message) => {
    const home = temporaryFolder();
    const attempt = add(home, written("pop.xlsx", bytes));
    await expect(attempt).rejects.toBeInstanceOf(UserError);
    await expect(attempt).rejects.toThrow(message);
    expect(fingerprintOf(home)).toEqual({});
  });
});

describe("CSV copies", () => {
  const insee =
    "dep;l_dep;annee;sexe;age_max_cat;value\n1;Ain;2014;h;4;100\n1;Ain;2014;f;inf;7\n2A;Corse;2014;h;94;3\n";
  const rniam =
    "l_dpt,dpt,0 à 4 ans,90 ans et plus,0 à 4 ans.1,90 ans et plus.1\n01-Ain,01,10.0,2.0,11.0,3.0\n5-Nord,5N,1.0,1.0,1.0,1.0\n5-Nord,5N,2.0,2.0,2.0,2.0\n";

  test("fill their own columns of the same rows, whatever the order", async () => {
    const paths = [written("insee.csv", insee), written("rniam_2014.csv", rniam)];
    const contents = [];
    for (const order of [paths, [...paths].reverse(), [...paths, ...paths]]) {
      const home = temporaryFolder();
      const files = await add(home, ...order);
      expect(files.map(({ replaced }) => replaced)).toEqual(order.map((_, index) => index > 1));
      contents.push(await query(`FROM ${tableOf(home, "population")} ORDER BY ALL`));
      expect(filesOf(home, "population")).toHaveLength(1);
      expect(filesOf(home, "population")[0]?.sums).toEqual({ population: "110", affilies_rg: "38" });
      expect(
        filesOf(home, "population")[0]
          ?.sources?.map(({ name }) => name)
          .sort(),
      ).toEqual(["insee.csv", "rniam_2014.csv"]);
    }
    expect(contents[1]).toEqual(contents[0]);
    expect(contents[2]).toEqual(contents[0]);
    expect(contents[0]).toContainEqual(["2014", "01", "1", "0", "0", "100", "10"]);
    expect(contents[0]).toContainEqual(["2014", "59", "2", "90", "80", null, "3"]);
    expect(contents[0]).toContainEqual(["2014", "01", "2", "95", "80", "7", null]);
  });

  test.each<[string, string, RegExp, string?]>([
    ["a bad band", insee.replace(";94;", ";93;"), /ligne 4, champ age_max_cat : « 93 »/],
    ["a bad number", insee.replace(";100", ";1e2"), /ligne 2, champ value : « 1e2 »/],
    ["a bad sex", insee.replace(";h;94", ";x;94"), /ligne 4, champ sexe/],
    ["a short line", `${insee}2B;Corse;20`, /ligne 5 : 3 champs pour 6/],
    [
      "the same row twice",
      `${insee}1;Ain;2014;h;4;100\n`,
      /deux effectifs pour 2014, département 01, hommes, 0 ans/,
    ],
    ["affiliates of no year", rniam, /ne dit pas de quelle année/, "rniam.csv"],
  ])("with %s are refused", async (_, bytes, message, name = "x_2014.csv") => {
    const home = temporaryFolder();
    await expect(add(home, written(name, bytes))).rejects.toThrow(message);
    expect(fingerprintOf(home)).toEqual({});
  });
});

describe("the real old copies", () => {
  const insee = sample("insee_population_2009_2014.csv");
  const rniam = sample("rniam_2014.csv");

  test.skipIf(!insee.present || !rniam.present)(
    "of INSEE and RNIAM add up to what was published",
    async () => {
      const home = temporaryFolder();
      const files = await add(home, insee.path, rniam.path);
      expect(files.map(({ rows }) => rows)).toEqual([24_000, 100 * 38]);
      expect(files[1]?.notes.join()).toContain("106 caisses en 100 départements");
      expect(
        await query(
          `SELECT annee, sum(population), sum(affilies_rg) FROM ${tableOf(home, "population")} GROUP BY 1 ORDER BY 1`,
        ),
      ).toEqual([
        ["2009", "64304500", null],
        ["2010", "64612939", null],
        ["2011", "64933400", null],
        ["2012", "65241241", null],
        ["2013", "65525420", null],
        ["2014", "65800694", "58364483"],
      ]);
      // The sum of the published lines, read here by other means.
      const nord = readFileSync(rniam.path, "utf8")
        .split("\n")
        .filter((line) => line.startsWith("5-Nord"))
        .flatMap((line) => line.split(",").slice(2).map(Number));
      expect(
        await query(`SELECT sum(affilies_rg) FROM ${tableOf(home, "population")} WHERE departement = '59'`),
      ).toEqual([[String(nord.reduce((sum, value) => sum + value, 0))]]);
    },
  );
});

function manyRows(): string {
  return Array.from({ length: 20_000 }, (_, row) => `1;Ain;${1_900 + (row % 200)};h;4;${row * 7_919}\n`).join(
    "",
  );
}

/** What the fixture's first départements add up to: 20 bands of 1000, 1001 … men and 2000, 2001 … women, twice, thrice … */
function peopleOf(departements: number): number {
  return Array.from({ length: departements }, (_, index) => 20 * 3_000 * (index + 1) + 2 * 190).reduce(
    (sum, people) => sum + people,
    0,
  );
}
