import type { Row } from "../query/columns.js";
import { UserError } from "../user-error.js";
import {
  placeOf,
  tells,
  total,
  type Coordinate,
  type Coordinates,
  type CountedRow,
} from "./protected-table.js";

/** A row whose count may not have been published by its source. */
export interface PublishedRow extends CountedRow {
  readonly unpublished: boolean;
}

/**
 * The axes that tell cells apart: a name beside its code tells nothing more, and is left out. A total that stands in an axis is in
 * those that it names too.
 */
export function axisOrder(rows: readonly Row[], axes: readonly string[], mark: string | null): string[] {
  const kept: string[] = [];
  for (const axis of axes) {
    const known = kept.some((other) => {
      const pairs = rows.map((row) => coordinatesOf(row, [axis, other], mark));
      return tells(pairs, 0, 1) && tells(pairs, 1, 0) && sameTotals(pairs);
    });
    if (!known) kept.push(axis);
  }
  return kept;
}

function sameTotals(pairs: readonly Coordinates[]): boolean {
  return pairs.every(([a, b]) => (a === total) === (b === total));
}

function coordinatesOf(row: Row, axes: readonly string[], mark: string | null): Coordinate[] {
  return axes.map((axis) => {
    const value = row[axis] ?? null;
    return value === mark ? total : value;
  });
}

/**
 * The cells of a table with their counts.
 * @throws UserError for a count that isn't a whole number from 0, and for two rows that are the same cell
 */
export function countsOf(
  rows: readonly Row[],
  count: string,
  axes: readonly string[],
  mark: string | null,
): PublishedRow[] {
  const known = new Map<string, number>();
  return rows.map((row, index) => {
    const coordinates = coordinatesOf(row, axes, mark);
    const place = placeOf(coordinates);
    const before = known.get(place);
    if (before !== undefined) {
      throw new UserError(
        `Les lignes ${before + 1} et ${index + 1} sont la même case (${axes.join(", ")}). Agrégez d'abord, une ligne par case, ou nommez toutes les colonnes qui les distinguent (option axes).`,
      );
    }
    known.set(place, index);
    const value = row[count] ?? null;
    const number = typeof value === "bigint" ? Number(value) : value;
    if (number === null) return { coordinates, value: 0, unpublished: true };
    if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 0) {
      throw new UserError(
        `La colonne « ${count} », ligne ${index + 1}, n'est pas un nombre entier à partir de 0 : ${JSON.stringify(number)}. Le secret porte sur des effectifs ; pour des montants, donnez la colonne des actes.`,
      );
    }
    return { coordinates, value: number, unpublished: false };
  });
}

/** The numbers of a column; 0 where there is none. */
export function numbersOf(rows: readonly Row[], name: string): number[] {
  return rows.map((row) => Number(row[name] ?? 0));
}
