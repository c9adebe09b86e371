import { emptyField, modulus, scrambled, textField, weightsOf } from "./row-digest.js";
import type { Variable } from "./variables.js";

/** What was counted of one column while reading the published bytes, apart from DuckDB: the reference of a lossless import. */
export interface ColumnTotal {
  variable: Variable;
  /** Fields that aren't empty. */
  filled: bigint;
  /** Sum in units of 10^-scale for a number, number of characters for a text. */
  sum: bigint;
  /** True when a number is too large for the short way of the digest (`row-digest.ts`). */
  wide: boolean;
}

/** What was counted of a month, or of a part of it. */
export interface MonthTotals {
  rows: number;
  columns: ColumnTotal[];
  /** The rows' digest, in its two ways. */
  digest: [bigint, bigint];
}

/** Adds what was counted of the parts of a month. */
export function addTotals(parts: readonly MonthTotals[]): MonthTotals {
  const [first, ...others] = parts;
  if (!first) throw new Error("A month without parts");
  return others.reduce(
    (whole, part) => ({
      rows: whole.rows + part.rows,
      columns: whole.columns.map((column, index) => {
        const other = part.columns[index];
        if (other?.variable.name !== column.variable.name) throw new Error("Parts of different months");
        return {
          variable: column.variable,
          filled: column.filled + other.filled,
          sum: column.sum + other.sum,
          wide: column.wide || other.wide,
        };
      }),
      digest: [whole.digest[0] + part.digest[0], whole.digest[1] + part.digest[1]],
    }),
    first,
  );
}

/** The running sums add doubles: below 2^40 units a value, 4096 rows stay under 2^52 and every sum is exact. */
export const exactLimit = 2 ** 40;
const exactRows = 4096;

/** Counts the rows of a month, or of a part of it, as they are read. */
export class RunningTotals {
  rows = 0;
  /** The current row: units of 10^-scale, or number of characters of a text; 0 where the field is empty. */
  readonly values: Float64Array;
  /** The current row: columns that are empty, the first `emptyCount` of them. */
  readonly empty: Uint16Array;
  emptyCount = 0;
  /** The current row: text columns as fields of the digest. */
  readonly texts: Float64Array;

  readonly #textColumns: number[];
  readonly #sums: Float64Array;
  readonly #nulls: Float64Array;
  readonly #wide: Uint8Array;
  readonly #weights: Float64Array;
  readonly #digest: [bigint, bigint] = [0n, 0n];
  readonly #knownTexts = new Map<string, number>();
  #exactSums: bigint[];
  #digest0 = 0;
  #digest1 = 0;
  #pending = 0;

  constructor(private readonly columns: readonly Variable[]) {
    this.values = new Float64Array(columns.length);
    this.empty = new Uint16Array(columns.length);
    this.texts = new Float64Array(columns.length);
    this.#textColumns = columns.flatMap(({ kind }, index) => (kind === "text" ? [index] : []));
    this.#sums = new Float64Array(columns.length);
    this.#nulls = new Float64Array(columns.length);
    this.#wide = new Uint8Array(columns.length);
    this.#weights = weightsOf(columns);
    this.#exactSums = columns.map(() => 0n);
  }

  /** A text of two characters or more as a field of the digest. */
  textField(text: string): number {
    let field = this.#knownTexts.get(text);
    if (field === undefined) {
      field = textField(text);
      // Text columns hold codes, a few dozen of them; a file that holds free text mustn't fill the memory.
      if (this.#knownTexts.size < 10_000) this.#knownTexts.set(text, field);
    }
    return field;
  }

  /** Counts the current row, whose values are all below `exactLimit`. */
  count(): void {
    const values = this.values;
    const sums = this.#sums;
    const weights = this.#weights;
    let row = 0;
    let large = false;
    for (let column = 0; column < values.length; column++) {
      const value = values[column] as number;
      (sums[column] as number) += value;
      row += (weights[column] as number) * value;
      if (value >= modulus || value <= -modulus) large = true;
    }
    if (large) {
      row = 0;
      for (let column = 0; column < values.length; column++) {
        const value = values[column] as number;
        if (Math.abs(value) >= modulus) this.#wide[column] = 1;
        row += (weights[column] as number) * (value % modulus);
      }
    }
    for (const column of this.#textColumns) {
      const correction = (this.texts[column] as number) - (values[column] as number);
      row += (weights[column] as number) * correction;
    }
    for (let index = 0; index < this.emptyCount; index++) {
      const column = this.empty[index] as number;
      (this.#nulls[column] as number) += 1;
      row += (weights[column] as number) * emptyField;
    }
    this.#add(row);
  }

  /** Counts a row of any values, which must also stand in `empty`, and for texts in `texts`. */
  countExactly(units: readonly bigint[]): void {
    const weights = this.#weights;
    const empty = new Set(this.empty.subarray(0, this.emptyCount));
    let row = 0;
    units.forEach((value, column) => {
      const isText = this.columns[column]?.kind === "text";
      let field = isText ? (this.texts[column] ?? 0) : Number(value % BigInt(modulus));
      if (empty.has(column)) {
        field = emptyField;
        this.#nulls[column] = (this.#nulls[column] ?? 0) + 1;
      } else if (!isText && (value >= modulus || value <= -modulus)) this.#wide[column] = 1;
      this.#exactSums[column] = (this.#exactSums[column] ?? 0n) + value;
      row += (weights[column] ?? 0) * field;
    });
    this.#add(row);
  }

  /** Counts and sums so far, in the order of the file's columns. */
  totals(): MonthTotals {
    this.#flush();
    return {
      rows: this.rows,
      columns: this.columns.map((variable, index) => ({
        variable,
        filled: BigInt(this.rows - (this.#nulls[index] ?? 0)),
        sum: this.#exactSums[index] ?? 0n,
        wide: this.#wide[index] === 1,
      })),
      digest: [...this.#digest],
    };
  }

  #add(row: number): void {
    this.#digest0 += scrambled(row, 0);
    this.#digest1 += scrambled(row, 1);
    this.rows += 1;
    if (++this.#pending === exactRows) this.#flush();
  }

  #flush(): void {
    this.#exactSums = this.#exactSums.map((sum, column) => sum + BigInt(this.#sums[column] ?? 0));
    this.#sums.fill(0);
    this.#digest[0] += BigInt(this.#digest0);
    this.#digest[1] += BigInt(this.#digest1);
    this.#digest0 = 0;
    this.#digest1 = 0;
    this.#pending = 0;
  }
}
