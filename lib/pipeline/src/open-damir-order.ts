import type { RunningTotals } from "./month-totals.js";
import type { Variable } from "./variables.js";

/** Columns that the rows of a month are sorted on: rows alike lie together, which divides the size of the file and lets DuckDB skip most of it. */
export const sortKeys = [
  "prs_nat",
  "pse_spe_snds",
  "ete_typ_snds",
  "prs_rem_typ",
  "ben_res_reg",
  "age_ben_snds",
  "ben_sex_cod",
  "soi_ann",
  "soi_moi",
  "prs_rem_tau",
  "psp_spe_snds",
  "asu_nat",
] as const;

/** Where a row stands in that order by its first six keys: three in each number, so that comparing two numbers is enough. */
export interface Position {
  major: number;
  minor: number;
}

const least = -32_768;
const span = 131_072;
/** Empty fields come last, as in DuckDB. */
const afterAll = 65_536;

/** Reads the position of rows whose columns are these. */
export class PositionReader {
  readonly #keys: number[];
  readonly #isKey: Uint8Array;

  /** @throws Error when a key isn't a SMALLINT: its values would overlap */
  constructor(columns: readonly Variable[]) {
    const keys = sortKeys.slice(0, 6);
    for (const { name, sql } of columns) {
      if ((keys as string[]).includes(name) && sql !== "SMALLINT")
        throw new Error(`${name} must be a SMALLINT`);
    }
    this.#keys = keys.map((key) => columns.findIndex(({ name }) => name === key));
    this.#isKey = Uint8Array.from(columns, ({ name }) => ((keys as string[]).includes(name) ? 1 : 0));
  }

  read(row: RunningTotals, position: Position): void {
    let emptyKey = false;
    for (let index = 0; index < row.emptyCount; index++) {
      if (this.#isKey[row.empty[index] as number] === 1) emptyKey = true;
    }
    position.major = this.#packed(row, 0, emptyKey);
    position.minor = this.#packed(row, 3, emptyKey);
  }

  #packed(row: RunningTotals, first: number, emptyKey: boolean): number {
    let packed = 0;
    for (let key = first; key < first + 3; key++) {
      const column = this.#keys[key] as number;
      const isEmpty = column < 0 || (emptyKey && row.empty.subarray(0, row.emptyCount).includes(column));
      packed = packed * span + (isEmpty ? afterAll : (row.values[column] as number) - least);
    }
    return packed;
  }
}

/**
 * Chooses where to cut the order of the rows so that the parts hold about as many rows each.
 * @param sample positions of some rows
 * @param parts wanted
 * @returns first positions of each part but the first, in order and all different: at most `parts` - 1 of them
 */
export function boundariesOf(sample: Position[], parts: number): Position[] {
  const sorted = sample.toSorted((a, b) => a.major - b.major || a.minor - b.minor);
  const boundaries: Position[] = [];
  for (let part = 1; part < parts; part++) {
    const boundary = sorted[Math.floor((part * sorted.length) / parts)];
    const before = boundaries.at(-1) ?? sorted[0];
    if (boundary && before && (boundary.major !== before.major || boundary.minor !== before.minor)) {
      boundaries.push(boundary);
    }
  }
  return boundaries;
}
