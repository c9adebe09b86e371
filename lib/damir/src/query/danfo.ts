import type { DataFrame } from "danfojs-node";
import type { Column, Row } from "./columns.js";
import type { ResultValue } from "./sql-values.js";
import { UserError } from "../user-error.js";

/** Beyond this, danfojs takes seconds for what SQL does in milliseconds. */
const mostRows = 100_000;

/**
 * Makes a danfojs-node DataFrame of some rows.
 * @throws UserError when there is no row, or more than danfojs can work with
 */
export async function toDanfo(columns: readonly Column[], rows: readonly Row[]): Promise<DataFrame> {
  if (rows.length === 0) {
    throw new UserError(
      "Le résultat n'a aucune ligne : danfojs ne sait pas faire un DataFrame vide. Vérifiez les filtres de la requête.",
    );
  }
  if (rows.length > mostRows) {
    throw new UserError(
      `Le résultat a ${rows.length.toLocaleString("fr-FR")} lignes, plus que les ${mostRows.toLocaleString("fr-FR")} que danfojs traite à une vitesse utile. Agrégez d'abord en SQL (GROUP BY) ou limitez (LIMIT).`,
    );
  }
  // Loaded only here: danfojs brings TensorFlow.js, which takes a second that most notebooks needn't spend.
  const { DataFrame } = await import("danfojs-node");
  const values = Object.fromEntries(
    columns.map((column) => [column.name, rows.map((row) => danfoValue(row[column.name] ?? null))]),
  );
  return new DataFrame(values);
}

/** What is read of a DataFrame: danfojs types the results of its own operations loosely. */
export interface Frame {
  readonly columns: string[];
  readonly values: unknown;
}

/** Rows of a DataFrame as plain objects, a value by column. */
export function rowsOfDanfo({ columns, values }: Frame): Row[] {
  return (values as unknown[][]).map((row) =>
    Object.fromEntries(columns.map((name, index) => [name, fromDanfoValue(row[index])])),
  );
}

/** danfojs writes what is missing as undefined, null or NaN. */
function fromDanfoValue(value: unknown): ResultValue {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function danfoValue(value: ResultValue): string | number | boolean | null {
  if (value === null) return null;
  if (value instanceof Date) {
    const iso = value.toISOString();
    return iso.endsWith("T00:00:00.000Z") ? iso.slice(0, 10) : iso;
  }
  if (typeof value === "bigint") return value.toString();
  return typeof value === "object" ? JSON.stringify(value) : value;
}
