import type { Table as ArrowTable } from "apache-arrow";
import type { DataFrame } from "danfojs-node";
import type { Table } from "../table/table.js";
import type { TableOptions } from "../table/table-content.js";
import { rowsOf, type Answer } from "./answer.js";
import { arrowTable } from "./arrow.js";
import type { Row } from "./columns.js";
import type { Explanation } from "./explanation.js";
import { PendingResult } from "./pending-result.js";
import type {
  LabelOptions,
  LevelOptions,
  PerCapitaOptions,
  ResultSteps,
  StandardiseOptions,
} from "./knowledge.js";
import type { Result } from "./result.js";
import { SqlFragment } from "./sql.js";
import { typedColumns, type TypedColumns } from "./typed-columns.js";

/** What runs queries: a connection. */
export interface QueryRunner {
  /** The rows of a query, or the first ones where there are many. */
  result<R extends object>(query: SqlFragment): Promise<Result<R>>;
  /** All the rows of a query. */
  whole<R extends object>(query: SqlFragment): Promise<Result<R>>;
  /** All the values of a query, column by column. */
  answer(query: SqlFragment): Promise<Answer>;
  /** The rows of a query, some thousands at a time. */
  blocks(query: SqlFragment): AsyncIterable<Answer>;
  explain(query: SqlFragment): Promise<Explanation>;
  /** A result as a table with options. */
  table<R extends object>(result: Result<R>, options?: TableOptions<keyof R & string>): Table;
}

/**
 * A query that runs when it is awaited, once. It can also stand as a fragment inside another query, and its answer can be asked
 * for in other forms: {@link rows}, {@link columns}, {@link stream}, {@link toDanfo}.
 *
 * @example
 * const total = await damir.sql`SELECT sum(flt_rem_mnt) AS rembourse FROM damir`;
 */
export class Query<R extends object = Row>
  extends SqlFragment
  implements PromiseLike<Result<R>>, ResultSteps
{
  readonly #runner: QueryRunner;
  #result: Promise<Result<R>> | undefined;

  /** `` damir.sql`…` `` makes queries. */
  constructor(
    { strings, values }: SqlFragment,
    runner: QueryRunner,
    /** Rules whose warnings this query doesn't get. */
    readonly silenced: readonly string[] = [],
  ) {
    super(strings, values);
    this.#runner = runner;
  }

  /**
   * The same query without the warnings of some rules: what they speak of is meant. `guardRailRules()` names them all.
   *
   * @example
   * await damir.sql`SELECT sum(flt_rem_mnt) AS ald FROM damir WHERE exo_mtf IN (41, 42)`.silence("type-99");
   * @throws UserError when it runs, for a rule that doesn't exist
   */
  silence(...rules: readonly string[]): Query<R> {
    return new Query<R>(this, this.#runner, [...this.silenced, ...rules]);
  }

  /**
   * Runs the query, or gives the answer it already had: what `await` does.
   *
   * @example
   * const parAge = await damir.sql`SELECT age_ben_snds, sum(flt_act_qte) AS actes FROM damir GROUP BY 1`.result();
   */
  result(): Promise<Result<R>> {
    this.#result ??= this.#runner.result<R>(this);
    return this.#result;
  }

  then<A = Result<R>, B = never>(
    onFulfilled?: ((result: Result<R>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result().then(onFulfilled, onRejected);
  }

  /**
   * The result shown as a table, with the options of `table`: caption, columns, formats, first order.
   *
   * @example
   * await damir.sql`SELECT * FROM regions`.table({ caption: "Groupes de régions d'Open DAMIR" });
   * @throws UserError when an option names a column that the rows don't have
   */
  async table(options?: TableOptions<keyof R & string>): Promise<Table> {
    return this.#runner.table<R>(await this.result(), options);
  }

  /**
   * All the rows, however many: an array of a million takes about a gigabyte, and {@link stream} takes none.
   *
   * @example
   * const mois = await damir.sql<{ flx_ann_moi: number }>`SELECT DISTINCT flx_ann_moi FROM damir`.rows();
   * mois.map(({ flx_ann_moi }) => flx_ann_moi);
   */
  async rows(): Promise<R[]> {
    return rowsOf<R>(await this.#runner.answer(this));
  }

  /**
   * All the values, one array a column, typed where the values are numbers: what a computation on many rows wants.
   * How each type and its nulls come is said at {@link TypedColumn}.
   *
   * @example
   * const { flt_rem_mnt } = await damir.sql`SELECT flt_rem_mnt FROM damir WHERE prs_nat = ${1110}`.columns();
   * flt_rem_mnt; // Float64Array
   */
  async columns(): Promise<TypedColumns<R>> {
    return typedColumns<R>(await this.#runner.answer(this));
  }

  /**
   * The rows one after the other, read some thousands at a time: what doesn't fit in memory can be gone through.
   *
   * @example
   * let negatifs = 0;
   * for await (const { flt_rem_mnt } of damir.sql<{ flt_rem_mnt: number }>`SELECT flt_rem_mnt FROM damir`.stream()) {
   *   if (flt_rem_mnt < 0) negatifs++;
   * }
   */
  async *stream(): AsyncGenerator<R, void, undefined> {
    for await (const block of this.#runner.blocks(this)) yield* rowsOf<R>(block);
  }

  /**
   * The rows as a danfojs-node DataFrame, up to the 100 000 that danfojs works with.
   *
   * @example
   * const frame = await damir.sql`SELECT ben_res_reg, flt_act_qte FROM damir LIMIT 1000`.toDanfo();
   * frame.shape; // [1000, 2]
   * @throws UserError when there is no row, or more than 100 000
   */
  async toDanfo(): Promise<DataFrame> {
    return (await this.#runner.whole<R>(this)).toDanfo();
  }

  /**
   * All the values as an Apache Arrow table, for the libraries that take one: arquero, Mosaic, DuckDB in the browser, Python by a file.
   * Nulls are Arrow's own; decimals are Float64, whole numbers Int32, Float64 or Int64, texts dictionaries, lists and structures JSON.
   *
   * @example
   * const arrow = await damir.sql`SELECT departement, nom FROM departements`.arrow();
   * arrow.numRows; // 101
   */
  async arrow(): Promise<ArrowTable> {
    return arrowTable(await this.#runner.answer(this));
  }

  /**
   * How the engine would run the query, without running it: what it reads, filters and joins, from the bottom up.
   *
   * @example
   * await damir.sql`SELECT count(*) FROM damir WHERE prs_nat = ${1110}`.explain();
   */
  explain(): Promise<Explanation> {
    return this.#runner.explain(this);
  }

  /** The result with labels: as {@link Result.label}. */
  label(options?: LabelOptions): PendingResult {
    return this.#pending().label(options);
  }

  /** The result by region: as {@link Result.byRegion}. */
  byRegion(options?: LevelOptions): PendingResult {
    return this.#pending().byRegion(options);
  }

  /** The result by département: as {@link Result.byDepartement}. */
  byDepartement(options?: Omit<LevelOptions, "to">): PendingResult {
    return this.#pending().byDepartement(options);
  }

  /** The result with rates per inhabitant: as {@link Result.perCapita}. */
  perCapita(options?: PerCapitaOptions): PendingResult {
    return this.#pending().perCapita(options);
  }

  /** The result standardised on age: as {@link Result.standardise}. */
  standardise(options?: StandardiseOptions): PendingResult {
    return this.#pending().standardise(options);
  }

  #pending(): PendingResult<R> {
    return new PendingResult(() => this.result());
  }
}
