import { createHash } from "node:crypto";
import type { Variable } from "./variables.js";

/**
 * A digest of rows that doesn't depend on their order: what column sums can't see, two rows that swap a value, changes it.
 *
 * Every field becomes a whole number below `modulus`; a row is the sum of its fields, each with its column's weight; what
 * a row adds to the month's digest is that number scrambled, so that rows don't compensate one another. Two such lanes
 * with different weights leave a swap or a misplaced value one chance in 2^64 to pass. The same definition is written
 * twice, for the published bytes (this file's functions) and for the Parquet file (`digestSql`), and shares no code.
 */
export const modulus = 2_147_483_647;

/** Stands for an empty field, which isn't the same as 0. */
export const emptyField = 1_540_483_477;

/** Sums of weighted fields stay between -offset and offset: 64 columns, 15 bits of weight, 31 bits of field. */
const offset = 2 ** 52;
const high = 0x1e3779b1;
const spread = 0x045d9f3b;
const lanes = [0x2545f491, 0x6c078965] as const;

/** Weights of the columns in one lane: they depend on the variables' names, not on their place in the file. */
export function weightsOf(variables: readonly Variable[], lane: 0 | 1): Float64Array {
  return Float64Array.from(variables, ({ name }) => {
    const hash = createHash("md5").update(`${lanes[lane]} ${name}`).digest();
    return 16_384 + (hash.readUInt16LE(0) & 16_383);
  });
}

/** A text as a field of the digest. */
export function textField(text: string): number {
  if (text.length === 1) return text.charCodeAt(0);
  return Number(createHash("md5").update(text, "latin1").digest().readBigUInt64LE(8) % BigInt(modulus));
}

/** What a row adds to the digest, from the sum of its weighted fields. */
export function scrambled(sum: number): number {
  const row = sum + offset;
  let bits = (row >>> 0) ^ Math.imul(Math.floor(row / 4_294_967_296), high);
  bits = Math.imul(bits ^ (bits >>> 16), spread);
  bits = Math.imul(bits ^ (bits >>> 16), spread);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** One column of the digest as the Parquet file holds it. */
export interface DigestColumn {
  variable: Variable;
  /** True when the column has nulls. */
  nulls: boolean;
  /** True when a value is `modulus` or more, in units of 10^-scale, whatever its sign. */
  wide: boolean;
}

/**
 * The query that computes both lanes from a Parquet file: columns `lane0` and `lane1`, as texts.
 * @param rows an SQL table of the rows
 */
export function digestSql(columns: readonly DigestColumn[], rows: string): string {
  const variables = columns.map(({ variable }) => variable);
  const sums = ([0, 1] as const).map((lane) => {
    const weights = weightsOf(variables, lane);
    return columns
      .map(({ variable }, index) => `${weights[index] ?? 0}::DOUBLE * f_${variable.name}`)
      .join(" + ");
  });
  const fields = columns.map((column) => `${fieldSql(column)} AS f_${column.variable.name}`);
  const words = [0, 1].map((lane) => `CAST(s${lane} AS BIGINT) + ${offset} AS r${lane}`);
  const mask = 4_294_967_295;
  const step = (expression: (lane: number) => string, from: string) =>
    `(SELECT ${[0, 1].map((lane) => `${expression(lane)} AS r${lane}`).join(", ")} FROM ${from})`;
  const shifted = (from: string) => step((lane) => `xor(r${lane}, r${lane} >> 16)`, from);
  const multiplied = (from: string) => step((lane) => `(r${lane} * ${spread}) & ${mask}`, from);
  const first = step(
    (lane) => `xor(r${lane} & ${mask}, ((r${lane} >> 32) * ${high}) & ${mask})`,
    `(SELECT ${words.join(", ")} FROM (SELECT ${sums.map((sum, lane) => `${sum} AS s${lane}`).join(", ")} FROM (SELECT ${fields.join(", ")} FROM ${rows})))`,
  );
  const last = shifted(multiplied(shifted(multiplied(shifted(first)))));
  return `SELECT ${[0, 1].map((lane) => `CAST(coalesce(sum(r${lane}), 0) AS VARCHAR) AS lane${lane}`).join(", ")} FROM ${last}`;
}

function fieldSql({ variable: { name, kind, scale, sql }, nulls, wide }: DigestColumn): string {
  const orEmpty = (field: string) => (nulls ? `coalesce(${field}, ${emptyField})` : field);
  if (kind === "text") {
    return orEmpty(
      `CASE WHEN length(${name}) = 1 THEN ord(${name})::DOUBLE ELSE (md5_number_lower(${name}) % ${modulus})::DOUBLE END`,
    );
  }
  if (wide)
    return orEmpty(
      `CAST(CAST(CAST(${name} AS DECIMAL(38,${scale})) * ${10 ** scale} AS HUGEINT) % ${modulus} AS DOUBLE)`,
    );
  // Below 2^31 units a double holds the decimal closely enough for its rounding to be the exact number of units.
  return orEmpty(sql.startsWith("DECIMAL") ? `round(${name}::DOUBLE * ${10 ** scale})` : `${name}::DOUBLE`);
}
