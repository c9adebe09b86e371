import { isRollUp, variables, type StoreTable } from "damir";
import type { Catalogue } from "../catalogue/catalogue.js";
import { referenceColumns } from "../reference/reference-columns.js";

/** What a table and its columns are, for whoever meets them in a database tool: French sentences. */
export interface TableComments {
  table: string;
  /** By column. */
  columns: ReadonlyMap<string, string>;
}

const computed: Readonly<Record<string, string>> = {
  mois_traitement: "Mois de traitement (flx_ann_moi), au premier du mois.",
  mois_soins: "Mois des soins, au premier du mois ; vide où il n'est pas connu.",
};

/** The comments of a table: from the dictionary for the expenses, from the catalogue for what goes with them. */
export function tableComments(
  name: string,
  { title, producer, licence, updated, synthetic }: StoreTable,
  catalogue: Catalogue,
): TableComments {
  const source = [producer, licence, updated === undefined ? "" : `mise à jour ${updated}`].filter(
    (part) => part !== "",
  );
  const table = `${title}. Source : ${source.join(", ")}.${synthetic ? " DONNÉES SYNTHÉTIQUES, à ne pas publier." : ""}`;
  const columns = new Map<string, string>();
  for (const listed of [...catalogue.values()].flatMap(({ tables }) => tables)) {
    if (listed.nom !== name || !("colonnes" in listed)) continue;
    for (const { nom, sens, unite } of listed.colonnes) columns.set(nom, sentence(sens, unite ?? ""));
  }
  if (isRollUp(name) || name === "damir" || name === "damir_departement" || name === "damir_national") {
    const described = variables(isRollUp(name) || name === "damir" ? "damir" : "damir_departement");
    for (const { variable, libelle, unite, nomenclature } of described) {
      const codes = nomenclature === "" ? "" : ` Codes : ${nomenclature}.`;
      columns.set(variable, `${sentence(libelle, unite)}${codes}`);
    }
    for (const [column, said] of Object.entries(computed)) columns.set(column, said);
  }
  for (const [column, meaning] of Object.entries(referenceColumns(name)))
    columns.set(column, sentence(meaning, ""));
  return { table, columns };
}

function sentence(meaning: string, unit: string): string {
  const said = [meaning, unit === "" ? "" : `(${unit})`].filter((part) => part !== "").join(" ");
  return said === "" ? "" : `${said[0]?.toUpperCase() ?? ""}${said.slice(1)}.`;
}
