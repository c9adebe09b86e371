import { closeSync, openSync, writeSync } from "node:fs";
import type { ColumnSum } from "../formats/proof.js";
import { scaledFromText } from "../scaled-number.js";

/** A column of a companion table. */
export interface CompanionColumn {
  name: string;
  /** SMALLINT, INTEGER, BIGINT, DOUBLE, DATE or VARCHAR. */
  sql: string;
}

/** A value on its way to the store. Decimals as text, with a point; dates as `AAAA-MM-JJ`. */
export type CompanionValue = string | number | null;

/** Digits that the sums of DOUBLE columns are compared on. */
const doubleScale = 7;

/** Rows laid down beside the store, in a form that DuckDB types; every column counted and summed on the way. */
export class CompanionDraft {
  rows = 0;
  readonly #output: number;
  readonly #filled: bigint[];
  readonly #sums: bigint[];
  #buffer = "";

  constructor(
    readonly path: string,
    readonly columns: readonly CompanionColumn[],
  ) {
    this.#output = openSync(path, "w");
    this.#filled = columns.map(() => 0n);
    this.#sums = columns.map(() => 0n);
  }

  /** Takes a row, a value a column. */
  write(row: readonly CompanionValue[]): void {
    let line = "";
    for (let index = 0; index < this.columns.length; index++) {
      if (index > 0) line += ",";
      const value = row[index] ?? null;
      if (value === null) continue;
      this.#count(index, value);
      line += typeof value === "number" ? String(value) : `"${value.replaceAll('"', '""')}"`;
    }
    this.#buffer += `${line}\n`;
    this.rows += 1;
    if (this.#buffer.length > 1 << 20) this.#flush();
  }

  /** No row comes after. */
  close(): void {
    this.#flush();
    closeSync(this.#output);
  }

  /** SQL that reads the rows back, typed. */
  relation(): string {
    const columns = this.columns.map(({ name, sql }) => `'${name}': '${sql}'`).join(", ");
    return `read_csv('${this.path.replaceAll("'", "''")}', header = false, auto_detect = false, delim = ',', quote = '"',
      escape = '"', nullstr = '', new_line = '\\n', strict_mode = true, columns = {${columns}})`;
  }

  /** What the columns of the Parquet file must add up to. */
  sums(): ColumnSum[] {
    return this.columns.flatMap(({ name, sql }, index): ColumnSum[] => {
      const filled = this.#filled[index] ?? 0n;
      const sum = this.#sums[index] ?? 0n;
      if (sql === "DATE") return [];
      if (sql === "VARCHAR") return [{ name, filled, sum, scale: 0, text: true }];
      if (sql !== "DOUBLE") return [{ name, filled, sum, scale: 0, text: false }];
      return [
        {
          name,
          filled,
          sum,
          scale: doubleScale,
          text: false,
          // Sums of binary fractions depend on their order.
          exact: `CAST("${name}" AS DECIMAL(38,${doubleScale}))`,
        },
      ];
    });
  }

  #count(index: number, value: string | number): void {
    const { name, sql } = this.columns[index] as CompanionColumn;
    this.#filled[index] = (this.#filled[index] ?? 0n) + 1n;
    if (sql === "DATE") return;
    if (sql === "VARCHAR") {
      this.#add(index, BigInt(Array.from(String(value)).length));
      return;
    }
    const scaled = scaledFromText(String(value), sql === "DOUBLE" ? doubleScale : 0);
    if (typeof scaled === "string") throw new Error(`${name}: ${String(value)} is no ${sql}`);
    this.#add(index, scaled);
  }

  #add(index: number, amount: bigint): void {
    this.#sums[index] = (this.#sums[index] ?? 0n) + amount;
  }

  #flush(): void {
    writeSync(this.#output, this.#buffer);
    this.#buffer = "";
  }
}
