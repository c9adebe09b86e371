import type { Row } from "../query/columns.js";
import { Result } from "../query/result.js";
import type { ResultValue } from "../query/sql-values.js";

/**
 * The rows in an order that tells nothing of their numbers. Rows that are sorted by their axes, whichever comes first and up or down,
 * stay as they are. Others may be sorted by what is hidden, and a hidden cell between two equal ones would be known: they are sorted
 * by the axes, totals last, and a note says so.
 *
 * @param hidden positions of the rows that lack their numbers
 * @param total what stands for a total in an axis
 */
export function inToldOrder(
  masked: Result,
  axes: readonly string[],
  hidden: ReadonlySet<number>,
  total: string | null,
): Result {
  if (hidden.size === 0) return masked;
  const placed = masked.rows.map((row): PlacedRow => ({
    row,
    place: axes.map((axis) => ((row[axis] ?? null) === total ? null : (row[axis] ?? null))),
  }));
  if (isToldBy(placed, [...axes.keys()])) return masked;
  const rows = placed
    .sort(({ place: left }, { place: right }) => {
      const steps = left.map((value, axis) => compared(value, right[axis] ?? null));
      return steps.find((step) => step !== 0) ?? 0;
    })
    .map(({ row }) => row);
  return new Result<Row>(masked.columns, rows, masked.sources, {
    ...masked.details,
    notes: [
      ...(masked.details.notes ?? []),
      `Lignes rangées par ${axes.join(", ")} : leur ordre d'avant pouvait dire des valeurs cachées.`,
    ],
  });
}

/** A row with its value on each axis, null for a total. */
interface PlacedRow {
  readonly row: Row;
  readonly place: readonly ResultValue[];
}

/** True when some axis never turns back, and the others, in the rows of each of its values, do the same. */
function isToldBy(rows: readonly PlacedRow[], axes: readonly number[]): boolean {
  if (rows.length < 2) return true;
  return axes.some((axis) => {
    const values = rows.map(({ place }) => place[axis] ?? null);
    if (!isMonotone(values)) return false;
    const others = axes.filter((other) => other !== axis);
    return runs(rows, values).every((run) => isToldBy(run, others));
  });
}

/** True when values go up or down only; totals (null) may come first or last. */
function isMonotone(values: readonly ResultValue[]): boolean {
  const known = values.filter((value) => value !== null);
  const [from, to] = [values.indexOf(known[0] ?? null), values.lastIndexOf(known.at(-1) ?? null)];
  if (known.length > 0 && to - from + 1 !== known.length) return false;
  const steps = known.slice(1).map((value, index) => compared(known[index] ?? null, value));
  return steps.every((step) => step <= 0) || steps.every((step) => step >= 0);
}

/** The rows of each value, where equal ones stand together. */
function runs(rows: readonly PlacedRow[], values: readonly ResultValue[]): PlacedRow[][] {
  const found: PlacedRow[][] = [];
  for (const [index, row] of rows.entries()) {
    const before = values[index - 1] ?? null;
    if (index > 0 && compared(before, values[index] ?? null) === 0) found.at(-1)?.push(row);
    else found.push([row]);
  }
  return found;
}

/** Numbers and dates by size, texts by their letters' codes as SQL does; a total after all. */
function compared(left: ResultValue, right: ResultValue): number {
  if (left === null || right === null) return Number(left === null) - Number(right === null);
  const [a, b] = [comparable(left), comparable(right)];
  if (typeof a === typeof b) return a < b ? -1 : Number(a > b);
  return compared(String(a), String(b));
}

function comparable(value: NonNullable<ResultValue>): number | bigint | string {
  if (value instanceof Date) return value.getTime();
  return typeof value === "number" || typeof value === "bigint" || typeof value === "string"
    ? value
    : JSON.stringify(value);
}
