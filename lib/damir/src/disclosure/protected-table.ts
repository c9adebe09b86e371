import type { ResultValue } from "../query/sql-values.js";

/** Stands for the sum over an axis. */
export const total: unique symbol = Symbol("total");

/** Where a cell stands on an axis: a value, or {@link total}. */
export type Coordinate = ResultValue | typeof total;

/** Where a cell stands: a coordinate by axis. */
export type Coordinates = readonly Coordinate[];

/** A cell of a table, or a total that can be computed of it. */
export interface Cell {
  readonly coordinates: Coordinates;
  /** Its count. */
  readonly value: number;
  /** Position of its row in the result; undefined for a total that isn't among the rows. */
  readonly row: number | undefined;
}

/** A table as one who wants to know a hidden cell sees it: its cells, its totals, and which add up to which. */
export interface ProtectedTable {
  readonly cells: readonly Cell[];
  /** Each says that cells with a 1 add up to that with a -1. */
  readonly sums: readonly ReadonlyMap<number, 1 | -1>[];
}

/** A row that is read: its place, its count. */
export interface CountedRow {
  readonly coordinates: Coordinates;
  readonly value: number;
}

/** A place as a key: values of other types differ. */
export function placeOf(coordinates: Coordinates): string {
  return JSON.stringify(
    coordinates.map((value) => {
      if (value === total) return "*";
      if (value instanceof Date) return ["date", value.toISOString()];
      return typeof value === "bigint" ? ["bigint", value.toString()] : [typeof value, value];
    }),
  );
}

/**
 * Finds which totals a table has, and what adds up to them. An axis that another one tells (the région of a département) makes a
 * hierarchy: départements add up to their région, and régions to the whole.
 *
 * @param rows the cells, and those totals that are among the rows
 * @param parents for each axis, the axis that it tells, if any
 */
export function protectedTable(
  rows: readonly CountedRow[],
  parents: readonly (number | undefined)[],
): ProtectedTable {
  const cells: Cell[] = rows.map((row, index) => ({ ...row, row: index }));
  const places = new Map(cells.map(({ coordinates }, index) => [placeOf(coordinates), index]));
  const sums = new Map<string, Map<number, 1 | -1>>();
  const queue = cells.map((_, index) => index);
  const computed = new Map<number, number>();
  for (let next = 0; next < queue.length; next++) {
    const index = queue[next] ?? 0;
    const { coordinates } = cells[index] ?? { coordinates: [] };
    for (const axis of coordinates.keys()) {
      if (coordinates[axis] === total || hasChild(axis, coordinates, parents)) continue;
      const above = coordinates.map((value, other): Coordinate => (other === axis ? total : value));
      const place = placeOf(above);
      let sum = places.get(place);
      if (sum === undefined) {
        sum = cells.length;
        cells.push({ coordinates: above, value: 0, row: undefined });
        places.set(place, sum);
        computed.set(sum, axis);
        queue.push(sum);
      }
      const key = `${axis} ${place}`;
      const members = sums.get(key) ?? new Map<number, 1 | -1>([[sum, -1]]);
      sums.set(key, members.set(index, 1));
    }
  }
  // A total is known once what adds up to it is: totals over fewer axes come first.
  const height = (index: number) => cells[index]?.coordinates.filter((value) => value === total).length ?? 0;
  for (const [index, axis] of [...computed].sort(([a], [b]) => height(a) - height(b))) {
    const cell = cells[index];
    if (!cell) continue;
    const members = [...(sums.get(`${axis} ${placeOf(cell.coordinates)}`)?.keys() ?? [])];
    const value = members
      .filter((member) => member !== index)
      .reduce((sum, member) => sum + (cells[member]?.value ?? 0), 0);
    cells[index] = { ...cell, value };
  }
  return { cells, sums: [...sums.values()] };
}

/** True when a finer axis is still told apart: its own total comes first. */
function hasChild(axis: number, coordinates: Coordinates, parents: readonly (number | undefined)[]): boolean {
  return parents.some((parent, child) => parent === axis && coordinates[child] !== total);
}

/** For each axis, the axis that its values tell, if any: that with the most values below its own. */
export function axisParents(rows: readonly Coordinates[], axes: number): (number | undefined)[] {
  const distinct = Array.from(
    { length: axes },
    (_, axis) => new Set(rows.map((row) => placeOf([row[axis] ?? null]))).size,
  );
  return Array.from({ length: axes }, (_, child) => {
    const told = Array.from({ length: axes }, (__, parent) => parent)
      .filter((parent) => parent !== child && (distinct[parent] ?? 0) < (distinct[child] ?? 0))
      .filter((parent) => (distinct[parent] ?? 0) > 1 && tells(rows, child, parent));
    return told.sort((a, b) => (distinct[b] ?? 0) - (distinct[a] ?? 0))[0];
  });
}

/** True when each value of an axis comes with one value of another. */
export function tells(rows: readonly Coordinates[], child: number, parent: number): boolean {
  const known = new Map<string, string>();
  for (const row of rows) {
    const below = row[child];
    const above = row[parent];
    if (below === total || above === total || below === undefined || above === undefined) continue;
    const place = placeOf([above]);
    const before = known.get(placeOf([below]));
    if (before !== undefined && before !== place) return false;
    known.set(placeOf([below]), place);
  }
  return true;
}
