import { joined, sentence } from "../alternative.js";
import { choicesOf, type Choice, type Choices } from "../choices.js";
import { Drawing } from "../drawing.js";
import type { QuantityOptions } from "../quantity.js";
import { vegaRows, type Drawable, type VegaRow, type VegaRows } from "../rows.js";

/** What every short form takes. */
export interface FormOptions extends QuantityOptions {
  title: string;
  subtitle?: string;
  /** Column of the value. Default: the only column of numbers that isn't used otherwise. */
  value?: string;
  /** Drop-downs and sliders under the drawing: each shows the rows of one value of its column. */
  choices?: readonly Choice[];
  /** Width in pixels, names and legends left out. Default: what suits a notebook's cell; narrower side by side. */
  width?: number;
}

/** The rows of a form, with the choices it leaves to its reader. */
export interface FormRows extends VegaRows {
  choices: Choices;
  /** The rows of what is chosen first: texts are computed from them. */
  first: VegaRow[];
}

/**
 * The rows that a form draws.
 * @throws UserError when they can't be drawn, or when a choice's column isn't there
 */
export function formRows(drawable: Drawable, choices: readonly Choice[] | undefined): FormRows {
  const rows = vegaRows(drawable);
  const prepared = choicesOf(rows.values, choices);
  return { ...rows, choices: prepared, first: prepared.first(rows.values) };
}

/** What a form made of its rows. */
export interface FormView {
  /** Vega-Lite view with its data; `params` may hold selections. */
  view: VegaRow;
  /** What the drawing shows, in sentences. */
  sentences: readonly string[];
  /** What is to be known, under the drawing. */
  notes?: readonly string[];
}

/** Name of the marks that a reader may click to link several drawings. */
export const clickable = "marques";

/** Puts the frame of every form around its view. */
export function drawForm(
  kind: string,
  { title, subtitle, width }: Pick<FormOptions, "title" | "subtitle" | "width">,
  { source, choices, notes: known }: Pick<FormRows, "source" | "choices" | "notes">,
  { view, sentences, notes: own = [] }: FormView,
): Drawing {
  const notes = [...own, ...known];
  const alternative = joined([
    sentence(`${kind} : ${title}`),
    choices.saidFirst === "" ? "" : `${choices.saidFirst}.`,
    ...sentences,
    ...notes.map((note) => sentence(`${note.charAt(0).toUpperCase()}${note.slice(1)}`)),
    source,
  ]);
  const transform = [...choices.filters, ...((view["transform"] as VegaRow[] | undefined) ?? [])];
  return new Drawing(
    {
      ...view,
      ...(width !== undefined && typeof view["width"] === "number" ? { width } : {}),
      ...(transform.length > 0 ? { transform } : {}),
      params: [...choices.params, ...((view["params"] as VegaRow[] | undefined) ?? [])],
    },
    {
      title,
      ...(subtitle === undefined ? {} : { subtitle }),
      ...(choices.said === undefined ? {} : { choice: choices.said }),
      source,
      notes,
      alternative,
    },
  );
}

/** Tooltip of a mark: fields that hold texts already written in French, with their titles. */
export function tooltip(...fields: readonly (readonly [field: string, title: string])[]): VegaRow[] {
  return fields.map(([field, title]) => ({ field, type: "nominal", title }));
}
