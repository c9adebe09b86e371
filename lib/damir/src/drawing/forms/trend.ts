import { extremes, listed, missingSentence, trendSentence, type Labelled } from "../alternative.js";
import { firstIncomplete, type CareLagOptions } from "../care-lag.js";
import { categoryOf } from "../category.js";
import { keysOf } from "../choices.js";
import { namedColumn, numberAt, refuseRepeated, valueColumn } from "../columns-drawn.js";
import type { Drawing } from "../drawing.js";
import { quantityOf, type Quantity } from "../quantity.js";
import type { Drawable, VegaRow } from "../rows.js";
import { categoryColors, defaultHeight, defaultWidth, mainColor } from "../theme.js";
import { fromMonth, isCareMonth, timeColumn, timelineOf, type Timeline } from "../time-points.js";
import { clickable, drawForm, formRows, tooltip, type FormOptions } from "./form.js";
import { incompleteLayers, timeAxis } from "./time-axis.js";

/** How a trend is drawn. */
export interface TrendOptions extends FormOptions, CareLagOptions {
  /** Column of time: dates, `AAAAMM` or `AAAA-MM`. Default: `mois_soins`, `mois_traitement`, `mois`…, else the first of dates. */
  month?: string;
  /** Column whose values make one line each. */
  series?: string;
  /** Whether the axis starts at zero. Default: true. */
  zero?: boolean;
}

/** Series that colours can tell apart. */
const mostColors = categoryColors.length;

/**
 * Draws a quantity over time, usually months. Months that no row has are gaps of the line; the last months of care, which are
 * not yet all reimbursed, are shaded, dashed and left out of the trend that the text tells.
 *
 * @example
 * chart.trend(
 *   await damir.sql`
 *     SELECT mois_soins, sum(flt_rem_mnt) AS rembourse FROM damir
 *     WHERE mois_soins >= '2024-01-01' GROUP BY mois_soins`.silence("mois-de-soins"),
 *   { title: "Remboursements par mois de soins", legend: "Remboursé", unit: "€" },
 * );
 * @throws UserError when the months or the value aren't found, or when a month has several rows
 */
export function trend(drawable: Drawable, options: TrendOptions): Drawing {
  const table = formRows(drawable, options.choices);
  const { choices } = table;
  const month = timeColumn(table.values, options.month);
  const series =
    options.series === undefined ? undefined : namedColumn(table.values, "series", options.series);
  const named = [month, ...(series === undefined ? [] : [series]), ...choices.columns];
  const value = valueColumn(table.values, options.value, named);
  const rows = table.values.filter((row) => row[month] !== null);
  refuseRepeated(rows, named);
  const timeline = timelineOf(
    rows.map((row) => row[month]),
    month,
  );
  const points = rows.map((row) => timeline.pointOf(row[month]));
  const [first, last] = [min(points), max(points)];
  const incomplete =
    timeline.step === "month" ? firstIncomplete(options, isCareMonth(month), table.sources, last) : Infinity;
  const quantity = quantityOf(
    value,
    rows.flatMap((row) => numberAt(row, value) ?? []),
    options,
  );
  const category = series === undefined ? undefined : categoryOf(series);
  const drawn = (from: readonly VegaRow[]) =>
    lines(from, { month, value, series, columns: named, timeline, first, last }).map((row) => ({
      ...row.keys,
      mois: timeline.iso(row.point),
      nom: timeline.name(row.point),
      valeur: row.value,
      texte: row.value === null ? "" : quantity.full(row.value),
      ...(category === undefined ? {} : { serie: category.labelOf(row.serie) }),
      ...(row.point >= incomplete ? { incomplet: "oui" } : {}),
    }));
  const values = choices.groups(rows).flatMap(drawn);
  const names = [...new Set(values.flatMap(({ serie }) => serie ?? []))];
  const shown = drawn(choices.first(rows));
  const unknown = table.values.length - rows.length;
  return drawForm("Évolution", options, table, {
    view: {
      width: defaultWidth,
      height: defaultHeight,
      data: { values },
      layer: [
        ...(incomplete <= last
          ? incompleteLayers(timeline.iso(incomplete - 1).replace("-01T", "-16T"), timeline.iso(last))
          : []),
        ...lineLayers(quantity, names, category?.title ?? "", timeline, {
          zero: options.zero ?? true,
          incomplete: incomplete <= last,
        }),
      ],
    },
    sentences: sentences(shown, quantity, names, incomplete <= last ? timeline.name(incomplete) : undefined),
    notes: [
      ...(unknown > 0 ? [`hors graphique : ${unknown} ligne${unknown > 1 ? "s" : ""} sans mois`] : []),
      ...(names.length > mostColors
        ? [`${names.length} courbes, nommées au survol : chart.smallMultiples les sépare`]
        : []),
    ],
  });
}

interface LineOptions {
  month: string;
  value: string;
  series: string | undefined;
  columns: readonly string[];
  timeline: Timeline;
  first: number;
  last: number;
}

/** The points of each line, those that are missing included: with a null value, where the line stops. */
function lines(
  rows: readonly VegaRow[],
  { month, value, series, columns, timeline, first, last }: LineOptions,
): { keys: VegaRow; serie: unknown; point: number; value: number | null }[] {
  const bySeries = new Map<unknown, Map<number, VegaRow>>();
  for (const row of rows) {
    const serie = series === undefined ? null : row[series];
    const points = bySeries.get(serie) ?? new Map<number, VegaRow>();
    bySeries.set(serie, points.set(timeline.pointOf(row[month]), row));
  }
  const regular = timeline.step === "month" || timeline.step >= 1;
  return [...bySeries].flatMap(([serie, points]) => {
    const all = regular
      ? Array.from({ length: last - first + 1 }, (_, index) => first + index)
      : [...points.keys()].sort((a, b) => a - b);
    const [some] = points.values();
    return all.map((point) => {
      const row = points.get(point);
      return {
        keys: keysOf(row ?? { ...some, [month]: null }, columns),
        serie,
        point,
        value: row ? numberAt(row, value) : null,
      };
    });
  });
}

function lineLayers(
  quantity: Quantity,
  names: readonly string[],
  title: string,
  timeline: Timeline,
  { zero, incomplete }: { zero: boolean; incomplete: boolean },
): VegaRow[] {
  const coloured = names.length > 1 && names.length <= mostColors;
  const encoding = {
    x: timeAxis("mois", timeline),
    y: {
      field: "valeur",
      type: "quantitative",
      title: quantity.title,
      scale: { zero },
      axis: { labelExpr: quantity.axisLabel },
    },
    ...(names.length > 0 ? { detail: { field: "serie", type: "nominal" } } : {}),
    ...(coloured ? { color: { field: "serie", type: "nominal", title, sort: names } } : {}),
  };
  const line = {
    type: "line",
    color: mainColor,
    ...(names.length > mostColors ? { opacity: 0.5, strokeWidth: 1.5 } : {}),
    // Days are many: a thinner line shows them apart.
    ...(timeline.step === "month" ? {} : { strokeWidth: 1.3 }),
  };
  const hint = tooltip(
    ["nom", timeline.step === "month" ? "Mois" : "Date"],
    ...(names.length > 0 ? [["serie", title] as const] : []),
    ["texte", quantity.legend],
  );
  return [
    { transform: [{ filter: "!datum.incomplet" }], mark: line, encoding },
    // Dashed from the last complete month on: the line goes on, what it says is less sure.
    ...(incomplete
      ? [
          {
            transform: [
              {
                window: [{ op: "lead", field: "incomplet", as: "suivant" }],
                sort: [{ field: "mois" }],
                groupby: names.length > 0 ? ["serie"] : [],
              },
              { filter: "datum.incomplet || datum.suivant" },
            ],
            mark: { ...line, strokeDash: [5, 4] },
            encoding,
          },
        ]
      : []),
    {
      name: clickable,
      transform: [{ filter: "isValid(datum.valeur)" }],
      mark: {
        type: "point",
        filled: true,
        size: 34,
        opacity: timeline.step === "month" ? 1 : 0,
        color: mainColor,
      },
      encoding: { ...encoding, tooltip: hint },
    },
  ];
}

function sentences(
  shown: readonly { nom: string; valeur: number | null; serie?: string; incomplet?: string }[],
  quantity: Quantity,
  names: readonly string[],
  incompleteFrom: string | undefined,
): string[] {
  const written = (value: number) => quantity.short(value);
  const labelled = (rows: typeof shown): Labelled[] =>
    rows.flatMap(({ nom, valeur }) => (valeur === null ? [] : [{ label: nom, value: valeur }]));
  const missing = shown.filter(({ valeur }) => valeur === null);
  const complete = shown.filter(({ incomplet }) => incomplet === undefined);
  const trends =
    names.length === 0
      ? [trendSentence(quantity.legend, labelled(complete), written)]
      : names
          .slice(0, mostColors)
          .map((name) =>
            trendSentence(name, labelled(complete.filter(({ serie }) => serie === name)), written),
          );
  const highest = shown.flatMap(({ nom, valeur, serie }) =>
    valeur === null
      ? []
      : [{ label: [serie ?? "", nom].filter((part) => part !== "").join(", "), value: valeur }],
  );
  return [
    extremes(quantity.legend, highest, written),
    ...trends,
    incompleteFrom === undefined ? "" : `Mois incomplets ${fromMonth(incompleteFrom)}.`,
    missing.length === 0
      ? ""
      : `${missingSentence(missing.length).slice(0, -1)} (${listed([...new Set(missing.map(({ nom }) => nom))])}).`,
  ];
}

function min(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

function max(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}
