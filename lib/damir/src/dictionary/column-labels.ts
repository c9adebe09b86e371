import { join } from "node:path";
import { readCsv } from "../csv.js";
import { dataFolder } from "../store.js";
import { openDamirVariables, variables } from "./dictionary.js";

let companions: ReadonlyMap<string, string> | undefined;

/**
 * The French label of a column: that of the dictionary for `damir`, `damir_departement` and `damir_national`, that of
 * `data/dictionary/colonnes.csv` for the others.
 * @returns undefined where nothing is said of it
 */
export function columnLabel(table: string, column: string): string | undefined {
  if (table === "damir") {
    const label = openDamirVariables().get(column)?.libelle;
    if (label !== undefined) return label;
  }
  if (table === "damir_departement" || table === "damir_national") {
    const label = variables("damir_departement").find(({ variable }) => variable === column)?.libelle;
    if (label !== undefined) return label;
  }
  companions ??= new Map(
    readCsv(join(dataFolder, "dictionary", "colonnes.csv")).map((row) => [
      `${row["table"] ?? ""}.${row["colonne"] ?? ""}`,
      row["libelle"] ?? "",
    ]),
  );
  const shared = table.startsWith("nomenclature_") ? "nomenclature" : table;
  return companions.get(`${shared}.${column}`) ?? companions.get(`*.${column}`);
}
