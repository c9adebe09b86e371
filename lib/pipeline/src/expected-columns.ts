import { readCatalogue } from "./catalogue/catalogue.js";
import { readVariables } from "./variables.js";

/**
 * The columns that each imported table has now, by table, as the catalogue and the dictionary say them. A file imported by an
 * older version of the project may lack some. Tables kept as their producer publishes them aren't here.
 * @throws UserError when a file of the catalogue can't be read
 * @example expectedColumns().get("medecins"); // ["annee", "departement", "specialite", …]
 */
export function expectedColumns(): ReadonlyMap<string, readonly string[]> {
  const tables = [...readCatalogue().values()].flatMap((dataset) => dataset.tables);
  return new Map(
    tables.flatMap((table): [string, string[]][] => {
      if ("colonnes" in table) return [[table.nom, table.colonnes.map(({ nom }) => nom)]];
      return "variables" in table ? [[table.nom, readVariables().map(({ name }) => name)]] : [];
    }),
  );
}
