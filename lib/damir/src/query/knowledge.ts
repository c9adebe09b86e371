import type { Result } from "./result.js";

/** How labels are added. */
export interface LabelOptions {
  /**
   * Columns to label, where not all coded ones; or, for columns renamed by the query, the variable whose codes each holds:
   * `{ nature: "prs_nat" }`.
   */
  columns?: readonly string[] | Readonly<Record<string, string>>;
  /** Whose code lists to take, where `damir` and `damir_departement` differ and the result reads both. */
  table?: "damir" | "damir_departement";
}

/** How rows go up to a level of geography. */
export interface LevelOptions {
  /** Columns to add up. Default: the amounts and counts; a rate, a mean or a doubtful column is refused until it is named here or in `by`. */
  sum?: readonly string[];
  /** Columns that tell rows apart and are kept. Default: all that are neither places nor numbers to add. */
  by?: readonly string[];
  /** For {@link Result.byRegion}: the 18 regions (`region`, default), or the 13 groups of Open DAMIR (`ben_res_reg`). */
  to?: "region" | "ben_res_reg";
}

/** Who is counted under a rate: all inhabitants (INSEE), or the affiliates of the régime général. */
export type Denominator = "population" | "affilies_rg";

/** What a rate is for: one person, a thousand, a hundred thousand. */
export type RateUnit = 1 | 1_000 | 100_000;

/** How rates per inhabitant are computed. */
export interface PerCapitaOptions {
  /** For how many people: 1 (default), 1 000 or 100 000. */
  per?: RateUnit;
  /** Columns to divide. Default: all amounts and counts. */
  columns?: readonly string[];
  /** Year of the population (1 January). Default: that of each row where a column tells it, else the last of the data. */
  year?: number;
  /** Default: `affilies_rg` for the tables of the régime général, `population` for all others. */
  denominator?: Denominator;
  /** Column that holds the place, where it isn't the residence: a region of the professionals, say. */
  key?: string;
  /** Ages that the query kept (`age_ben_snds`), where it filters without showing the column. */
  ages?: readonly number[];
  /** Sexes that the query kept (`ben_sex_cod`), where it filters without showing the column. */
  sexes?: readonly number[];
}

/** How rates are standardised on age. */
export interface StandardiseOptions {
  /** For how many people: 1 (default), 1 000 or 100 000. */
  per?: RateUnit;
  /** Columns to standardise. Default: all amounts and counts. */
  columns?: readonly string[];
  /** Year of the population under each rate; as {@link PerCapitaOptions.year}. */
  year?: number;
  /** Year of the reference population, that of all France on 1 January; default 2024, or the nearest there is. */
  referenceYear?: number;
}

/**
 * What a connection knows of the results it gives: labels, places, populations. It is declared here because results ask for it, and
 * made above them.
 */
export interface Knowledge {
  label(result: Result, options?: LabelOptions): Result;
  byRegion(result: Result, options?: LevelOptions): Result;
  byDepartement(result: Result, options?: Omit<LevelOptions, "to">): Result;
  perCapita(result: Result, options?: PerCapitaOptions): Promise<Result>;
  standardise(result: Result, options?: StandardiseOptions): Promise<Result>;
}

/** What can follow a result, and a query or a step whose result is to come. */
export interface ResultSteps {
  label(options?: LabelOptions): PromiseLike<Result> | Result;
  byRegion(options?: LevelOptions): PromiseLike<Result> | Result;
  byDepartement(options?: Omit<LevelOptions, "to">): PromiseLike<Result> | Result;
  perCapita(options?: PerCapitaOptions): PromiseLike<Result>;
  standardise(options?: StandardiseOptions): PromiseLike<Result>;
}

/** Rows of any shape, read by name. */
export function untyped<R extends object>(result: Result<R>): Result {
  return result as unknown as Result;
}
