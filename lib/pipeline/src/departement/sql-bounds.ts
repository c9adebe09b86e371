/** Largest and smallest value that a type holds, in units of its last decimal. */
export interface Bounds {
  min: bigint;
  max: bigint;
}

const integerBits: Record<string, bigint> = { SMALLINT: 15n, INTEGER: 31n, BIGINT: 63n };

/**
 * What a type of the store holds.
 * @throws Error for a type that holds no number
 */
export function boundsOf(sql: string): Bounds {
  if (sql === "VARCHAR") return { min: 0n, max: 0n };
  const bits = integerBits[sql];
  if (bits !== undefined) return { min: -(2n ** bits), max: 2n ** bits - 1n };
  const digits = /^DECIMAL\((\d+),\d+\)$/.exec(sql)?.[1];
  if (digits === undefined) throw new Error(`type ${sql} holds no exact number`);
  const max = 10n ** BigInt(digits) - 1n;
  return { min: -max, max };
}
