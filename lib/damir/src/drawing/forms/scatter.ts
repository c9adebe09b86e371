import { extremes, missingSentence } from "../alternative.js";
import { categoryOf } from "../category.js";
import { keysOf } from "../choices.js";
import { labelColumn, namedColumn, numberAt, valueColumn } from "../columns-drawn.js";
import type { Drawing } from "../drawing.js";
import { formatNumber } from "../../french-format.js";
import { quantityOf, type Quantity } from "../quantity.js";
import { regressionBand, type Band } from "../regression-band.js";
import type { Drawable, VegaRow } from "../rows.js";
import { contrastColor, defaultWidth, mainColor, sizeSteps } from "../theme.js";
import { labelledPoints } from "../point-labels.js";
import { clickable, drawForm, formRows, tooltip, type FormOptions } from "./form.js";

/** What an axis of a scatter plot measures. */
export interface AxisOptions {
  column: string;
  legend?: string;
  unit?: string;
}

/** How a scatter plot is drawn. */
export interface ScatterOptions extends Pick<FormOptions, "title" | "subtitle" | "choices" | "width"> {
  /** Quantity along x: what may explain. A column, or a column with its legend and unit. */
  x: string | AxisOptions;
  /** Quantity along y. */
  y: string | AxisOptions;
  /** Column that names the points. Default: the first of texts, else a column of codes. */
  label?: string;
  /** Quantity that the area of the points is proportional to, such as inhabitants. */
  size?: string | AxisOptions;
  /** Whether the least-squares line is drawn with the 95 % interval of its mean; `weighted` weighs the points by `size`. Default: false. */
  regression?: boolean | "weighted";
  /** How many points are named beside them: those farthest from the others. Default: 6. */
  labels?: number;
}

const height = 420;

/** Least and greatest area of a point, in square pixels. */
const areas = [12, 700] as const;

/**
 * Draws a point a territory by two quantities. With `regression`, the line by least squares and the 95 % interval of its mean
 * (Student's law), with its slope and R² in the text: between territories, which says nothing of what people do.
 *
 * @example
 * chart.scatter(
 *   await damir.sql`
 *     SELECT departement, sum(population) AS habitants,
 *            100.0 * sum(population) FILTER (WHERE age_min >= 75) / sum(population) AS part_75_ans,
 *            100.0 * sum(population) FILTER (WHERE age_min < 20) / sum(population) AS part_jeunes
 *     FROM population WHERE annee = 2024 GROUP BY departement`,
 *   {
 *     title: "Départements âgés, départements jeunes",
 *     x: { column: "part_jeunes", legend: "Moins de 20 ans", unit: "%" },
 *     y: { column: "part_75_ans", legend: "75 ans et plus", unit: "%" },
 *     size: { column: "habitants", legend: "Habitants" },
 *     regression: true,
 *   },
 * );
 * @throws UserError when a column isn't found or isn't a number, or when a regression has less than three points
 */
export function scatter(drawable: Drawable, options: ScatterOptions): Drawing {
  const table = formRows(drawable, options.choices);
  const { choices } = table;
  const axis = (name: "x" | "y" | "size", asked: string | AxisOptions) => {
    const described = typeof asked === "string" ? { column: asked } : asked;
    const column = valueColumn(table.values, described.column, [], name);
    const found = table.values.flatMap((row) => numberAt(row, column) ?? []);
    return { column, quantity: quantityOf(column, found, described) };
  };
  const [x, y] = [axis("x", options.x), axis("y", options.y)];
  const size = options.size === undefined ? undefined : axis("size", options.size);
  const measured = [x.column, y.column, ...(size ? [size.column] : [])];
  const label =
    options.label === undefined
      ? labelColumn(table.values, undefined, [...measured, ...choices.columns])
      : namedColumn(table.values, "label", options.label);
  const category = categoryOf(label);
  const keys = Object.keys(table.values[0] ?? {}).filter((name) => !measured.includes(name));
  const drawn = (rows: readonly VegaRow[]) =>
    rows.flatMap((row) => {
      const [at, found] = [numberAt(row, x.column), numberAt(row, y.column)];
      const weight = size ? numberAt(row, size.column) : null;
      if (at === null || found === null) return [];
      return [
        {
          ...keysOf(row, keys),
          nom: category.labelOf(row[label]),
          x: at,
          y: found,
          texte_x: x.quantity.full(at),
          texte_y: y.quantity.full(found),
          ...(size ? { poids: weight, texte_poids: weight === null ? "" : size.quantity.full(weight) } : {}),
        },
      ];
    });
  const values = choices.groups(table.values).flatMap((group) => {
    const points = drawn(group);
    const named = labelledPoints(points, options.labels ?? 6, { width: defaultWidth, height });
    return points.map((point, index) => ({ ...point, ...named.get(index) }));
  });
  const heaviest = values.reduce((most, point) => Math.max(most, weightOf(point)), 0);
  const shown = drawn(table.first);
  const bands = options.regression
    ? choices.groups(table.values).map((group) => {
        const points = drawn(group);
        const band = regressionBand(points, options.regression === "weighted" && size ? "poids" : undefined);
        return { band, keys: keysOf(group[0] ?? {}, choices.columns) };
      })
    : [];
  const [band, line] = bandLayers(bands, choices.filters);
  const first = options.regression
    ? regressionBand(shown, options.regression === "weighted" && size ? "poids" : undefined)
    : undefined;
  return drawForm("Nuage de points", options, table, {
    view: {
      width: defaultWidth,
      height,
      layer: [
        ...band,
        {
          data: { values },
          transform: choices.filters,
          name: clickable,
          mark: { type: "circle", color: mainColor, opacity: 0.7, stroke: "white", strokeWidth: 0.6 },
          encoding: {
            x: positional(
              "x",
              x.quantity,
              values.map((point) => point.x),
            ),
            y: positional(
              "y",
              y.quantity,
              values.map((point) => point.y),
            ),
            ...(size
              ? {
                  size: {
                    field: "poids",
                    type: "quantitative",
                    scale: { range: [...areas], zero: true },
                    legend: {
                      title: size.quantity.title,
                      labelExpr: size.quantity.axisLabel,
                      values: sizeSteps(
                        values.flatMap((point) => ("poids" in point ? (point.poids ?? []) : [])),
                      ),
                      symbolFillColor: mainColor,
                    },
                  },
                }
              : {}),
            tooltip: tooltip(
              ["nom", category.title],
              ["texte_x", x.quantity.legend],
              ["texte_y", y.quantity.legend],
              ...(size ? [["texte_poids", size.quantity.legend] as const] : []),
            ),
          },
        },
        ...line,
        {
          data: {
            values: values
              .filter((point) => "cote" in point)
              .map((point) => ({ ...point, recul: 5 + radius(weightOf(point), heaviest) })),
          },
          transform: choices.filters,
          mark: {
            type: "text",
            fontSize: 11,
            align: { expr: "datum.cote === 'gauche' ? 'right' : 'left'" },
            dx: { expr: "datum.cote === 'gauche' ? -datum.recul : datum.recul" },
          },
          encoding: {
            x: { field: "x", type: "quantitative" },
            y: { field: "y", type: "quantitative" },
            text: { field: "nom" },
          },
        },
      ],
    },
    sentences: [
      `${shown.length} points.`,
      ...[x, y].map(({ quantity }, index) =>
        extremes(
          quantity.legend,
          shown.map((point) => ({ label: point.nom, value: index === 0 ? point.x : point.y })),
          (number) => quantity.short(number),
        ),
      ),
      first ? regressionSentence(first, x.quantity, y.quantity) : "",
      missingSentence(table.first.length - shown.length),
    ],
    notes: first
      ? [
          `droite des moindres carrés${options.regression === "weighted" ? " pondérés" : ""} et intervalle à 95 % de la moyenne, R² = ${french(first.r2)}`,
        ]
      : [],
  });
}

function weightOf(point: { poids?: number | null }): number {
  return point.poids ?? 0;
}

/** Radius of a point as Vega draws it, in pixels; without weights, that of Vega-Lite's default size. */
function radius(weight: number, heaviest: number): number {
  const area = heaviest > 0 ? areas[0] + ((areas[1] - areas[0]) * weight) / heaviest : 30;
  return Math.sqrt(area / Math.PI);
}

function positional(field: string, quantity: Quantity, values: readonly number[]): VegaRow {
  const least = values.reduce((most, value) => Math.min(most, value), Infinity);
  const greatest = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const margin = (greatest - least) * 0.04;
  return {
    field,
    type: "quantitative",
    title: quantity.title,
    // What can't be negative has no axis below zero.
    scale: {
      domain: [least >= 0 ? Math.max(0, least - margin) : least - margin, greatest + margin],
      nice: true,
      zero: false,
    },
    axis: { labelExpr: quantity.axisLabel, grid: true },
  };
}

/** The interval, which stands under the points, and the line, over them. Neither stretches the axes: the points make them. */
function bandLayers(
  bands: readonly { band: Band; keys: VegaRow }[],
  filters: readonly VegaRow[],
): [VegaRow[], VegaRow[]] {
  if (bands.length === 0) return [[], []];
  const values = bands.flatMap(({ band, keys }) => band.points.map((point) => ({ ...keys, ...point })));
  const x = { field: "x", type: "quantitative" };
  const data = { values };
  return [
    [
      {
        data,
        transform: filters,
        mark: { type: "area", color: contrastColor, opacity: 0.16, clip: true },
        encoding: { x, y: { field: "bas", type: "quantitative" }, y2: { field: "haut" } },
      },
    ],
    [
      {
        data,
        transform: filters,
        mark: { type: "line", color: contrastColor, strokeWidth: 2, clip: true },
        encoding: { x, y: { field: "y", type: "quantitative" } },
      },
    ],
  ];
}

/** A slope is told for so many more of x that it can be read: for 1 000 000 inhabitants more, not for one. */
const readable = 0.01;

const steps = [1, 1000, 1_000_000, 1_000_000_000] as const;

function regressionSentence({ slope, interval: [low, high], r2 }: Band, x: Quantity, y: Quantity): string {
  const sure = low > 0 || high < 0 ? "" : ", qui ne se distingue pas de zéro";
  const step = slope === 0 ? 1 : (steps.find((one) => Math.abs(slope) * one >= readable) ?? 1_000_000_000);
  const [more, least, most] = [slope, low, high].map((value) => french(value * step));
  return `Droite : ${more ?? ""} de « ${y.legend} » pour ${formatNumber(step, { decimals: 0, grouping: true })} de plus de « ${x.legend} » (intervalle à 95 % : ${least ?? ""} à ${most ?? ""}${sure}), R² = ${french(r2)}.`;
}

/** Three significant digits. */
function french(value: number): string {
  const digits = value === 0 ? 0 : Math.min(8, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return formatNumber(value, { decimals: digits, grouping: true });
}
