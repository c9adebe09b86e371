import { readdirSync } from "node:fs";
import { join } from "node:path";
import { dataFolder, readCsv } from "damir";
import { readGeography } from "./geography.js";
import type { SampleTable } from "./table.js";

const cnam = "CNAM";
const dictionaryFolder = join(dataFolder, "dictionary");

/** Codes that are text: their zeros count. */
const textCodes = new Set(["cpam", "serie"]);
/** Variables of the R tables that Open DAMIR has too, with other codes. */
const sharedVariables = new Set(["asu_nat", "prs_nat", "cpl_cod"]);

/** What isn't generated: geography, dictionary and code lists, as the project keeps them in `data/`. */
export function referenceTables(): SampleTable[] {
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
    reference(
      "dictionnaire",
      "Variables d'Open DAMIR",
      cnam,
      readCsv(join(dictionaryFolder, "variables.csv")),
      {},
    ),
    ...codeLists("codes", (variable) => `nomenclature_${variable}`),
    ...codeLists("codes-departement", (variable) =>
      sharedVariables.has(variable) ? `nomenclature_departement_${variable}` : `nomenclature_${variable}`,
    ),
  ];
}

function codeLists(folder: string, tableName: (variable: string) => string): SampleTable[] {
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
      textCodes.has(variable) ? {} : { code: "SMALLINT" },
    );
  });
}

/** A table as its CSV file is: same columns, same order of rows. Columns are VARCHAR unless said otherwise. */
function reference(
  name: string,
  title: string,
  producer: string,
  rows: readonly Record<string, string>[],
  types: Readonly<Record<string, string>>,
): SampleTable {
  const columns = Object.keys(rows[0] ?? {});
  return {
    name,
    title,
    producer,
    synthetic: false,
    columns: columns.map((column) => ({ name: column, sql: types[column] ?? "VARCHAR" })),
    measures: [],
    order: [],
    files: [{ name, rows: () => rows.map((row) => columns.map((column) => row[column] ?? null)) }],
  };
}
