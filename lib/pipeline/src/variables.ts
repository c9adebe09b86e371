import { openDamirVariables } from "damir";

/** One canonical variable of Open DAMIR, as `data/dictionary/variables.csv` declares it. */
export interface Variable {
  /** Lower case: the column's name in the store. */
  name: string;
  /** Type of the column in DuckDB. */
  sql: string;
  kind: "number" | "text";
  /** Digits kept after the decimal point; 0 for whole numbers and for text. */
  scale: number;
  /** Largest and smallest value the type holds, in units of 10^-scale. */
  max: bigint;
  min: bigint;
  /** True for what is summed in the manifest: amounts, quantities, coefficients. */
  measure: boolean;
}

const integerBits: Record<string, bigint> = { SMALLINT: 15n, INTEGER: 31n, BIGINT: 63n };

/**
 * The canonical variables of Open DAMIR with what their types hold, in the order of the store's columns.
 * @throws Error when the dictionary declares a type that the pipeline doesn't know.
 */
export function readVariables(): Variable[] {
  return [...openDamirVariables().values()].map(({ variable: name, type: sql, role }) => ({
    name,
    sql,
    measure: role === "mesure",
    ...bounds(sql, name),
  }));
}

function bounds(sql: string, name: string): Pick<Variable, "kind" | "scale" | "max" | "min"> {
  if (sql === "VARCHAR") return { kind: "text", scale: 0, max: 0n, min: 0n };
  const bits = integerBits[sql];
  if (bits !== undefined) return { kind: "number", scale: 0, max: 2n ** bits - 1n, min: -(2n ** bits) };
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(sql);
  if (!decimal) throw new Error(`Unknown type ${sql} of ${name} in the dictionary of variables`);
  const max = 10n ** BigInt(Number(decimal[1])) - 1n;
  return { kind: "number", scale: Number(decimal[2]), max, min: -max };
}
