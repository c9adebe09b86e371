import { inspect } from "node:util";
import type { JsonObject } from "../wire/message.js";
import { recordTable } from "./record-table.js";

/** One value in several MIME types, for the frontend to choose from. */
export interface Bundle {
  data: JsonObject;
  metadata: JsonObject;
}

/** Method by which a value says how it is shown; see the kernel's README. */
export const displaySymbol = Symbol.for("Jupyter.display");

/** What a value's display method, or the value itself when it's said to be a bundle, gives: MIME types, or `{data, metadata}`. */
export function bundleFrom(value: unknown): Bundle | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields = value as JsonObject;
  if (Object.keys(fields).some((key) => key.includes("/"))) return { data: fields, metadata: {} };
  const { data, metadata } = fields;
  if (typeof data !== "object" || data === null) return undefined;
  return { data: data as JsonObject, metadata: (metadata ?? {}) as JsonObject };
}

/**
 * The MIME bundle of a value: by its own display method when it has one, as text, and as a table for records.
 * @throws what the display method throws
 */
export async function bundleOf(value: unknown): Promise<Bundle> {
  const method = displayMethod(value);
  if (method) {
    const bundle = bundleFrom(await method.call(value));
    if (bundle) return bundle;
  }
  const text = plainText(value);
  const table = recordTable(value);
  return { data: { "text/plain": text, ...(table !== undefined && { "text/html": table }) }, metadata: {} };
}

/** The text a value shows as, without colours. */
export function plainText(value: unknown): string {
  try {
    return inspect(value, {
      colors: false,
      depth: 4,
      maxArrayLength: 100,
      maxStringLength: 100_000,
      breakLength: 100,
    });
  } catch (error) {
    return `[valeur qui ne se laisse pas afficher : ${String(error)}]`;
  }
}

function displayMethod(value: unknown): (() => unknown) | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const method = (value as Record<symbol, unknown>)[displaySymbol];
  return typeof method === "function" ? (method as () => unknown) : undefined;
}
