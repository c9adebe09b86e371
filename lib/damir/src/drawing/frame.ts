import type { TopLevelSpec } from "vega-lite";
import { theme } from "./theme.js";
import { wrapped } from "./wrapped-text.js";

/** What stands around every chart and map. */
export interface Frame {
  title: string;
  subtitle?: string;
  /** Source line, under the chart. */
  source: string;
  /** Text alternative. */
  alternative: string;
}

/** Keys that Vega-Lite takes at the top of a specification only. */
const topLevelKeys = new Set([
  "$schema",
  "background",
  "padding",
  "autosize",
  "config",
  "usermeta",
  "datasets",
  "title",
  "description",
]);

/** A source line longer than this is cut into several. */
const sourceLineLength = 110;

/**
 * Puts a title above a view and its source line under it.
 * Vega-Lite draws one title a view, so that the source is the bottom title of a concatenation of one.
 */
export function framed(view: Record<string, unknown>, frame: Frame): TopLevelSpec {
  const inner = Object.fromEntries(Object.entries(view).filter(([key]) => !topLevelKeys.has(key)));
  const { variables, selections } = splitParams(view["params"]);
  if (selections.length > 0) inner["params"] = selections;
  else delete inner["params"];
  inner["title"] = {
    text: wrapped(frame.title, 80),
    ...(frame.subtitle ? { subtitle: frame.subtitle } : {}),
  };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    description: frame.alternative,
    ...(view["datasets"] === undefined ? {} : { datasets: view["datasets"] }),
    ...(view["usermeta"] === undefined ? {} : { usermeta: view["usermeta"] }),
    ...(frame.source === "" ? {} : { title: bottomTitle(frame.source) }),
    ...(variables.length > 0 ? { params: variables } : {}),
    vconcat: [inner],
    config: merged(
      theme as Record<string, unknown>,
      (view["config"] as Record<string, unknown> | undefined) ?? {},
    ),
  } as unknown as TopLevelSpec;
}

function bottomTitle(source: string) {
  return {
    text: wrapped(source, sourceLineLength),
    orient: "bottom",
    anchor: "start",
    fontSize: 11,
    fontWeight: "normal",
    color: source.includes("SYNTHÉTIQUES") ? "#b3261e" : "#52606d",
    offset: 12,
  };
}

/** Variable parameters belong to the top of a specification, selections to their view. */
function splitParams(params: unknown): { variables: unknown[]; selections: unknown[] } {
  const all = Array.isArray(params) ? (params as unknown[]) : [];
  const isSelection = (param: unknown) => typeof param === "object" && param !== null && "select" in param;
  return { variables: all.filter((param) => !isSelection(param)), selections: all.filter(isSelection) };
}

function merged(base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const result = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    result[key] = isPlainObject(below) && isPlainObject(value) ? merged(below, value) : value;
  }
  return result;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
