import { createHash } from "node:crypto";
import { vegaNumberLocale, vegaTimeLocale } from "damir";
import { pageSpec } from "./chart-data.js";

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Rows worth sharing between the charts of a page, in characters of JSON: contours of maps, mostly. */
const worthSharing = 4000;

/** Rows that several charts of a page hold: each is written once. */
export class SharedRows {
  readonly #numbers = new Map<string, number>();
  readonly all: (readonly unknown[])[] = [];

  /** What stands for the rows in a specification: themselves, or `{ commun: number }`. */
  reference(rows: readonly unknown[]): unknown {
    const json = JSON.stringify(rows);
    if (json.length < worthSharing) return rows;
    const key = createHash("sha256").update(json).digest("hex");
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.all.push(rows) - 1;
      this.#numbers.set(key, number);
    }
    return { commun: number };
  }
}

/** True where a specification asks for data that it doesn't hold. */
export function loadsData(spec: unknown, key = ""): boolean {
  if (Array.isArray(spec)) return key !== "values" && spec.some((part) => loadsData(part, key));
  if (!isRecord(spec)) return false;
  return (
    ((key === "data" || key === "from") && spec["url"] !== undefined) ||
    Object.entries(spec).some(
      ([name, part]) => name !== "values" && name !== "datasets" && loadsData(part, name),
    )
  );
}

/** What a widget of a chart may be told: never where else in the page to stand, nor attributes of its own. */
const bindKeys = new Set(["input", "name", "min", "max", "step", "options", "labels", "debounce"]);
const bindInputs = new Set(["checkbox", "radio", "range", "select", "number", "text"]);

/** A Vega specification without links, without widgets outside of its own place. */
function harmless(value: unknown, shared: SharedRows, key = ""): unknown {
  if (Array.isArray(value)) {
    return key === "values" ? shared.reference(value) : value.map((part) => harmless(part, shared));
  }
  if (!isRecord(value)) return value;
  if (key === "bind") {
    if (!bindInputs.has(String(value["input"]))) return undefined;
    return Object.fromEntries(Object.entries(value).filter(([name]) => bindKeys.has(name)));
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]): [string, unknown][] =>
      name === "href" || name === "usermeta" ? [] : [[name, harmless(part, shared, name)]],
    ),
  );
}

/**
 * The Vega specification that a page draws a chart from: Vega-Lite is compiled here, so that pages needn't carry its compiler.
 * @returns undefined where the chart has to stay a picture: it asks for data from elsewhere, or can't be compiled
 */
export async function drawableSpec(
  spec: Json,
  language: "vega" | "vega-lite",
  shared: SharedRows,
): Promise<Record<string, unknown> | undefined> {
  if (loadsData(spec)) return undefined;
  let vega: Record<string, unknown> = pageSpec(spec);
  if (language === "vega-lite") {
    const [{ compile }, { logger, None }] = await Promise.all([import("vega-lite"), import("vega")]);
    try {
      vega = compile(vega as never, { logger: logger(None) }).spec as unknown as Record<string, unknown>;
    } catch {
      // The lab shows what it can of such a chart; its picture, where there is one, is what its author saw.
      return undefined;
    }
  }
  const config = isRecord(vega["config"]) ? vega["config"] : {};
  const french = { number: vegaNumberLocale, time: vegaTimeLocale };
  return harmless({ ...vega, config: { locale: french, ...config } }, shared) as Record<string, unknown>;
}
