import type { Row } from "./columns.js";
import {
  untyped,
  type LabelOptions,
  type LevelOptions,
  type PerCapitaOptions,
  type ResultSteps,
  type StandardiseOptions,
} from "./knowledge.js";
import type { Result } from "./result.js";

/**
 * A result to come, to await or to go on with: each step waits for the one before.
 *
 * @example
 * await damir.sql`SELECT departement, sum(rem_mon) AS rembourse FROM damir_departement GROUP BY 1`.byRegion().perCapita();
 */
export class PendingResult<R extends object = Row> implements PromiseLike<Result<R>>, ResultSteps {
  readonly #start: () => PromiseLike<Result<R>>;
  #result: Promise<Result<R>> | undefined;

  /** Queries and results make them. */
  constructor(start: () => PromiseLike<Result<R>>) {
    this.#start = start;
  }

  then<A = Result<R>, B = never>(
    onFulfilled?: ((result: Result<R>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#result ??= Promise.resolve(this.#start());
    return this.#result.then(onFulfilled, onRejected);
  }

  /** As {@link Result.label}. */
  label(options?: LabelOptions): PendingResult {
    return this.#next((result) => result.label(options));
  }

  /** As {@link Result.byRegion}. */
  byRegion(options?: LevelOptions): PendingResult {
    return this.#next((result) => result.byRegion(options));
  }

  /** As {@link Result.byDepartement}. */
  byDepartement(options?: Omit<LevelOptions, "to">): PendingResult {
    return this.#next((result) => result.byDepartement(options));
  }

  /** As {@link Result.perCapita}. */
  perCapita(options?: PerCapitaOptions): PendingResult {
    return this.#next((result) => result.perCapita(options));
  }

  /** As {@link Result.standardise}. */
  standardise(options?: StandardiseOptions): PendingResult {
    return this.#next((result) => result.standardise(options));
  }

  #next(step: (result: Result) => Result | PromiseLike<Result>): PendingResult {
    return new PendingResult(() => this.then((result) => step(untyped(result))));
  }
}
