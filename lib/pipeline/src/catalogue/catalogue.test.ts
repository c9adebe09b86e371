import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot, readCsv } from "damir";
import { describe, expect, test } from "vitest";
import { departementColumns, nationalColumns } from "../departement/expense-columns.js";
import { temporaryFolder } from "../open-damir.fixture.js";
import { readers } from "../readers.js";
import { accidentsTable } from "../sample/accidents.js";
import { medecinsTable } from "../sample/medecins.js";
import { meteoTable } from "../sample/meteo.js";
import { populationTable } from "../sample/population.js";
import { catalogueFolder, datasetOf, readCatalogue, readDataset } from "./catalogue.js";
import type { Dataset } from "./dataset.js";

const catalogue = readCatalogue();

test("every dataset of the project is there", () => {
  expect([...catalogue.keys()]).toEqual([
    "accidents",
    "contours",
    "depenses-departement",
    "depenses-nationales",
    "medecins",
    "meteo",
    "open-damir",
    "population",
  ]);
});

test("every reader has its dataset", () => {
  const declared = new Set([...catalogue.values()].map(({ format }) => format.lecteur));
  expect(Object.keys(readers).filter((reader) => !declared.has(reader))).toEqual([]);
});

function columnsOf(id: string): { name: string; sql: string }[] {
  const [table] = datasetOf(catalogue, id).tables;
  if (!table || !("colonnes" in table)) throw new Error(`${id} declares no columns`);
  return table.colonnes.map(({ nom, type }) => ({ name: nom, sql: type }));
}

test("the columns are those of the tables that the store holds", () => {
  const month = { name: "flx_ann_moi", sql: "INTEGER" };
  const expenses = (columns: typeof departementColumns) => [
    month,
    ...columns.map(({ name, sql }) => ({ name, sql })),
  ];
  expect(columnsOf("depenses-departement")).toEqual(expenses(departementColumns));
  expect(columnsOf("depenses-nationales")).toEqual(expenses(nationalColumns));
  for (const table of [populationTable(), medecinsTable(), meteoTable(), accidentsTable()]) {
    expect(columnsOf(table.name)).toEqual(table.columns);
  }
});

test("tables, their columns and the files they cite exist", () => {
  const columns = new Map(
    [...catalogue.values()].flatMap(({ tables }) =>
      tables.map((table) => [
        table.nom,
        "colonnes" in table
          ? table.colonnes.map(({ nom }) => nom)
          : "variables" in table
            ? readCsv(join(projectRoot, table.variables)).map(({ variable }) => variable)
            : [],
      ]),
    ),
  );
  for (const { id, cles, tables } of catalogue.values()) {
    for (const { colonne, vers } of cles) {
      const [table = "", column = ""] = vers.split(".");
      if (columns.has(table)) expect(columns.get(table), `${id} → ${vers}`).toContain(column);
      const own = tables[0] && columns.get(tables[0].nom);
      if (own && own.length > 0) expect(own, id).toContain(colonne);
    }
  }
});

describe("a file that isn't what it should be", () => {
  const openDamir = readFileSync(join(catalogueFolder, "open-damir.yaml"), "utf8");

  function refusal(text: string): string {
    const path = join(temporaryFolder(), "essai.yaml");
    writeFileSync(path, text);
    try {
      readDataset(path);
    } catch (error) {
      return (error as Error).message;
    }
    return "accepted";
  }

  test.each<[string, [string | RegExp, string], RegExp]>([
    [
      "YAML that can't be read",
      [/^titre: .*/, 'titre: "a'],
      /^catalogue\/essai\.yaml, ligne \d+ : YAML illisible/,
    ],
    ["a field missing", [/^producteur:.*\n/m, ""], /^catalogue\/essai\.yaml, champ producteur : .*chaîne/],
    ["a field unknown", [/^licence:/m, "license:"], /champ licence : .*license/],
    ["another way to find files", ["genre: session-page", "genre: ftp"], /champ acces\.genre : /],
    [
      "a size in words",
      ["fichier: 950 Mo", "fichier: gros"],
      /champ tailles\.fichier : attendu : une taille/,
    ],
    [
      "a name with a folder",
      ["A{annee}{mois}.csv.gz", "../A{annee}{mois}.csv"],
      /champ acces\.fichiers\.1\.nom : attendu : un nom/,
    ],
    [
      "a name without its month",
      ["A{annee}{mois}.csv.gz", "A{annee}.csv.gz"],
      /champ acces\.fichiers\.1\.nom : il y manque/,
    ],
    [
      "an address in clear",
      ["page: https://open-data", "page: http://open-data"],
      /champ acces\.page : attendu : une adresse https/,
    ],
    [
      "an identifier that isn't one",
      ["id: 54de1e8f", "id: 54de1e8"],
      /champ datagouv\.id : attendu : 24 chiffres/,
    ],
    [
      "a month that doesn't exist",
      ["debut: 2009-01", "debut: 2009-13"],
      /champ periode\.debut : attendu : un mois/,
    ],
  ])("%s", (_, [from, to], message) => {
    const changed = openDamir.replace(from, to);
    expect(changed).not.toBe(openDamir);
    expect(refusal(changed)).toMatch(message);
  });

  test("an expression that can't be read, or without the group its name needs", () => {
    const accidents = readFileSync(join(catalogueFolder, "accidents.yaml"), "utf8");
    expect(refusal(accidents.replace("lieux[-_]", "lieux[-_"))).toMatch(
      /champ acces\.ressources\.1\.motif : .*ne se lit pas/,
    );
    expect(refusal(accidents.replace("lieux-{annee}.csv", "lieux-{mois}.csv"))).toMatch(
      /\{mois\} n'est pas un groupe nommé/,
    );
  });
});

test("a dataset that isn't in the catalogue", () => {
  expect(() => datasetOf(catalogue, "dammir")).toThrow(
    /Jeu de données inconnu : dammir\. Le catalogue contient : accidents, /,
  );
});

/** Names that people have met on data.gouv.fr, and what they are to us. */
test.each<[string, string, string | undefined]>([
  ["depenses-departement", "https://x/R202001.CSV", "R202001.csv"],
  ["depenses-departement", "https://x/R202001_sanslib.CSV", "R202001_sanslib.csv"],
  ["depenses-departement", "https://x/20150204-184219/R_2014_sans_lib.zip", "R_2014_sans_lib.zip"],
  ["depenses-departement", "https://x/N202001.csv", undefined],
  ["depenses-nationales", "https://x/N201607.csv", "N201607.csv"],
  ["depenses-nationales", "NTOT2023_01.CSV", "N202301.csv"],
  ["accidents", "https://x/caracteristiques-2020.csv", "caracteristiques-2020.csv"],
  ["accidents", "https://x/carcteristiques-2021.csv", "caracteristiques-2021.csv"],
  ["accidents", "caract-2023.csv", "caracteristiques-2023.csv"],
  ["accidents", "caracteristiques_2009.csv", "caracteristiques-2009.csv"],
  ["accidents", "vehicules-immatricules-baac-2022.csv", undefined],
])("%s: %s is %s", (id, published, name) => {
  const { acces } = datasetOf(catalogue, id) as Dataset & { acces: { genre: "datagouv-api" } };
  const names = acces.ressources.flatMap(({ motif, nom }) => {
    const match = new RegExp(motif, "i").exec(published);
    return match ? [nom.replace(/\{(\w+)\}/g, (_, key: string) => match.groups?.[key] ?? "")] : [];
  });
  expect(names).toEqual(name === undefined ? [] : [name]);
});

test("the example of the documentation is a dataset", () => {
  const guide = readFileSync(join(projectRoot, "docs/catalogue.md"), "utf8");
  const [, example = ""] = /```yaml\n([^]*?)```/.exec(guide) ?? [];
  const path = join(temporaryFolder(), "infirmiers.yaml");
  writeFileSync(path, example);
  expect(readDataset(path)).toMatchObject({ id: "infirmiers", tailles: { fichier: 10_000 } });
});

test("there is nothing else in the folder", () => {
  expect(readdirSync(catalogueFolder).filter((name) => !name.endsWith(".yaml"))).toEqual([]);
});
