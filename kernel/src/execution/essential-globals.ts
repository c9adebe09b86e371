/** Globals that the kernel itself can't do without. */
const essential = [
  "Array",
  "Atomics",
  "Buffer",
  "Date",
  "Error",
  "JSON",
  "Map",
  "Object",
  "Promise",
  "Reflect",
  "Set",
  "String",
  "Symbol",
  "Uint8Array",
  "console",
  "process",
  "queueMicrotask",
  "setImmediate",
  "setTimeout",
].map((name) => [name, Reflect.getOwnPropertyDescriptor(globalThis, name)] as const);

const descriptorOf = Reflect.getOwnPropertyDescriptor;
const define = Reflect.defineProperty;

/** Puts back the globals that a cell has removed or replaced: without them neither the kernel nor packages work. */
export function restoreGlobals(): void {
  for (const [name, original] of essential) {
    const now = descriptorOf(globalThis, name);
    if (original && (now?.value !== original.value || now?.get !== original.get))
      define(globalThis, name, original);
  }
}
