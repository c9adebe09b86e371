import type { Column } from "./columns.js";
import type { ResultValue } from "./sql-values.js";

/** What an engine answers: rows of a query, column by column. */
export interface Answer {
  readonly columns: readonly Column[];
  /** One list a column, all of the same length. */
  readonly values: readonly (readonly ResultValue[])[];
  /** True when the query has more rows than were asked for. */
  readonly more: boolean;
}

/** The rows of an answer as objects, a value by column name. */
export function rowsOf<R extends object>({ columns, values }: Answer): R[] {
  const count = values[0]?.length ?? 0;
  const names = columns.map(({ name }) => name);
  return Array.from({ length: count }, (_, row) => {
    const object: Record<string, ResultValue> = {};
    names.forEach((name, column) => {
      object[name] = values[column]?.[row] ?? null;
    });
    return object as R;
  });
}
