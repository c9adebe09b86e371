import { columnLabel } from "../dictionary/column-labels.js";
import { openDamirVariables, variables, type Variable } from "../dictionary/dictionary.js";
import { numberStyle, type NumberStyle } from "../french-format.js";
import type { Column, Row } from "../query/columns.js";
import type { Source } from "../query/provenance.js";
import type { ColumnKind } from "../query/sql-values.js";
import { UserError } from "../user-error.js";

/**
 * How a column's numbers are written: in a unit of money (one digit after the comma, two for `€`), as a percentage of a
 * share (0.123 is 12,3 %), with so many digits after the comma, or in a style of one's own.
 */
export type ColumnFormat = "€" | "k€" | "M€" | "Md€" | "%" | number | Partial<NumberStyle>;

/** A column as a table shows it. */
export interface ShownColumn {
  name: string;
  title: string;
  /** What the dictionary calls the variable. */
  label: string;
  /** Unit of all its cells, where it stands in the header. */
  unit: string;
  kind: ColumnKind | "month";
  style?: NumberStyle;
}

const namedFormats: Readonly<Record<string, NumberStyle>> = {
  "€": { decimals: 2, grouping: true, unit: "€" },
  "k€": { decimals: 1, grouping: true, scale: 1e3, unit: "k€" },
  "M€": { decimals: 1, grouping: true, scale: 1e6, unit: "M€" },
  "Md€": { decimals: 1, grouping: true, scale: 1e9, unit: "Md€" },
  "%": { decimals: 1, grouping: true, scale: 0.01, unit: "%" },
};

/** Units that the dictionary gives and that a header can carry. */
const headerUnits: Readonly<Record<string, string>> = { euros: "€", actes: "actes", "%": "%" };

/** How a column is asked to be shown. */
export interface ColumnWish {
  title?: string | undefined;
  format?: ColumnFormat | undefined;
}

/**
 * Finds out how a column is shown.
 * @throws UserError when its format isn't one, or formats numbers where there are none
 */
export function shownColumn(
  column: Column,
  rows: readonly Row[],
  sources: readonly Source[],
  { title, format }: ColumnWish = {},
): ShownColumn {
  const { name, kind } = column;
  const read = sources.map(({ table }) => table);
  const tables = sources.every(({ licence }) => licence === "") ? [...read, "damir"] : read;
  const variable = variableOf(name, tables);
  const style = format === undefined ? column.style : styleOf(format, column, rows);
  const found = labelOf(name, tables);
  const label = title !== undefined || sameWord(found, name) ? "" : found;
  const unit = style?.unit === undefined ? (headerUnits[variable?.unite ?? ""] ?? "") : "";
  const shown = {
    name,
    title: title ?? name,
    label,
    unit,
    kind: kind === "date" && holdsMonths(name, rows) ? ("month" as const) : kind,
  };
  return style === undefined ? shown : { ...shown, style };
}

/** Its label in the first of the tables that has one, without the remarks that follow it. */
function labelOf(name: string, tables: readonly string[]): string {
  for (const table of tables) {
    const label = columnLabel(table, name);
    if (label !== undefined) return label.replace(/\s[;:].*/, "");
  }
  return "";
}

/** « Libellé » under `libelle` says nothing more. */
function sameWord(label: string, name: string): boolean {
  return new Intl.Collator("fr", { sensitivity: "base" }).compare(label, name) === 0;
}

function variableOf(name: string, tables: readonly string[]): Variable | undefined {
  const described = openDamirVariables().get(name);
  if (tables.includes("damir") && described) return described;
  const departement = tables.some((table) => table === "damir_departement" || table === "damir_national");
  return departement ? variables("damir_departement").find(({ variable }) => variable === name) : undefined;
}

function holdsMonths(name: string, rows: readonly Row[]): boolean {
  return (
    name.startsWith("mois") &&
    rows.every(
      ({ [name]: value }) => !(value instanceof Date) || value.toISOString().endsWith("-01T00:00:00.000Z"),
    )
  );
}

function styleOf(format: ColumnFormat, { name, kind, style }: Column, rows: readonly Row[]): NumberStyle {
  if (kind !== "number") {
    throw new UserError(
      `La colonne « ${name} » n'est pas numérique : le format ${JSON.stringify(format)} ne s'y applique pas. Convertissez-la dans la requête (CAST) ou retirez-la de format.`,
    );
  }
  const wish =
    typeof format === "string"
      ? namedFormats[format]
      : typeof format === "number"
        ? { decimals: format }
        : format;
  if (wish === undefined) {
    throw new UserError(
      `Le format ${JSON.stringify(format)} de la colonne « ${name} » n'existe pas. Choisissez ${Object.keys(namedFormats).join(", ")}, un nombre de décimales, ou { decimals, unit, scale }.`,
    );
  }
  const scaled =
    wish.scale === undefined ? undefined : valuesOf(name, rows).map((value) => value / (wish.scale ?? 1));
  const own =
    scaled === undefined && style !== undefined
      ? style
      : numberStyle(scaled ?? valuesOf(name, rows), undefined, true);
  const found = { ...own, grouping: true, ...wish };
  if (!Number.isInteger(found.decimals) || found.decimals < 0 || found.decimals > 15 || found.scale === 0) {
    throw new UserError(
      `Le format de la colonne « ${name} » demande ${found.scale === 0 ? "une échelle de 0" : `${found.decimals} décimales`} : donnez un nombre entier de décimales entre 0 et 15, et une échelle non nulle.`,
    );
  }
  return found;
}

function valuesOf(name: string, rows: readonly Row[]): number[] {
  return rows.flatMap(({ [name]: value }) => (value === null || value === undefined ? [] : [Number(value)]));
}
