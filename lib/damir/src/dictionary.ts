import { join } from "node:path";
import { readCsv } from "./csv.js";
import { dataFolder } from "./store.js";

/** A variable of Open DAMIR, from `data/dictionary/variables.csv`. */
export interface Variable {
  /** Name of the column, in lower case. */
  variable: string;
  libelle: string;
  role: "temps" | "dimension" | "mesure" | "taux";
  /** SQL type of the column. */
  type: string;
  /** Unit of a measure: `euros`, `actes`, `coefficient`, `%`; empty for a dimension. */
  unite: string;
  /** Codes that mean « inconnu », separated by spaces. */
  codes_inconnus: string;
  /** View that gives the label of each code, empty where there is none. */
  nomenclature: string;
}

let variables: Map<string, Variable> | undefined;

/** The variables of Open DAMIR in the order of the published file, by name. */
export function openDamirVariables(): ReadonlyMap<string, Variable> {
  variables ??= new Map(
    readCsv(join(dataFolder, "dictionary", "variables.csv")).map((row) => [
      row["variable"] ?? "",
      row as unknown as Variable,
    ]),
  );
  return variables;
}

/** Numbers that name something and are never counted or grouped by thousands. */
const identifiers =
  /^(annee|an|mois|flx_ann_moi|sns_date|soi_ann|soi_moi|age_min|age_ben_snds|code|heure|num_acc|exe_.*|pre_.*|.*_nat|.*_cod|.*_reg|.*_snds|.*_typ)$/;

/** True for a column whose numbers are codes or years, such as prs_nat or annee. */
export function isIdentifier(column: string): boolean {
  const role = openDamirVariables().get(column)?.role;
  return role === "dimension" || role === "temps" || (role === undefined && identifiers.test(column));
}
