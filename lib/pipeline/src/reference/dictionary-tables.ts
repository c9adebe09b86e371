import { readdirSync } from "node:fs";
import { join } from "node:path";
import { dataFolder, readCsv, variables, type DescribedTable } from "damir";
import { readGeography } from "./geography-files.js";
import type { ProjectTable } from "../tables/project-table.js";

const cnam = "CNAM";
const dictionaryFolder = join(dataFolder, "dictionary");

/** Codes that are text: their zeros count. */
const textCodes = new Set(["cpam", "serie"]);
/** Variables of the R tables that Open DAMIR has too, with other codes. */
const sharedVariables = new Set(["asu_nat", "prs_nat", "cpl_cod"]);

/** What isn't generated: geography, dictionary and code lists, as the project keeps them in `data/`. */
export function dictionaryTables(): ProjectTable[] {
  return [
    reference(
      "departements",
      "Départements, régions et zones d'étude",
      "INSEE",
      readGeography("departements"),
      {
        ben_res_reg: "SMALLINT",
      },
    ),
    reference("regions", "Régions d'Open DAMIR", "CNAM, INSEE", readGeography("regions"), {
      ben_res_reg: "SMALLINT",
    }),
    reference("caisses", "Caisses primaires d'assurance maladie", cnam, readGeography("caisses"), {}),
    dictionary("dictionnaire", "Variables d'Open DAMIR", "damir"),
    dictionary("dictionnaire_departement", "Variables des tables R", "damir_departement"),
    reference("postes", "Postes de soins", "Atelier DAMIR", readCsv(join(dictionaryFolder, "postes.csv")), {
      ordre: "SMALLINT",
    }),
    groupedCodes(),
    ...codeLists("codes", (variable) => `nomenclature_${variable}`),
    ...codeLists("codes-departement", (variable) =>
      sharedVariables.has(variable) ? `nomenclature_departement_${variable}` : `nomenclature_${variable}`,
    ),
  ];
}

/** The variables of a table with their definitions: several uses, and several traps, are lines of one cell. */
function dictionary(name: string, title: string, table: DescribedTable): ProjectTable {
  const rows = variables(table).map(({ usages, pieges, ...variable }) => ({
    ...variable,
    usage: usages.join("\n"),
    pieges: pieges.join("\n"),
  }));
  return reference(name, title, cnam, rows, {});
}

/** Every PRS_NAT with its poste de soins. */
function groupedCodes(): ProjectTable {
  const rows = readCsv(join(dictionaryFolder, "prs_nat-postes.csv")).map((row) => ({
    ...row,
    acte_de_base: String(row["acte_de_base"] === "oui"),
  }));
  const title = "Natures de prestation par poste de soins";
  return reference("prs_nat_postes", title, "CNAM, Atelier DAMIR", rows, {
    code: "SMALLINT",
    acte_de_base: "BOOLEAN",
  });
}

function codeLists(folder: string, tableName: (variable: string) => string): ProjectTable[] {
  const files = readdirSync(join(dictionaryFolder, folder))
    .filter((file) => file.endsWith(".csv"))
    .sort();
  return files.map((file) => {
    const variable = file.slice(0, -".csv".length);
    return reference(
      tableName(variable),
      `Codes de ${variable.toUpperCase()}`,
      cnam,
      readCsv(join(dictionaryFolder, folder, file)),
      {
        ...(textCodes.has(variable) ? {} : { code: "SMALLINT" }),
        libelle_depuis: "DATE",
        lignes_a202401: "INTEGER",
      },
    );
  });
}

/**
 * A table as its CSV file is: same columns, same order of rows. Columns are VARCHAR unless said otherwise, where an empty
 * cell is null; an empty text stays empty.
 */
function reference(
  name: string,
  title: string,
  producer: string,
  rows: readonly Record<string, string>[],
  types: Readonly<Record<string, string>>,
): ProjectTable {
  const columns = Object.keys(rows[0] ?? {});
  const value = (row: Readonly<Record<string, string>>, column: string) =>
    row[column] === "" && types[column] !== undefined ? null : (row[column] ?? null);
  return {
    name,
    title,
    producer,
    synthetic: false,
    columns: columns.map((column) => ({ name: column, sql: types[column] ?? "VARCHAR" })),
    measures: [],
    order: [],
    files: [{ name, rows: () => rows.map((row) => columns.map((column) => value(row, column))) }],
  };
}
