import type { Row } from "./columns.js";
import type { Result } from "./result.js";
import { SqlFragment } from "./sql.js";

/**
 * A query that runs when it is awaited, once. It can also stand as a fragment inside another query.
 *
 * @example
 * const total = await damir.sql`SELECT sum(flt_rem_mnt) AS rembourse FROM damir`;
 */
export class Query<R extends object = Row> extends SqlFragment implements PromiseLike<Result<R>> {
  #run: (query: SqlFragment) => Promise<Result<R>>;
  #result: Promise<Result<R>> | undefined;

  constructor({ strings, values }: SqlFragment, run: (query: SqlFragment) => Promise<Result<R>>) {
    super(strings, values);
    this.#run = run;
  }

  /** Runs the query, or gives the answer it already had. */
  result(): Promise<Result<R>> {
    this.#result ??= this.#run(this);
    return this.#result;
  }

  then<A = Result<R>, B = never>(
    onFulfilled?: ((result: Result<R>) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result().then(onFulfilled, onRejected);
  }
}
