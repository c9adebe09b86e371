import { UserError } from "damir";
import { shown } from "./open-damir-header.js";
import { scaledFromText, textFromScaled } from "./scaled-number.js";
import type { Variable } from "./variables.js";

/** One field that isn't empty. */
export interface Field {
  /** The value in a form that DuckDB types without rounding. */
  text: string;
  /** What the field adds to its column's sum: units of 10^-scale for a number, characters for a text. */
  weight: bigint;
}

/**
 * Reads one field that isn't empty.
 * @param place file and line, for the message
 * @throws UserError when the variable's type can't hold the value without loss
 */
export function readField(variable: Variable, text: string, place: string): Field {
  if (variable.kind === "text") {
    if (/[^ -~]/.test(text))
      refuse(variable, text, place, "contient un caractère qu'Open DAMIR n'emploie pas");
    return { text, weight: BigInt(text.length) };
  }
  const value = scaledFromText(text, variable.scale);
  if (value === "not-a-number") return refuse(variable, text, place, "n'est pas un nombre");
  if (value === "too-many-decimals") {
    const places = variable.scale === 0 ? "aucune décimale" : `${variable.scale} décimales au plus`;
    return refuse(
      variable,
      text,
      place,
      `a trop de décimales (${places} : ${variable.sql}), l'arrondir perdrait de la précision`,
    );
  }
  if (value > variable.max || value < variable.min) {
    return refuse(variable, text, place, `dépasse ce que tient le type ${variable.sql}`);
  }
  return { text: textFromScaled(value, variable.scale), weight: value };
}

/**
 * Reads the processing month of a row.
 * @param month of the rows before, if any
 * @param place file and line, for the message
 * @throws UserError when it is no month, or not the month of the rows before
 */
export function readMonth(text: string, month: number | undefined, place: string): number {
  const where = `${place}, champ FLX_ANN_MOI : « ${shown(text)} »`;
  if (!/^20\d\d(0[1-9]|1[0-2])$/.test(text)) {
    throw new UserError(
      `${where} n'est pas un mois de traitement (AAAAMM). Téléchargez de nouveau le fichier.`,
    );
  }
  if (month !== undefined && Number(text) !== month) {
    throw new UserError(
      `${where}, alors que les lignes d'avant sont du mois ${month}. Un fichier Open DAMIR ne porte qu'un mois de traitement : importez un fichier par mois, tel que la CNAM le publie.`,
    );
  }
  return Number(text);
}

/** @throws UserError always: an empty line can only come at the end of a file */
export function refuseBlankLine(file: string, line: number): never {
  throw new UserError(`${file}, ligne ${line} : ligne vide au milieu du fichier. Téléchargez-le de nouveau.`);
}

function refuse(variable: Variable, text: string, place: string, fault: string): never {
  throw new UserError(
    `${place}, champ ${variable.name.toUpperCase()} : « ${shown(text)} » ${fault}. Rien n'a été importé de ce fichier ; s'il n'a pas été modifié, téléchargez-le de nouveau.`,
  );
}
