import type { DataFrame } from "danfojs-node";
import { rowsOf, type Answer } from "./answer.js";
import type { Column, Row } from "./columns.js";
import { cutResultError } from "./cut-result.js";
import { toDanfo } from "./danfo.js";
import { isIdentifier } from "../dictionary/dictionary.js";
import { type Displayable, type DisplayData, jupyterDisplay } from "../display.js";
import { numberStyle } from "../french-format.js";
import {
  untyped,
  type Knowledge,
  type LabelOptions,
  type LevelOptions,
  type PerCapitaOptions,
  type ResultSteps,
  type StandardiseOptions,
} from "./knowledge.js";
import { PendingResult } from "./pending-result.js";
import { isSynthetic, type Source } from "./provenance.js";
import type { ResultValue } from "./sql-values.js";
import { UserError } from "../user-error.js";
import type { Warning } from "./warning.js";
import { tableDisplay } from "../table/table-display.js";

/** What is known of a result beside its rows. */
export interface ResultDetails {
  /** How many rows the query has, where the result holds only the first of them: a cut result can be shown, not computed with. */
  readonly total?: number;
  /** What answers {@link Result.label}, {@link Result.perCapita} …: that of the connection it was read by. */
  readonly knowledge?: Knowledge;
  /** What one must know to read its figures, a sentence each, shown under the table. */
  readonly notes?: readonly string[];
  /** Traps that the query walked into. They were shown where it ran, above its table: what shows a result doesn't repeat them. */
  readonly traps?: readonly Warning[];
}

/**
 * What a query answers: rows in memory, their columns, and where they come from.
 * A notebook shows it as a table; `chart` and `map` draw it.
 *
 * A query of more than 20 000 rows that has no LIMIT gives a cut result: it shows its first rows and says how many there are,
 * and refuses to be computed with or drawn, as a sum over them would be wrong.
 *
 * @example
 * const parRegion = await damir.sql`SELECT ben_res_reg, sum(flt_rem_mnt) AS rembourse FROM damir GROUP BY 1`;
 * parRegion.rows[0];
 */
export class Result<R extends object = Row> implements Displayable, Iterable<R>, ResultSteps {
  readonly #rows: readonly R[];

  /**
   * Queries make results; `resultOf` makes one of computed rows.
   * @param rows those that were read: `details.total` says how many there are where these are only the first
   */
  constructor(
    readonly columns: readonly Column[],
    rows: readonly R[],
    readonly sources: readonly Source[],
    readonly details: ResultDetails = {},
  ) {
    this.#rows = rows;
  }

  /** How many rows the query has, be they all here or not. */
  get length(): number {
    return this.details.total ?? this.#rows.length;
  }

  /** True when only the first rows of the query are here. */
  get cut(): boolean {
    return this.length > this.#rows.length;
  }

  /**
   * All the rows.
   * @throws UserError for a cut result, as they aren't here
   */
  get rows(): readonly R[] {
    if (this.cut) throw cutResultError(this.#rows.length, this.length);
    return this.#rows;
  }

  /**
   * The rows that are here: all of them, or the first of a cut result. To look at, not to compute with.
   *
   * @example
   * (await damir.sql`SELECT * FROM damir`).shown.slice(0, 5);
   */
  get shown(): readonly R[] {
    return this.#rows;
  }

  /**
   * Traps of the data that its query walked into; they were shown when it ran.
   *
   * @example
   * const brut = await damir.sql`SELECT sum(prs_pai_mnt) AS depense FROM damir`;
   * brut.warnings.map(({ rule }) => rule); // ["prs-sans-type"]
   */
  get warnings(): readonly Warning[] {
    return this.details.traps ?? [];
  }

  /** True when a table it was computed from was generated, not observed. */
  get synthetic(): boolean {
    return isSynthetic(this.sources);
  }

  [Symbol.iterator](): Iterator<R> {
    return this.rows[Symbol.iterator]();
  }

  /**
   * The values of one column, in the order of the rows; undefined where there is no such column.
   *
   * @example
   * const parRegion = await damir.sql`SELECT ben_res_reg, sum(flt_rem_mnt) AS rembourse FROM damir GROUP BY 1`;
   * parRegion.column("rembourse");
   */
  column(name: string): ResultValue[] | undefined {
    if (!this.columns.some((column) => column.name === name)) return undefined;
    return (this.rows as readonly Row[]).map((row) => row[name] ?? null);
  }

  /**
   * Computes new rows, which keep their sources: what is drawn from them is cited and marked as theirs.
   *
   * @example
   * const ages = await damir.sql<{ departement: string; jeunes: number; tous: number }>`
   *   SELECT departement, sum(population) FILTER (age_min < 20) AS jeunes, sum(population) AS tous
   *   FROM population WHERE annee = 2024 GROUP BY 1`;
   * ages.map(({ departement, jeunes, tous }) => ({ departement, part: jeunes / tous }));
   */
  map<S extends object>(compute: (row: R, index: number) => S): Result<S> {
    const { knowledge } = this.details;
    return resultOf(this.rows.map(compute), this.sources, knowledge ? { knowledge } : {});
  }

  /**
   * Keeps some rows, with their columns and sources.
   *
   * @example
   * const population = await damir.sql`
   *   SELECT departement, sum(population) AS habitants FROM population WHERE annee = 2024 GROUP BY departement`;
   * population.filter(({ departement }) => departement !== "75").length; // 100
   */
  filter(keep: (row: R, index: number) => boolean): Result<R> {
    return new Result(this.columns, this.rows.filter(keep), this.sources, this.details);
  }

  /**
   * The rows as a danfojs-node DataFrame, for wrangling small results (up to 100 000 rows or so: aggregate in SQL first).
   * Dates become ISO texts, as danfojs holds numbers, texts and booleans only.
   * @throws UserError when there is no row, or more than 100 000, or for a cut result
   *
   * @example
   * const parRegion = await damir.sql`SELECT ben_res_reg, sum(flt_rem_mnt) AS rembourse FROM damir GROUP BY 1`;
   * const frame = await parRegion.toDanfo();
   * frame.shape; // [14, 2]
   */
  async toDanfo(): Promise<DataFrame> {
    return toDanfo(this.columns, this.rows as readonly Row[]);
  }

  /**
   * Adds a column of labels after each coded column: `prs_nat_libelle` after `prs_nat`. Unknown codes are « inconnu (99) », those that
   * no dictionary lists « code 123 (non documenté) », null « non publié ».
   *
   * @example
   * await damir.sql`SELECT prs_nat, sum(flt_act_qte) AS quantite FROM damir GROUP BY 1 ORDER BY 2 DESC LIMIT 10`.label();
   * @throws UserError when no column is coded, when one that is asked for isn't, or when the result reads two tables whose codes differ
   */
  label(options?: LabelOptions): Result {
    return this.#knowledge.label(untyped(this), options);
  }

  /**
   * Adds rows up to the regions, from caisses or départements: the 18 regions since 2016, or the 13 groups of Open DAMIR with
   * `{ to: "ben_res_reg" }`. Amounts and counts are added, other columns tell rows apart; places that aren't known add up under null.
   *
   * @example
   * await damir.sql`SELECT departement, sum(rem_mon) AS rembourse FROM damir_departement GROUP BY 1`.byRegion();
   * @throws UserError when the places don't nest in regions (zones d'étude, group 93 or 5 of Open DAMIR), or a column may be a rate or a mean
   */
  byRegion(options?: LevelOptions): Result {
    return this.#knowledge.byRegion(untyped(this), options);
  }

  /**
   * Adds rows up to the 101 départements, from the caisses. As {@link byRegion}.
   *
   * @example
   * await damir.sql`SELECT cpam, sum(rem_mon) AS rembourse FROM damir_departement GROUP BY 1`.byDepartement();
   * @throws UserError for what Open DAMIR reads, which has no département, or when a column may be a rate or a mean
   */
  byDepartement(options?: Omit<LevelOptions, "to">): Result {
    return this.#knowledge.byDepartement(untyped(this), options);
  }

  /**
   * Adds the people (`habitants`, or `affilies` of the régime général) and a rate for each amount and count: `rembourse_par_habitant`,
   * `actes_pour_100000_affilies`. The population is that of the same place, year, and of the same age and sex where the result has such
   * columns. A place, an age or a sex that isn't known has no rate; notes under the table say what that leaves out.
   *
   * @example
   * await damir.sql`
   *   SELECT ben_res_reg, sum(flt_rem_mnt) AS rembourse FROM damir WHERE flx_ann_moi BETWEEN 202401 AND 202412 GROUP BY 1`.perCapita();
   * @throws UserError when no population suits the rows: a caisse, the département of Open DAMIR, two places in one result, the region of
   * the professionals (unless `key` asks for it), no column to divide
   */
  perCapita(options?: PerCapitaOptions): PendingResult {
    return new PendingResult(() => this.#knowledge.perCapita(untyped(this), options));
  }

  /**
   * Rates by age, weighed as if each place had the ages of all France (direct standardisation): what is left of a difference between
   * places once their ages are the same. The result must have `age_ben_snds`; with `ben_sex_cod`, sex is standardised too.
   *
   * @returns a row for each value of the other columns, with the crude rate and the standardised one
   * @example
   * await damir.sql`
   *   SELECT ben_res_reg, age_ben_snds, sum(flt_rem_mnt) AS rembourse FROM damir WHERE flx_ann_moi = 202401 GROUP BY ALL`.standardise();
   * @throws UserError as {@link perCapita}, and when the rows have no age
   */
  standardise(options?: StandardiseOptions): PendingResult {
    return new PendingResult(() => this.#knowledge.standardise(untyped(this), options));
  }

  get #knowledge(): Knowledge {
    if (this.details.knowledge) return this.details.knowledge;
    throw new UserError(
      "Ce tableau ne vient pas d'une connexion : on ne sait pas quelles tables il résume. Partez du résultat de damir.sql`…` ; ce que sa méthode map calcule garde cette connaissance.",
    );
  }

  [jupyterDisplay](): DisplayData {
    return tableDisplay(this.columns, this.shown as readonly Row[], this.sources, this.details);
  }
}

/**
 * A result of rows that were computed: the kind of each column is read from its values.
 *
 * @example
 * resultOf([{ mois: "janvier", indice: 98.5 }, { mois: "février", indice: 101.2 }], []);
 */
export function resultOf<R extends object>(
  rows: readonly R[],
  sources: readonly Source[],
  details: ResultDetails = {},
): Result<R> {
  const names = [...new Set(rows.flatMap(Object.keys))];
  const columns = names.map((name): Column => {
    const values = (rows as readonly Row[]).map((row) => row[name] ?? null);
    const numbers = values.filter(isNumber);
    if (numbers.length > 0) {
      return {
        name,
        kind: "number",
        type: "DOUBLE",
        style: numberStyle(numbers, undefined, !isIdentifier(name)),
      };
    }
    return values.some((value) => value instanceof Date)
      ? { name, kind: "date", type: "TIMESTAMP" }
      : values.some((value) => typeof value === "boolean")
        ? { name, kind: "boolean", type: "BOOLEAN" }
        : { name, kind: "text", type: "VARCHAR" };
  });
  return new Result(columns, rows, sources, details);
}

function isNumber(value: ResultValue): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** The rows of an engine's answer, with their sources. */
export function resultFrom<R extends object>(
  answer: Answer,
  sources: readonly Source[],
  details: ResultDetails = {},
): Result<R> {
  return new Result(answer.columns, rowsOf<R>(answer), sources, details);
}
