import { UserError } from "damir";
import { quoted, refuseWebPage } from "../formats/text-source.js";
import { redundantColumns, type ExpenseColumn } from "./expense-columns.js";

/** One of the two families of files. */
export interface ExpenseFamily {
  /** Identifier of the dataset, as people type it. */
  dataset: string;
  /** As messages name the files. */
  files: string;
  columns: readonly ExpenseColumn[];
  /** A column that tells the family's files from those of the other: this one has it, or must not. */
  mark: { column: string; present: boolean };
}

/** Where each thing stands in the lines of a file: positions from 0, -1 for what the file doesn't publish. */
export interface ExpenseHeader {
  /** Names of the file's columns, in lower case, for the messages. */
  names: string[];
  /** In the order of the family's columns. */
  positions: number[];
  labels: number[];
  region: number;
  regionLabel: number;
  remDate: number;
  /** True when the published lines end with `;`. */
  trailingSeparator: boolean;
}

/**
 * Understands the first line of an R or N file: columns by name, in any order and letter case.
 * @throws UserError when it isn't such a file, or when a column would be lost
 */
export function readExpenseHeader(line: string, file: string, family: ExpenseFamily): ExpenseHeader {
  refuseWebPage(file, line);
  const names = line.split(";").map((name) =>
    name
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .toLowerCase(),
  );
  const trailingSeparator = names.length > 1 && names.at(-1) === "";
  if (trailingSeparator) names.pop();
  refuseOtherDataset(names, line, file, family);

  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new UserError(
      `${file}, ligne 1 : la colonne ${twice} apparaît deux fois. Téléchargez de nouveau le fichier.`,
    );
  }
  const missing = family.columns.filter(
    (column) => column.optional !== true && !names.includes(publishedName(column)),
  );
  if (missing.length > 0) {
    throw new UserError(
      `${file}, ligne 1 : il manque ${missing.map(publishedName).join(", ")}. Le fichier n'est pas tel que la CNAM le publie : téléchargez-le de nouveau.`,
    );
  }
  const known = new Set([
    ...redundantColumns,
    ...family.columns.flatMap((column) => [publishedName(column), column.label ?? ""]),
  ]);
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new UserError(
      `${file}, ligne 1 : ${unknown.length > 1 ? "colonnes inconnues" : "colonne inconnue"} ${unknown.map(quoted).join(", ")}. L'import perdrait des données. Si la CNAM l'a ajoutée, décrivez-la dans lib/pipeline/src/departement/expense-columns.ts puis relancez.`,
    );
  }
  const at = (name: string | undefined) => (name === undefined ? -1 : names.indexOf(name));
  return {
    names,
    positions: family.columns.map((column) => at(publishedName(column))),
    labels: family.columns.map(({ label }) => at(label)),
    region: at("region"),
    regionLabel: at("l_region"),
    remDate: at("rem_date"),
    trailingSeparator,
  };
}

/** Name of a column in the files. */
export function publishedName({ name, published }: ExpenseColumn): string {
  return published ?? name;
}

function refuseOtherDataset(names: string[], line: string, file: string, family: ExpenseFamily): void {
  const found = family.columns.filter((column) => names.includes(publishedName(column)));
  if (found.length < family.columns.length / 2 || !names.includes("rem_mon")) {
    throw new UserError(
      `${file} n'est pas ${family.files} : sa première ligne devrait donner des noms de colonnes séparés par des points-virgules (${family.columns.slice(0, 4).map(publishedName).join(";")}…). On y lit : ${quoted(line)}.`,
    );
  }
  const { column, present } = family.mark;
  if (names.includes(column) !== present) {
    const clue = present ? `il n'a pas de colonne ${column}` : `il a une colonne ${column}`;
    throw new UserError(`${file} n'est pas ${family.files} : ${clue}.`);
  }
}
