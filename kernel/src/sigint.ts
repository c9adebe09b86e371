import vm from "node:vm";

let current: () => unknown = () => undefined;

// Set once, unchangeable: a cell may freeze or empty the global object.
Object.defineProperty(globalThis, Symbol.for("atelier-kernel.entry"), { value: () => current() });

/** Calls what is left in `current`: `vm` watches for SIGINT during a script only. */
const callCurrent = new vm.Script(`globalThis[Symbol.for("atelier-kernel.entry")]()`, {
  filename: "atelier-kernel-entry",
});

/**
 * Calls `work` so that SIGINT ends it, wherever it is.
 * @throws what `work` throws, or an error for which {@link isSigint} holds
 */
export function untilSigint<T>(work: () => T): T {
  const outer = current;
  current = work;
  try {
    return callCurrent.runInThisContext({ breakOnSigint: true }) as T;
  } finally {
    current = outer;
  }
}

/** Whether an error says that SIGINT ended the work. */
export function isSigint(error: unknown): boolean {
  return (error as { code?: unknown } | undefined)?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}
