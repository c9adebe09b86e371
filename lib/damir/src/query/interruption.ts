import { UserError } from "../user-error.js";

/** What can be told to end the query that it runs: a connection of DuckDB's, a session on a server. */
export interface Interruptible {
  /** Called again until the query has ended. */
  interrupt(): void;
}

/** Milliseconds between two attempts: an engine forgets an interruption that comes before the query has started. */
const retryAfter = 50;

/** The signal of the notebook's running cell, aborted when it's interrupted. Kernels that have none leave it out. */
function cellSignal(): AbortSignal | undefined {
  const signal: unknown = Reflect.get(globalThis, Symbol.for("Jupyter.signal"));
  return signal instanceof AbortSignal ? signal : undefined;
}

/**
 * Runs a query, and ends it in the engine when the cell that asked for it is interrupted: its threads work for the next cell then.
 * @throws UserError when the cell had been interrupted before
 */
export async function untilInterrupted<T>(engine: Interruptible, query: () => Promise<T>): Promise<T> {
  const signal = cellSignal();
  if (signal === undefined) return query();
  if (signal.aborted) throw new UserError("La cellule de cette requête a été interrompue.");
  let attempts: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    engine.interrupt();
    attempts = setInterval(() => {
      engine.interrupt();
    }, retryAfter);
  };
  signal.addEventListener("abort", interrupt, { once: true });
  try {
    return await query();
  } finally {
    signal.removeEventListener("abort", interrupt);
    clearInterval(attempts);
  }
}
