import type { TopLevelSpec } from "vega-lite";
import { vegaNumberLocale, vegaTimeLocale } from "../french-format.js";
import { theme } from "./theme.js";
import { wrapped } from "./wrapped-text.js";

/** What stands around every chart and map. */
export interface Frame {
  title: string;
  subtitle?: string;
  /** Vega expression of what the reader chose, in words: it follows the subtitle. */
  choice?: string;
  /** Source line, under the chart. */
  source: string;
  /** What is to be known of this drawing, after its source: what it leaves out, who drew its shapes. */
  notes?: readonly string[];
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

/** A line of text holds about one character for so many pixels of the drawing, at the size of a title and of a source. */
const pixelsPerLetter = { title: 7.9, subtitle: 6.1, foot: 5.4 } as const;

/** Width that a text may take where the view doesn't tell its own. */
const usualWidth = 640;

/**
 * What the page that shows the drawing is to know, wherever it is (JupyterLab, nbviewer, a shared HTML): French formats, and
 * French words in the menu beside it.
 */
const embedOptions = {
  formatLocale: vegaNumberLocale,
  timeFormatLocale: vegaTimeLocale,
  actions: { export: true, source: false, compiled: false, editor: false },
  downloadFileName: "atelier-damir",
  i18n: {
    CLICK_TO_VIEW_ACTIONS: "Enregistrer l'image",
    PNG_ACTION: "Enregistrer en PNG",
    SVG_ACTION: "Enregistrer en SVG",
    SOURCE_ACTION: "Voir la spécification",
    COMPILED_ACTION: "Voir le code Vega",
    EDITOR_ACTION: "Ouvrir dans l'éditeur Vega",
  },
} as const;

/**
 * Puts a title above a view and its source line under it.
 * Vega-Lite draws one title a view, so that the source is the bottom title of a concatenation of one.
 */
export function framed(view: Readonly<Record<string, unknown>>, frame: Frame): TopLevelSpec {
  const inner = titled(view, frame);
  const { variables, selections } = splitParams(view["params"]);
  if (selections.length > 0) inner["params"] = selections;
  const foot = footOf(frame);
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    description: frame.alternative,
    ...(view["datasets"] === undefined ? {} : { datasets: view["datasets"] }),
    usermeta: { embedOptions, ...((view["usermeta"] as object | undefined) ?? {}) },
    ...(foot === "" ? {} : { title: bottomTitle(foot, widthOf(view)) }),
    ...(variables.length > 0 ? { params: variables } : {}),
    vconcat: [inner],
    config: merged(
      theme as Record<string, unknown>,
      (view["config"] as Record<string, unknown> | undefined) ?? {},
    ),
  } as unknown as TopLevelSpec;
}

/** The view with its title, and without what belongs to the top of a specification. */
export function titled(
  view: Readonly<Record<string, unknown>>,
  { title, subtitle, choice }: Pick<Frame, "title" | "subtitle" | "choice">,
): Record<string, unknown> {
  const kept = Object.entries(view).filter(([key]) => !topLevelKeys.has(key) && key !== "params");
  const width = widthOf(view);
  const under = subtitle === undefined || subtitle === "" ? [] : lines(subtitle, width, "subtitle");
  if (title === "") return Object.fromEntries(kept);
  return {
    ...Object.fromEntries(kept),
    title: {
      text: lines(title, width, "title"),
      ...(choice !== undefined
        ? { subtitle: { expr: `[${[...under.map((line) => JSON.stringify(line)), choice].join(", ")}]` } }
        : under.length > 0
          ? { subtitle: under }
          : {}),
    },
  };
}

/** The line under a drawing: where its data come from, then what is to be known. */
export function footOf({ source, notes = [] }: Pick<Frame, "source" | "notes">): string {
  return [source, ...notes].filter((part) => part !== "").join(" · ");
}

function lines(text: string, width: number, size: keyof typeof pixelsPerLetter): string[] {
  return wrapped(text, Math.max(24, Math.floor(width / pixelsPerLetter[size])));
}

/** Width of a view in pixels, axes left out: what is known of it. */
function widthOf(view: Readonly<Record<string, unknown>>): number {
  const { width } = view;
  return typeof width === "number" ? Math.max(width, usualWidth / 2) : usualWidth;
}

function bottomTitle(foot: string, width: number) {
  return {
    text: lines(foot, width, "foot"),
    orient: "bottom",
    anchor: "start",
    fontSize: 11,
    fontWeight: "normal",
    color: foot.includes("SYNTHÉTIQUES") ? "#b3261e" : "#52606d",
    offset: 12,
  };
}

/** Variable parameters and selections that views share belong to the top of a specification, other selections to their view. */
export function splitParams(params: unknown): {
  variables: Record<string, unknown>[];
  selections: Record<string, unknown>[];
} {
  const all = Array.isArray(params) ? (params as Record<string, unknown>[]) : [];
  return {
    variables: all.filter((param) => !("select" in param) || "views" in param),
    selections: all.filter((param) => "select" in param && !("views" in param)),
  };
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
