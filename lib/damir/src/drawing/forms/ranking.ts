import { extremes, missingSentence } from "../alternative.js";
import { categoryOf } from "../category.js";
import { keysOf } from "../choices.js";
import { labelColumn, numberAt, refuseRepeated, valueColumn } from "../columns-drawn.js";
import type { Drawing } from "../drawing.js";
import { quantityOf } from "../quantity.js";
import type { Drawable, VegaRow } from "../rows.js";
import { defaultWidth, mainColor, otherColor } from "../theme.js";
import { wrapped } from "../wrapped-text.js";
import { clickable, drawForm, formRows, tooltip, type FormOptions } from "./form.js";

/** How a ranking is drawn. */
export interface RankingOptions extends FormOptions {
  /** Column that names the bars. Default: the first of texts, else a column of codes, whose labels are written. */
  label?: string;
  /** How many bars at most. Default: 20. */
  top?: number;
  /** Whether the sum of those left out is drawn as « Autres »; only for what can be added up. Default: false, they are counted in a note. */
  others?: boolean;
  /** Default: the greatest first. */
  order?: "descending" | "ascending";
}

/** Room that a number takes beside its bar, in pixels. */
const numberWidth = 44;

/** Letters of a label on one line; longer ones take two. */
const labelLength = 38;
/** Room that labels take at the left, in pixels. */
const labelsWidth = 210;

/**
 * Draws bars from the greatest to the least, each with its label and its value.
 *
 * @example
 * chart.ranking(
 *   await damir.sql`SELECT prs_nat, sum(flt_rem_mnt) AS rembourse FROM damir GROUP BY prs_nat`,
 *   { title: "Prestations les plus remboursées", value: "rembourse", unit: "€", top: 10, others: true },
 * );
 * @throws UserError when the value isn't found, or when a label has several rows
 */
export function ranking(drawable: Drawable, options: RankingOptions): Drawing {
  const table = formRows(drawable, options.choices);
  const { choices } = table;
  const value = valueColumn(table.values, options.value, [
    ...(options.label === undefined ? [] : [options.label]),
    ...choices.columns,
  ]);
  const label = labelColumn(table.values, options.label, [value, ...choices.columns]);
  const columns = [label, ...choices.columns];
  refuseRepeated(table.values, columns);
  const quantity = quantityOf(
    value,
    table.values.flatMap((row) => numberAt(row, value) ?? []),
    options,
  );
  const category = categoryOf(label);
  const { top = 20, others = false, order = "descending" } = options;
  const drawn = (rows: readonly VegaRow[]) => {
    const sorted = rows
      .flatMap((row) => {
        const found = numberAt(row, value);
        return found === null ? [] : [{ row, found }];
      })
      .sort((a, b) => (order === "descending" ? b.found - a.found : a.found - b.found));
    const kept = sorted.slice(0, top).map(({ row, found }) => ({
      keys: keysOf(
        row,
        Object.keys(row).filter((name) => name !== value),
      ),
      nom: category.labelOf(row[label]),
      valeur: found,
      sorte: "une",
    }));
    const left = sorted.slice(top);
    const [some] = rows;
    const rest = {
      keys: keysOf({ ...some, [label]: null }, columns),
      nom: `Autres (${left.length})`,
      valeur: left.reduce((sum, { found }) => sum + found, 0),
      sorte: "autres",
    };
    return [...kept, ...(others && left.length > 0 ? [rest] : [])].map(({ keys, ...bar }, index) => ({
      ...keys,
      ...bar,
      ordre: index,
      lignes: wrapped(bar.nom, labelLength).slice(0, 3).join("\n"),
      court: quantity.label(bar.valeur),
      texte: quantity.full(bar.valeur),
    }));
  };
  const values = choices.groups(table.values).flatMap(drawn);
  const shown = drawn(table.first);
  const total = table.first.filter((row) => numberAt(row, value) !== null).length;
  const y = {
    // Two codes may have the same label: each keeps its bar.
    field: "ordre",
    type: "ordinal",
    title: null,
    // Labels are marks: an axis would hang those of two lines under the middle of their bar.
    axis: null,
  };
  const x = {
    field: "valeur",
    type: "quantitative",
    title: quantity.title,
    axis: { labelExpr: quantity.axisLabel, grid: true },
    // The number of a negative bar stands at its left, where its name would be.
    ...(values.some(({ valeur }) => valeur < 0) ? { scale: { padding: numberWidth } } : {}),
  };
  const tallest = Math.max(1, ...values.map(({ lignes }) => lignes.split("\n").length));
  return drawForm("Classement", options, table, {
    view: {
      width: defaultWidth - labelsWidth,
      height: { step: 10 + 15 * tallest },
      data: { values },
      layer: [
        {
          name: clickable,
          mark: { type: "bar", height: { band: 0.74 } },
          encoding: {
            y,
            x,
            color: {
              condition: { test: "datum.sorte === 'autres'", value: otherColor },
              value: mainColor,
            },
            tooltip: tooltip(["nom", category.title], ["texte", quantity.legend]),
          },
        },
        {
          mark: {
            type: "text",
            align: "right",
            baseline: "middle",
            x: -8,
            dy: { expr: "-7.5 * (length(split(datum.lignes, '\\n')) - 1)" },
            lineHeight: 15,
            lineBreak: "\n",
          },
          encoding: {
            y,
            text: { field: "lignes" },
            tooltip: tooltip(["nom", category.title], ["texte", quantity.legend]),
          },
        },
        {
          mark: {
            type: "text",
            baseline: "middle",
            align: { expr: "datum.valeur < 0 ? 'right' : 'left'" },
            dx: { expr: "datum.valeur < 0 ? -4 : 4" },
          },
          encoding: { y, x, text: { field: "court" } },
        },
      ],
    },
    sentences: [
      `${total} ligne${total > 1 ? "s" : ""}${total > shown.length ? `, dont ${Math.min(top, total)} dessinées` : ""}.`,
      extremes(
        quantity.legend,
        shown
          .filter(({ sorte }) => sorte === "une")
          .map(({ nom, valeur }) => ({ label: nom, value: valeur })),
        (number) => quantity.short(number),
      ),
      missingSentence(table.first.length - total),
    ],
    notes:
      !others && total > top
        ? [`${top} ${order === "descending" ? "premières" : "dernières"} lignes sur ${total}`]
        : [],
  });
}
