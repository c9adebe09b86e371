import type { VegaRow } from "./rows.js";
import { UserError } from "../user-error.js";

/** The names of all columns of some rows, in order. */
export function columnNames(rows: readonly VegaRow[]): string[] {
  return [...new Set(rows.flatMap(Object.keys))];
}

/**
 * The column that an option names.
 * @throws UserError when the rows don't have it
 */
export function namedColumn(rows: readonly VegaRow[], option: string, name: string): string {
  const names = columnNames(rows);
  if (names.includes(name)) return name;
  throw new UserError(
    `Le dessin demande la colonne « ${name} » (${option}), que les données n'ont pas. Colonnes présentes : ${names.join(", ")}.`,
  );
}

/**
 * The column of numbers to draw: the one asked for, else the only one that isn't among the others.
 * @throws UserError when there are none or several, or when the one asked for isn't there or isn't a number
 */
export function valueColumn(
  rows: readonly VegaRow[],
  asked: string | undefined,
  others: readonly string[],
  option = "value",
): string {
  if (asked !== undefined) {
    const name = namedColumn(rows, option, asked);
    const odd = rows.find((row) => typeof row[name] !== "number" && row[name] != null);
    if (odd === undefined) return name;
    throw new UserError(
      `La colonne « ${name} » n'est pas numérique : elle contient « ${String(odd[name])} ».`,
    );
  }
  const numeric = columnNames(rows).filter(
    (name) => !others.includes(name) && rows.some((row) => typeof row[name] === "number"),
  );
  const [only, ...more] = numeric;
  if (only !== undefined && more.length === 0) return only;
  throw new UserError(
    `On ne sait pas quelle colonne dessiner (${numeric.join(", ") || "aucune n'est numérique"}). Indiquez-la par ${option}.`,
  );
}

/**
 * The column that names things: the one asked for, else the first of texts, else the first that isn't among the others.
 * @throws UserError when there is none
 */
export function labelColumn(
  rows: readonly VegaRow[],
  asked: string | undefined,
  others: readonly string[],
  option = "label",
): string {
  if (asked !== undefined) return namedColumn(rows, option, asked);
  const names = columnNames(rows).filter((name) => !others.includes(name));
  const found = names.find((name) => rows.some((row) => typeof row[name] === "string")) ?? names[0];
  if (found !== undefined) return found;
  throw new UserError(
    `On ne sait pas quelle colonne nomme les lignes. Colonnes présentes : ${columnNames(rows).join(", ")}. Indiquez-la par ${option}.`,
  );
}

/**
 * Checks that what identifies a mark does so.
 * @throws UserError when two rows have the same values in those columns: one would be drawn over the other
 */
export function refuseRepeated(rows: readonly VegaRow[], columns: readonly string[]): void {
  const seen = new Set<string>();
  for (const row of rows) {
    const key = JSON.stringify(columns.map((column) => row[column] ?? null));
    if (seen.has(key)) {
      const named = columns.map((column) => `${column} = ${JSON.stringify(row[column] ?? null)}`).join(", ");
      throw new UserError(
        `Plusieurs lignes pour ${named} : le dessin n'en attend qu'une. Agrégez en SQL (GROUP BY ${columns.join(", ")}), ou filtrez.`,
      );
    }
    seen.add(key);
  }
}

/** A value as a number, null where it is missing. */
export function numberAt(row: VegaRow, column: string): number | null {
  const value = row[column];
  return typeof value === "number" ? value : null;
}
