/**
 * Lets Node.js go on writing to objects of its own that a cell freezes: the listeners of `process`, which change around each
 * cell that SIGINT can end, and how far `console` indents. Freezing takes nothing from setters.
 */
export function outliveFreezing(): void {
  for (const name of ["_events", "_eventsCount", "_maxListeners"]) storeBehindSetter(process, name);
  for (const name of Object.getOwnPropertySymbols(console)) {
    if (typeof Reflect.get(console, name) === "string") storeBehindSetter(console, name);
  }
}

function storeBehindSetter(holder: object, name: PropertyKey): void {
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  if (descriptor?.configurable !== true || descriptor.writable !== true) return;
  let value: unknown = descriptor.value;
  Object.defineProperty(holder, name, {
    get: () => value,
    set: (next: unknown) => {
      value = next;
    },
    enumerable: descriptor.enumerable === true,
    configurable: true,
  });
}
