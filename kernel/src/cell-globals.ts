import { commsSymbol, type Comms } from "./comm/comms.js";
import { displayFunction, type DisplayTarget } from "./display/display-global.js";
import { progressFunction } from "./display/progress.js";
import { inputFunctions, type Ask, type AskingRun } from "./execution/input.js";

/** Under this name of `globalThis`, libraries find the `AbortSignal` of the cell now running, aborted when it's interrupted. */
export const signalSymbol = Symbol.for("Jupyter.signal");

/** The cell that calls a global. */
interface CallingRun extends DisplayTarget, AskingRun {
  readonly signal: AbortSignal;
}

/** What the globals act upon. */
export interface GlobalsHost {
  /** The cell that the code now running belongs to, if any. */
  current: () => CallingRun | undefined;
  ask: Ask;
  comms: Comms;
}

/** Puts what the kernel offers to cells and libraries into the global scope. `language/globals.ts` declares it to cells. */
export function installGlobals({ current, ask, comms }: GlobalsHost): void {
  const values = {
    display: displayFunction(current),
    progress: progressFunction(current),
    ...inputFunctions(current, ask),
    [commsSymbol]: comms,
  };
  for (const name of Reflect.ownKeys(values)) {
    const value: unknown = Reflect.get(values, name);
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }
  Object.defineProperty(globalThis, signalSymbol, { get: () => current()?.signal, configurable: true });
}
