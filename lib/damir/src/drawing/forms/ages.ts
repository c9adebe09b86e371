import { categoryOf } from "../category.js";
import { columnNames } from "../columns-drawn.js";
import type { VegaRow } from "../rows.js";
import { UserError } from "../../user-error.js";

/** Columns of ages, the surest first: classes of Open DAMIR, then five-year bands. */
const ageColumns = ["age_ben_snds", "age_min", "age"];
const sexColumns = ["ben_sex_cod", "sexe"];

/** Code of an unknown age in Open DAMIR. */
const unknownAge = 99;

/** Column of ages: the one asked for, else one with a known name. */
export function ageColumn(rows: readonly VegaRow[], asked: string | undefined): string {
  return knownColumn(rows, asked, ageColumns, "age");
}

/** Column of sexes: the one asked for, else one with a known name. */
export function sexColumn(rows: readonly VegaRow[], asked: string | undefined): string {
  return knownColumn(rows, asked, sexColumns, "sex");
}

/** @throws UserError when there is none */
function knownColumn(
  rows: readonly VegaRow[],
  asked: string | undefined,
  known: readonly string[],
  option: string,
): string {
  const names = columnNames(rows);
  const found = asked ?? known.find((name) => names.includes(name));
  if (found !== undefined && names.includes(found)) return found;
  throw new UserError(
    `Il manque la colonne ${asked === undefined ? known.join(" ou ") : `« ${asked} »`}. Colonnes présentes : ${names.join(", ")}. Indiquez-la par ${option}.`,
  );
}

/** An age's class as a reader sees it, undefined where it is unknown. */
export function ageLabel(column: string, age: unknown): string | undefined {
  if (age === null || age === undefined || (column === "age_ben_snds" && Number(age) === unknownAge))
    return undefined;
  return categoryOf(column).labelOf(age);
}

/** 1 for men, 2 for women, undefined for unknown: BEN_SEX_COD and INSEE write them so. */
export function sexOf(value: unknown): 1 | 2 | undefined {
  const code = Number(value);
  return code === 1 || code === 2 ? code : undefined;
}
