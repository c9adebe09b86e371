/**
 * Puts back what cells do to the language itself: without it neither the kernel nor packages work. Everything this needs while
 * it works is kept aside, and it goes through lists by number, as iterators may be among what a cell has broken.
 */
import { outliveFreezing } from "./frozen-objects.js";

const { defineProperty, deleteProperty, get, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;
const { is } = Object;

/** One property as it was. */
interface Property {
  holder: object;
  name: PropertyKey;
  descriptor: PropertyDescriptor;
  /** Whether another value is undone as well, not only a removal. */
  fixed: boolean;
}

/** Globals that must stay what they are. Others, such as `fetch`, may be replaced. */
const essential = new Set<PropertyKey>([
  ...[
    "Array",
    "ArrayBuffer",
    "Atomics",
    "BigInt",
    "Boolean",
    "Buffer",
    "Date",
    "Error",
    "Function",
    "JSON",
    "Map",
    "Math",
  ],
  ...[
    "Number",
    "Object",
    "Promise",
    "Proxy",
    "Reflect",
    "RegExp",
    "Set",
    "SharedArrayBuffer",
    "String",
    "Symbol",
  ],
  ...["TypeError", "Uint8Array", "WeakMap", "WeakSet", "console", "process", "queueMicrotask"],
  ...["setImmediate", "clearImmediate", "setTimeout", "clearTimeout", "setInterval", "clearInterval"],
]);

/** Their own properties must stay too; what a cell adds to them is left alone. */
const intrinsics: object[] = [
  ...[
    Array,
    Object,
    Function,
    String,
    Number,
    Map,
    Set,
    WeakMap,
    Promise,
    RegExp,
    Symbol,
    Error,
    Uint8Array,
  ].flatMap((constructor): object[] => [constructor, constructor.prototype as object]),
  Date.prototype,
  JSON,
  Reflect,
  Atomics,
  getPrototypeOf(Uint8Array.prototype) ?? {},
  ...[[].values(), new Map().values(), new Set().values(), "".matchAll(/x/g), ""[Symbol.iterator]()].map(
    (iterator) => getPrototypeOf(iterator) ?? {},
  ),
];

/** What every object inherits under these names would be read as part of every property's description. */
const descriptorFields = ["value", "get", "set", "writable", "enumerable", "configurable"];
const objectPrototype = Object.prototype;

let properties: Property[] = [];

/** Takes note of the globals as they are now, for {@link restoreGlobals}. */
export function rememberGlobals(): void {
  outliveFreezing();
  for (const name of essential) {
    // Node.js makes some of them accessors, whose setters would hide a replacement.
    const value: unknown = get(globalThis, name);
    defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
  }
  const places = [globalThis, ...intrinsics].flatMap((holder) =>
    ownKeys(holder).map((name) => ({ holder, name })),
  );
  // Node.js's own streams look it up each time.
  places.push({ holder: process, name: "nextTick" });
  properties = places.flatMap(({ holder, name }): Property[] => {
    const descriptor = getOwnPropertyDescriptor(holder, name);
    if (descriptor?.configurable !== true && descriptor?.writable !== true) return [];
    return [{ holder, name, descriptor, fixed: holder !== globalThis || essential.has(name) }];
  });
}

/** Puts back the globals that a cell has removed, and those that are essential even when it has replaced them. */
export function restoreGlobals(): void {
  for (let index = 0; index < descriptorFields.length; index += 1) {
    deleteProperty(objectPrototype, descriptorFields[index] ?? "");
  }
  for (let index = 0; index < properties.length; index += 1) {
    const property = properties[index];
    if (property === undefined) continue;
    const { holder, name, descriptor, fixed } = property;
    const current = getOwnPropertyDescriptor(holder, name);
    if (current !== undefined && (!fixed || isSame(current, descriptor))) continue;
    // A cell may have frozen the place; there is nothing to be done then.
    defineProperty(holder, name, descriptor);
  }
}

function isSame(one: PropertyDescriptor, other: PropertyDescriptor): boolean {
  return is(one.value, other.value) && one.get === other.get && one.set === other.set;
}
