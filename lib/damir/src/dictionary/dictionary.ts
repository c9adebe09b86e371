import { existsSync } from "node:fs";
import { join } from "node:path";
import { readCsv } from "../csv.js";
import { dataFolder } from "../store.js";
import { UserError } from "../user-error.js";
import { readVariableNotes, type VariableNotes } from "./variable-notes.js";

/** Tables whose variables the dictionary describes: Open DAMIR and the R tables. */
export type DescribedTable = "damir" | "damir_departement";

/** A variable of Open DAMIR, from `data/dictionary/variables.csv`. */
export interface Variable {
  /** Name of the column, in lower case. */
  variable: string;
  libelle: string;
  role: "temps" | "dimension" | "mesure" | "taux";
  /** SQL type of the column. */
  type: string;
  /** Unit of a measure: `euros`, `actes`, `coefficient`, `%`, `selon la nature`; empty for a dimension. */
  unite: string;
  /** Codes that mean « inconnu », separated by spaces. */
  codes_inconnus: string;
  /** View that gives the label of each code, empty where there is none. */
  nomenclature: string;
  /** Whom or what it describes: `Bénéficiaire`, `Exécutant`, `Prestation`, `Mesures préfiltrées` … */
  famille: string;
  /** Years whose files publish it, in words; `2015-` has no end. */
  annees: string;
}

/** A variable with what the dictionary says of it. */
export type DescribedVariable = Variable & VariableNotes;

/** A code of a variable, one a code: from `data/dictionary/codes/` or `codes-departement/`. */
export interface Code {
  /** As published, without leading zeros unless the code is text (`cpam`, `serie`). */
  code: string;
  /** Its label in the most recent dictionary. */
  libelle: string;
  /** Day since when the label holds, `AAAA-MM-JJ`, where it changed and the day is known. */
  libelle_depuis: string;
  /** Its former label, or the second one of the same dictionary. */
  autre_libelle: string;
  note: string;
  /** Editions of the official dictionary that list it: `2015`, `2024` or both. Empty for the R tables. */
  editions: string;
  /** Rows of January 2024 (A202401) that hold it; empty where there is none. */
  lignes_a202401: string;
}

/** Where the dictionary of each table is. */
const sources: Readonly<Record<DescribedTable, { variables: string; codes: string }>> = {
  damir: { variables: "variables", codes: "codes" },
  damir_departement: { variables: "variables-departement", codes: "codes-departement" },
};

const folder = join(dataFolder, "dictionary");

/** Column names as the documented table writes them, which no header of a code list has to repeat. */
const emptyCode: Code = {
  code: "",
  libelle: "",
  libelle_depuis: "",
  autre_libelle: "",
  note: "",
  editions: "",
  lignes_a202401: "",
};

const facts = new Map<DescribedTable, Map<string, Variable>>();
const described = new Map<DescribedTable, Map<string, DescribedVariable>>();

/**
 * The variables of Open DAMIR in the order of the published file, by name.
 *
 * @example
 * openDamirVariables().get("prs_nat")?.libelle; // Nature de Prestation
 */
export function openDamirVariables(): ReadonlyMap<string, Variable> {
  return variablesOf("damir");
}

/**
 * The variables of a table with their definitions, uses and traps, in the order of its columns.
 * @throws Error when a variable has no definition: the dictionary is incomplete
 *
 * @example
 * const mesures = variables().filter(({ role }) => role === "mesure");
 * mesures.map(({ variable, libelle }) => `${variable} : ${libelle}`);
 */
export function variables(table: DescribedTable = "damir"): readonly DescribedVariable[] {
  return [...describedVariables(table).values()];
}

/**
 * One variable, in lower or upper case.
 * @throws UserError when the table has no such variable
 *
 * @example
 * variable("FLT_REM_MNT").pieges;
 */
export function variable(name: string, table: DescribedTable = "damir"): DescribedVariable {
  const found = describedVariables(table).get(name.toLowerCase());
  if (found) return found;
  const near = [...describedVariables(table).keys()].filter((other) => sharesWord(other, name));
  const hint =
    near.length > 0 ? `Cherchiez-vous ${near.join(", ")} ?` : "La table « dictionnaire » les liste.";
  throw new UserError(`« ${name} » n'est pas une variable de ${table}. ${hint}`);
}

/**
 * The codes of a variable, one a code, in order.
 * @throws UserError when the table has no such variable, or its values aren't codes
 *
 * @example
 * codes("ben_sex_cod").map(({ code, libelle }) => `${code} ${libelle}`);
 */
export function codes(name: string, table: DescribedTable = "damir"): readonly Code[] {
  const { variable: column } = variable(name, table);
  const path = join(folder, sources[table].codes, `${column}.csv`);
  if (!existsSync(path)) {
    throw new UserError(`${column} n'a pas de nomenclature : ses valeurs se lisent telles quelles.`);
  }
  return readCsv(path).map((row) => ({ ...emptyCode, ...row }));
}

function variablesOf(table: DescribedTable): ReadonlyMap<string, Variable> {
  const known = facts.get(table);
  if (known) return known;
  const rows = readCsv(join(folder, `${sources[table].variables}.csv`));
  const byName = new Map(rows.map((row) => [row["variable"] ?? "", row as unknown as Variable]));
  facts.set(table, byName);
  return byName;
}

function describedVariables(table: DescribedTable): ReadonlyMap<string, DescribedVariable> {
  const known = described.get(table);
  if (known) return known;
  const notes = readVariableNotes(join(folder, `${sources[table].variables}.md`));
  const byName = new Map(
    [...variablesOf(table)].map(([name, variable]) => {
      const note = notes.get(name);
      if (!note?.definition) throw new Error(`${table}.${name} has no definition in the dictionary`);
      return [name, { ...variable, ...note }];
    }),
  );
  described.set(table, byName);
  return byName;
}

/** Words of three letters are the prefixes that families of variables share: they help, `mnt` or `nat` don't. */
function sharesWord(known: string, typed: string): boolean {
  const words = typed.toLowerCase().split(/[^a-z0-9]+/);
  return (
    words.some((word) => word.length > 3 && known.includes(word)) || known.startsWith(typed.toLowerCase())
  );
}

/** Numbers that name something and are never counted or grouped by thousands. */
const identifiers =
  /^(annee|an|mois|flx_ann_moi|sns_date|soi_ann|soi_moi|age_min|age_ben_snds|code|heure|num_acc|sexe|ordre|trimestre|semaine|jour|ben_qlt|top_slm|zeat|exe_.*|pre_.*|.*_nat|.*_cod|.*_reg|.*_zeat|.*_snds|.*_typ)$/;

/** True for a column whose numbers are codes or years, such as prs_nat or annee. */
export function isIdentifier(column: string): boolean {
  const role = openDamirVariables().get(column)?.role;
  return role === "dimension" || role === "temps" || (role === undefined && identifiers.test(column));
}
