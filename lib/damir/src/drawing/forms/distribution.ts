import { quantileSorted } from "simple-statistics";
import { extremes, missingSentence } from "../alternative.js";
import { categoryOf } from "../category.js";
import { keysOf } from "../choices.js";
import { columnNames, numberAt, valueColumn } from "../columns-drawn.js";
import type { Drawing } from "../drawing.js";
import { quantityOf, type Quantity } from "../quantity.js";
import type { Drawable, VegaRow } from "../rows.js";
import { contrastColor, defaultWidth, mainColor } from "../theme.js";
import { drawForm, formRows, tooltip, type FormOptions } from "./form.js";

/** How a distribution is drawn. */
export interface DistributionOptions extends FormOptions {
  /** How many bars about. Default: 20. */
  bins?: number;
  /** What the rows are, in the plural: « départements ». Default: known from the column of codes, else « lignes ». */
  things?: string;
}

/**
 * Draws how a quantity spreads over territories: how many of them have how much, with the median and the middle half.
 *
 * @example
 * chart.distribution(
 *   await damir.sql`
 *     SELECT departement, sum(population) AS habitants FROM population WHERE annee = 2024 GROUP BY departement`,
 *   { title: "Habitants des départements", legend: "Habitants" },
 * );
 * @throws UserError when the value isn't found
 */
export function distribution(drawable: Drawable, options: DistributionOptions): Drawing {
  const table = formRows(drawable, options.choices);
  const { choices } = table;
  const value = valueColumn(table.values, options.value, choices.columns);
  const all = table.values.flatMap((row) => numberAt(row, value) ?? []);
  const quantity = quantityOf(value, all, options);
  const names = columnNames(table.values);
  const label = names.find((name) => name !== value && !choices.columns.includes(name));
  const things = options.things ?? (names.includes("departement") ? "départements" : "lignes");
  const keys = choices.columns;
  const values = table.values.flatMap((row) => {
    const valeur = numberAt(row, value);
    return valeur === null ? [] : [{ ...keysOf(row, keys), valeur }];
  });
  const shown = table.first.flatMap((row) => {
    const number = numberAt(row, value);
    return number === null
      ? []
      : [{ label: label === undefined ? "" : categoryOf(label).labelOf(row[label]), value: number }];
  });
  const marks = choices.groups(table.values).flatMap((group) => quartiles(group, value, keys, quantity));
  const sorted = shown.map(({ value: number }) => number).sort((a, b) => a - b);
  const middle =
    sorted.length === 0 ? [] : [0.25, 0.5, 0.75].map((part) => quantity.short(quantileSorted(sorted, part)));
  return drawForm("Distribution", options, table, {
    view: {
      width: defaultWidth,
      height: 300,
      layer: [
        {
          data: { values },
          transform: [
            ...choices.filters,
            { bin: { maxbins: options.bins ?? 20 }, field: "valeur", as: ["de", "a"] },
            { aggregate: [{ op: "count", as: "nombre" }], groupby: ["de", "a"] },
          ],
          mark: { type: "bar", color: mainColor, stroke: "white" },
          encoding: {
            x: {
              field: "de",
              type: "quantitative",
              bin: { binned: true },
              title: quantity.title,
              axis: { labelExpr: quantity.axisLabel },
            },
            x2: { field: "a" },
            y: {
              field: "nombre",
              type: "quantitative",
              title: `Nombre de ${things}`,
              axis: { tickMinStep: 1, grid: true },
            },
            tooltip: [
              { field: "de", type: "quantitative", title: "De", format: ",.6~f" },
              { field: "a", type: "quantitative", title: "À", format: ",.6~f" },
              { field: "nombre", type: "quantitative", title: `Nombre de ${things}`, format: ",d" },
            ],
          },
        },
        {
          data: { values: marks },
          transform: choices.filters,
          mark: {
            type: "rule",
            color: contrastColor,
            strokeWidth: 2,
            strokeDash: { expr: "datum.nom === 'médiane' ? [1, 0] : [4, 3]" },
          },
          encoding: {
            x: { field: "valeur", type: "quantitative" },
            tooltip: tooltip(["nom", "Repère"], ["texte", quantity.legend]),
          },
        },
        {
          data: { values: marks },
          transform: [...choices.filters, { filter: "datum.nom === 'médiane'" }],
          mark: { type: "text", align: "left", dx: 5, y: -6, color: "#a34700", fontWeight: 600 },
          encoding: { x: { field: "valeur", type: "quantitative" }, text: { field: "etiquette" } },
        },
      ],
    },
    sentences: [
      `${shown.length} ${things}.`,
      extremes(quantity.legend, shown, (number) => quantity.short(number)),
      middle.length === 0
        ? ""
        : `Médiane ${middle[1] ?? ""}, moitié centrale de ${middle[0] ?? ""} à ${middle[2] ?? ""}.`,
      missingSentence(table.first.length - shown.length),
    ],
    notes: ["trait plein : médiane ; tirets : quartiles"],
  });
}

/** The median and the quartiles of some rows, as marks. */
function quartiles(
  rows: readonly VegaRow[],
  value: string,
  keys: readonly string[],
  quantity: Quantity,
): VegaRow[] {
  const [first] = rows;
  const sorted = rows.flatMap((row) => numberAt(row, value) ?? []).sort((a, b) => a - b);
  if (!first || sorted.length === 0) return [];
  return (["premier quartile", "médiane", "troisième quartile"] as const).map((nom, index) => {
    const valeur = quantileSorted(sorted, (index + 1) / 4);
    return {
      ...keysOf(first, keys),
      nom,
      valeur,
      texte: quantity.full(valeur),
      etiquette: `médiane : ${quantity.short(valeur)}`,
    };
  });
}
