import { axisLabel, extremes, sentence, type Labelled } from "./alternative.js";
import { Drawing } from "./drawing.js";
import * as forms from "./forms.js";
import { type Drawable, vegaRows } from "./rows.js";
import type { ChartSpec } from "./chart-spec.js";
import { defaultHeight, defaultWidth } from "./theme.js";
import { UserError } from "../user-error.js";

/** Room that names along the y axis take, in pixels. */
const namesWidth = 180;

/**
 * Draws rows: `chart(rows, spec)` by any Vega-Lite 5 specification, or by a short form that gives the good default of this field
 * (`chart.trend`, `chart.ranking`, `chart.pyramid`, `chart.seasonality`, `chart.smallMultiples`, `chart.heatmap`, `chart.scatter`,
 * `chart.profile`, `chart.composition`, `chart.distribution`).
 *
 * @namespace
 * @example
 * chart.ranking(await damir.sql`SELECT prs_nat, sum(flt_rem_mnt) AS rembourse FROM damir GROUP BY 1`, {
 *   title: "Prestations les plus remboursées",
 *   value: "rembourse",
 *   unit: "€",
 * });
 * @example
 * chart(await damir.sql`SELECT age_ben_snds, sum(flt_rem_mnt) AS rembourse FROM damir GROUP BY 1 ORDER BY 1`, {
 *   title: "Remboursé par âge",
 *   mark: "bar",
 *   encoding: {
 *     x: { field: "age_ben_snds", type: "ordinal", title: "Âge" },
 *     y: { field: "rembourse", type: "quantitative", title: "Remboursé (€)" },
 *   },
 * });
 */
export const chart: typeof drawSpec & typeof forms = Object.assign(drawSpec, forms);

/**
 * Draws rows by a Vega-Lite 5 specification. Data, theme, French formats and source line are added.
 *
 * @example
 * chart(await damir.sql`SELECT mois_soins, sum(flt_rem_mnt) AS rembourse FROM damir GROUP BY 1`, {
 *   title: "Remboursements par mois de soins",
 *   mark: "line",
 *   encoding: {
 *     x: { field: "mois_soins", type: "temporal", title: "Mois de soins" },
 *     y: { field: "rembourse", type: "quantitative", title: "Remboursé (€)" },
 *   },
 * });
 * @throws UserError when there are no rows, or when the specification names a column that the rows don't have
 */
function drawSpec(rows: Drawable, spec: ChartSpec): Drawing {
  const { values, source, notes } = vegaRows(rows);
  const view = spec as Record<string, unknown>;
  checkFields(view, new Set(values.flatMap(Object.keys)));
  const { text, subtitle } = titleOf(view["title"]);
  const alternative = [
    sentence(text === "" ? "Graphique" : `Graphique : ${text}`),
    `${values.length.toLocaleString("fr-FR")} point${values.length > 1 ? "s" : ""} de données.`,
    extremes(...labelledValues(view, values)),
    ...notes,
    source,
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
  const sized = isSingleView(view) ? { ...defaultSize(view), ...view } : view;
  return new Drawing(
    { data: { values }, ...sized },
    { title: text, ...(subtitle === "" ? {} : { subtitle }), source, notes, alternative },
  );
}

function titleOf(title: unknown): { text: string; subtitle: string } {
  const joined = (value: unknown) =>
    Array.isArray(value) ? value.join(" ") : typeof value === "string" ? value : "";
  if (typeof title === "object" && title !== null && "text" in title) {
    return { text: joined(title.text), subtitle: "subtitle" in title ? joined(title.subtitle) : "" };
  }
  return { text: joined(title), subtitle: "" };
}

function isSingleView(view: Record<string, unknown>): boolean {
  return "mark" in view || "layer" in view;
}

/** Names along y take room at the left, and a height that grows with their number: Vega-Lite's own step. */
function defaultSize(view: Record<string, unknown>): { width: number; height?: number } {
  const type = firstEncoding(view)["y"]?.type;
  return type === "nominal" || type === "ordinal"
    ? { width: defaultWidth - namesWidth }
    : { width: defaultWidth, height: defaultHeight };
}

interface Channel {
  field?: unknown;
  type?: string;
  title?: unknown;
  aggregate?: unknown;
}

/** The numbers a reader compares (y, else x, else colour) with what they belong to. */
function labelledValues(
  view: Record<string, unknown>,
  rows: readonly Record<string, unknown>[],
): [string, Labelled[]] {
  const encoding = firstEncoding(view);
  const channel = ["y", "x", "color"].find(
    (name) => encoding[name]?.type === "quantitative" && typeof encoding[name].field === "string",
  );
  if (channel === undefined) return ["", []];
  const field = String(encoding[channel]?.field);
  const title = encoding[channel]?.title;
  const label = labelField(encoding, channel);
  const labelled = rows.flatMap((row): Labelled[] => {
    const value = row[field];
    return typeof value === "number"
      ? [{ label: axisLabel(label === undefined ? "" : row[label]), value }]
      : [];
  });
  return [typeof title === "string" ? title : field, labelled];
}

/** What a point is called: the other axis where it names or dates, else the first name of its tooltip. */
function labelField(encoding: Record<string, Channel>, measured: string): string | undefined {
  const other = encoding[measured === "y" ? "x" : "y"];
  if (other?.type !== "quantitative" && typeof other?.field === "string") return other.field;
  const named = [encoding["tooltip"] ?? []]
    .flat()
    .find(({ type, field }) => type !== "quantitative" && typeof field === "string");
  return named?.field as string | undefined;
}

function firstEncoding(view: Record<string, unknown>): Record<string, Channel> {
  const own = (view["encoding"] ?? {}) as Record<string, Channel>;
  const [layer] = (view["layer"] ?? []) as Record<string, unknown>[];
  return layer ? { ...firstEncoding(layer), ...own } : own;
}

/**
 * A field that no row has draws an empty chart without a word: refuse it.
 * Fields made by transforms are known by their `as`, so that a view with transforms is trusted for those.
 */
function checkFields(view: Record<string, unknown>, names: ReadonlySet<string>): void {
  const known = new Set(names);
  collectMade(view, known);
  for (const field of usedFields(view)) {
    if (known.has(field) || /[.[\\]/.test(field)) continue;
    throw new UserError(
      `Le graphique demande la colonne « ${field} », que les données n'ont pas. Colonnes présentes : ${[...names].join(", ")}.`,
    );
  }
}

function collectMade(node: unknown, made: Set<string>): void {
  if (Array.isArray(node)) for (const item of node) collectMade(item, made);
  else if (typeof node === "object" && node !== null) {
    for (const [key, value] of Object.entries(node)) {
      if (key === "transform") collectAs(value, made);
      else if (key !== "data") collectMade(value, made);
    }
  }
}

function collectAs(node: unknown, made: Set<string>): void {
  if (Array.isArray(node)) for (const item of node) collectAs(item, made);
  else if (typeof node === "object" && node !== null) {
    for (const [key, value] of Object.entries(node)) {
      if (key === "as") for (const name of [value].flat()) made.add(String(name));
      else if (key === "fold") made.add("key").add("value");
      else if (key === "regression" || key === "loess" || key === "density") {
        made.add("value").add("density").add("rSquared").add("coef");
      } else collectAs(value, made);
    }
  }
}

function usedFields(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(usedFields);
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === "encoding" && typeof value === "object" && value !== null) {
      return Object.values(value as Record<string, unknown>).flatMap((channel) =>
        [channel].flat().flatMap((item) => {
          const field = (item as Channel | null)?.field;
          return typeof field === "string" ? [field] : [];
        }),
      );
    }
    return key === "data" || key === "transform" ? [] : usedFields(value);
  });
}
