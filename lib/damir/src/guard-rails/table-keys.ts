/** The columns of the store's tables of which no two rows have the same values. */
const keys: ReadonlyMap<string, readonly string[]> = new Map([
  ["geographie", ["cpam"]],
  ["caisses", ["cpam"]],
  ["departements", ["departement"]],
  ["regions", ["ben_res_reg"]],
  ["population", ["annee", "departement", "sexe", "age_min"]],
  ["medecins", ["annee", "departement", "specialite", "mode_exercice"]],
  ["meteo", ["jour", "departement"]],
  ["accidents", ["num_acc"]],
  ["passage_specialites", ["specialite"]],
  ["postes", ["poste"]],
  ["prs_nat_postes", ["code"]],
  ["dictionnaire", ["variable"]],
  ["dictionnaire_departement", ["variable"]],
]);

/** What tells the rows of a table apart; empty for the DAMIR tables, which have no key; undefined where it isn't known. */
export function keyOf(table: string): readonly string[] | undefined {
  if (table.startsWith("nomenclature_")) return ["code"];
  return keys.get(table);
}
