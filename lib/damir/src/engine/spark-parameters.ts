import type { SqlValue } from "../query/sql.js";

const millisecondsPerDay = 86_400_000;

/** The name of the n-th value of a query, from 1, as Spark binds it: `:v1`. */
export function parameterName(index: number): string {
  return `v${index}`;
}

/** The values of a query as the protocol binds them, with their types: nothing is written into the text. */
export function namedArguments(values: readonly SqlValue[]): Record<string, object> {
  return Object.fromEntries(
    values.map((value, index) => [parameterName(index + 1), { literal: literalOf(value) }]),
  );
}

function literalOf(value: SqlValue): object {
  if (value === null) return { null: { null: {} } };
  if (value instanceof Date) {
    const time = value.getTime();
    return time % millisecondsPerDay === 0
      ? { date: time / millisecondsPerDay }
      : { timestampNtz: String(BigInt(time) * 1000n) };
  }
  switch (typeof value) {
    case "string":
      return { string: value };
    case "boolean":
      return { boolean: value };
    case "bigint":
      return BigInt.asIntN(64, value) === value
        ? { long: value.toString() }
        : { decimal: { value: value.toString() } };
    case "number":
      if (!Number.isSafeInteger(value)) return { double: value };
      return (value | 0) === value ? { integer: value } : { long: String(value) };
  }
}
