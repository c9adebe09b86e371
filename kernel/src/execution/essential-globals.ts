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
].map((name): [string, unknown] => [name, Reflect.get(globalThis, name)]);

const { defineProperty, get } = Reflect;

/** Puts back the globals that a cell has removed or replaced: without them neither the kernel nor packages work. */
export function restoreGlobals(): void {
  for (const [name, value] of essential) {
    if (get(globalThis, name) === value) continue;
    defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
  }
}
