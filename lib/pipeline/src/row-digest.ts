import { createHash } from "node:crypto";
import type { Variable } from "./variables.js";

/**
 * A digest of rows that doesn't depend on their order: what column sums can't see, two rows that swap a value, changes it.
 *
 * Every field becomes a whole number below `modulus`; a row is the sum of its fields, each with its column's weight; what
 * a row adds to the month's digest is that number scrambled in two ways, to 32 bits each, so that rows don't compensate one
 * another. The same definition is written twice, for the published bytes (this file's functions) and for the Parquet file
 * (`digestSql`), and shares no code.
 */
export const modulus = 2_147_483_647;

/** Stands for an empty field, which isn't the same as 0. */
export const emptyField = 1_540_483_477;

/** Sums of weighted fields stay between -offset and offset: 64 columns, 15 bits of weight, 31 bits of field. */
const offset = 2 ** 52;
const scrambling = [
  { high: 0x1e3779b1, spread: 0x045d9f3b },
  { high: 0x2c1b3c6d, spread: 0x0297a2d3 },
] as const;

/** Weights of columns, different for each variable: they depend on the name, not on the place in the file. */
export function weightsOf(variables: readonly Variable[]): Float64Array {
  return Float64Array.from(variables, ({ name }) => {
    const hash = createHash("md5").update(`damir ${name}`).digest();
    return 16_384 + (hash.readUInt16LE(0) & 16_383);
  });
}

/** A text as a field of the digest. */
export function textField(text: string): number {
  if (text.length === 1) return text.charCodeAt(0);
  return Number(createHash("md5").update(text, "latin1").digest().readBigUInt64LE(8) % BigInt(modulus));
}

/** What a row adds to the digest in the first or second way, from the sum of its weighted fields. */
export function scrambled(sum: number, way: 0 | 1): number {
  const { high, spread } = scrambling[way];
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
 * The rows of a table with what each adds to the digest: columns `digest_0` and `digest_1` beside its own.
 * @param rows an SQL table
 */
export function digestSql(columns: readonly DigestColumn[], rows: string): string {
  const weights = weightsOf(columns.map(({ variable }) => variable));
  const terms = columns.map((column, index) => ({
    scale: column.wide || column.variable.kind === "text" ? 0 : column.variable.scale,
    sql: `${weights[index] ?? 0} * ${fieldSql(column)}`,
  }));
  // Decimals of one scale add up as such, exactly, and become units once a row rather than once a field.
  const sums = [...new Set(terms.map(({ scale }) => scale))].map((scale) => {
    const sum = terms.flatMap((term) => (term.scale === scale ? [term.sql] : [])).join(" + ");
    return scale === 0 ? `(${sum})` : `CAST((${sum}) * ${10 ** scale} AS BIGINT)`;
  });
  const mask = 4_294_967_295;
  const step = (word: (way: 0 | 1) => string, from: string) =>
    `SELECT * EXCLUDE (digest_0, digest_1), ${word(0)} AS digest_0, ${word(1)} AS digest_1 FROM (${from})`;
  const shifted = (from: string) => step((way) => `xor(digest_${way}, digest_${way} >> 16)`, from);
  const multiplied = (from: string) =>
    step((way) => `(digest_${way} * ${scrambling[way].spread}) & ${mask}`, from);
  const word = (way: 0 | 1) =>
    `xor(digest_row & ${mask}, ((digest_row >> 32) * ${scrambling[way].high}) & ${mask}) AS digest_${way}`;
  const first = `SELECT * EXCLUDE (digest_row), ${word(0)}, ${word(1)}
    FROM (SELECT *, ${sums.join(" + ")} + ${offset} AS digest_row FROM ${rows})`;
  return shifted(multiplied(shifted(multiplied(shifted(first)))));
}

function fieldSql({ variable: { name, kind, scale, sql }, nulls, wide }: DigestColumn): string {
  const orEmpty = (field: string, empty: number | string = emptyField) =>
    nulls ? `coalesce(${field}, ${empty})` : field;
  if (kind === "text") {
    return orEmpty(
      `CAST(CASE WHEN length(${name}) = 1 THEN ord(${name}) ELSE md5_number_lower(${name}) % ${modulus} END AS BIGINT)`,
    );
  }
  if (wide) {
    const units = scale === 0 ? name : `CAST(${name} AS DECIMAL(38,${scale})) * ${10 ** scale}`;
    return orEmpty(`CAST(CAST(${units} AS HUGEINT) % ${modulus} AS BIGINT)`);
  }
  if (!sql.startsWith("DECIMAL")) return orEmpty(`CAST(${name} AS BIGINT)`);
  const decimal = `DECIMAL(18,${scale})`;
  return orEmpty(`CAST(${name} AS ${decimal})`, `CAST(${emptyField / 10 ** scale} AS ${decimal})`);
}
