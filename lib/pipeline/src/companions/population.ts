import { UserError, type StoreSource } from "damir";
import type { DatasetReader, ImportedFile } from "../dataset-reader.js";
import type { StoreWriter } from "../store-writer.js";
import { ageClassOf } from "./age-class.js";
import { draftOf, storeDraft, type CompanionTable } from "./companion-store.js";
import { importEach } from "./import-each.js";
import {
  readPopulationCsv,
  readPopulationWorkbook,
  type People,
  type PublishedPopulation,
} from "./population-rows.js";
import { readWorkbookOrCsv } from "./workbook-or-csv.js";

const table: CompanionTable = {
  name: "population",
  description: {
    title:
      "Population par département, sexe et âge au 1er janvier (population : INSEE, tous régimes ; affilies_rg : affiliés du régime général)",
    producer: "INSEE, CNAM",
    licence: "Licence Ouverte 2.0",
    url: "https://www.insee.fr/fr/statistiques/8721456",
    synthetic: false,
  },
  columns: [
    { name: "annee", sql: "SMALLINT" },
    { name: "departement", sql: "VARCHAR" },
    { name: "sexe", sql: "SMALLINT" },
    { name: "age_min", sql: "SMALLINT" },
    { name: "age_ben_snds", sql: "SMALLINT" },
    { name: "population", sql: "INTEGER" },
    { name: "affilies_rg", sql: "INTEGER" },
  ],
  measures: ["population", "affilies_rg"],
  order: "annee, departement, sexe, age_min",
};

const keys = ["annee", "departement", "sexe", "age_min", "age_ben_snds"];

/**
 * The denominators, into `population`: INSEE's workbook of estimates (all regimes, the denominator of Open DAMIR), its CSV copy
 * of 2009-2014, and the affiliates of the régime général by caisse (RNIAM, the denominator of the R tables). Each fills its own
 * column, year by year; the other column stays as it was.
 */
export const populationReader: DatasetReader = {
  add: (files, home, effects) =>
    importEach(files, home, async (file, writer) => {
      const { published, source } = await readWorkbookOrCsv(file, effects, {
        workbook: readPopulationWorkbook,
        csv: readPopulationCsv,
      });
      return [await store(published, source, writer)];
    }),
};

async function store(
  { measure, people, notes }: PublishedPopulation,
  source: StoreSource,
  writer: StoreWriter,
): Promise<ImportedFile> {
  requireDistinct(people, source.name);
  const draft = draftOf(table, writer);
  for (const { annee, departement, sexe, age, count } of people) {
    const counts = measure === "population" ? [count, null] : [null, count];
    draft.write([annee, departement, sexe, age, ageClassOf(age), ...counts]);
  }
  const years = [...new Set(people.map(({ annee }) => annee))].sort((a, b) => a - b);
  const replaces = `annee IN (${years.join(", ")})`;
  const other = measure === "population" ? "affilies_rg" : "population";
  const stored = await storeDraft(
    table,
    draft,
    {
      file: "population",
      replaces,
      merge: (fresh, old) =>
        `SELECT ${keys.map((key) => `coalesce(fresh.${key}, old.${key}) AS ${key}`).join(", ")}, fresh.${measure}, old.${other}
         FROM ${fresh} fresh
         FULL JOIN (FROM ${old} WHERE ${replaces} AND ${other} IS NOT NULL) old USING (${keys.join(", ")})
         UNION ALL BY NAME FROM ${old} WHERE NOT (${replaces})`,
    },
    [source],
    writer,
  );
  const period = years.length === 1 ? `${years[0] ?? ""}` : `${years[0] ?? ""} à ${years.at(-1) ?? ""}`;
  const what =
    measure === "population"
      ? "population (INSEE, tous régimes), le dénominateur d'Open DAMIR"
      : "affilies_rg (régime général), le dénominateur des tables R";
  return {
    source: source.name,
    table: table.name,
    rows: people.length,
    ...stored,
    notes: [`${years.length > 1 ? "Années" : "Année"} ${period}, colonne ${what}.`, ...notes],
  };
}

/** @throws UserError when a département, sex and band stands twice: one would be lost, or counted twice */
function requireDistinct(people: readonly People[], name: string): void {
  const seen = new Set<string>();
  for (const { annee, departement, sexe, age } of people) {
    const key = `${annee}, département ${departement}, ${sexe === 1 ? "hommes" : "femmes"}, ${age} ans`;
    if (seen.has(key)) {
      throw new UserError(
        `${name} donne deux effectifs pour ${key}. Le fichier a été modifié ou abîmé : téléchargez-le de nouveau.`,
      );
    }
    seen.add(key);
  }
}
