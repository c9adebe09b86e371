import { extremes } from "../alternative.js";
import { categoryOf } from "../category.js";
import { keysOf } from "../choices.js";
import { labelColumn, namedColumn, numberAt, refuseRepeated } from "../columns-drawn.js";
import type { Drawing } from "../drawing.js";
import { formatNumber } from "../../french-format.js";
import { quantityOf } from "../quantity.js";
import type { Drawable, VegaRow } from "../rows.js";
import { categoryColors, defaultWidth } from "../theme.js";
import { UserError } from "../../user-error.js";
import { clickable, drawForm, formRows, tooltip, type FormOptions } from "./form.js";

/** How a composition is drawn. */
export interface CompositionOptions extends Omit<FormOptions, "value"> {
  /** Columns that add up to the whole, from the base outwards, with the name of each: `{ rembourse: "Remboursé", … }`. */
  parts: Readonly<Record<string, string>>;
  /** Column that names the bars. Default: the first of texts, else a column of codes such as `age_ben_snds`. */
  label?: string;
  /** Whether bars show shares of their whole instead of amounts. Default: false. */
  share?: boolean;
}

/**
 * Draws what a whole is made of, a stacked bar a row: what is reimbursed and what is left to pay, by age or by prestation.
 *
 * @example
 * chart.composition(
 *   await damir.sql`
 *     SELECT age_ben_snds, sum(flt_rem_mnt) AS rembourse,
 *            sum(flt_pai_mnt - flt_dep_mnt - flt_rem_mnt) AS ticket, sum(flt_dep_mnt) AS depassement
 *     FROM damir WHERE prs_nat = 1110 AND age_ben_snds <> 99 GROUP BY age_ben_snds`,
 *   {
 *     title: "Qui paie la consultation ?",
 *     parts: { rembourse: "Assurance maladie", ticket: "Ticket modérateur", depassement: "Dépassement" },
 *     unit: "€",
 *     share: true,
 *   },
 * );
 * @throws UserError when a part isn't found, when a label has several rows, or when a part of a share is negative
 */
export function composition(drawable: Drawable, options: CompositionOptions): Drawing {
  const table = formRows(drawable, options.choices);
  const { choices } = table;
  const parts = Object.entries(options.parts).map(([column, name]) => ({
    column: namedColumn(table.values, "parts", column),
    name,
  }));
  if (parts.length === 0 || parts.length > categoryColors.length) {
    throw new UserError(
      `Une composition a de 1 à ${categoryColors.length} parts (parts), pas ${parts.length}.`,
    );
  }
  const label = labelColumn(table.values, options.label, [
    ...parts.map(({ column }) => column),
    ...choices.columns,
  ]);
  const columns = [label, ...choices.columns];
  refuseRepeated(table.values, columns);
  const category = categoryOf(label);
  const amounts = table.values.flatMap((row) => parts.flatMap(({ column }) => numberAt(row, column) ?? []));
  const share = options.share ?? false;
  if (share && amounts.some((amount) => amount < 0)) {
    throw new UserError(
      "Une part est négative : des parts en pourcentage n'ont pas de sens. Retirez share, ou filtrez.",
    );
  }
  const quantity = quantityOf("montant", amounts, {
    legend: options.legend ?? "Montant",
    ...(options.unit === undefined ? {} : { unit: options.unit }),
  });
  const wholes = new Map(
    table.values.map((row) => [
      row,
      parts.reduce((sum, { column }) => sum + (numberAt(row, column) ?? 0), 0),
    ]),
  );
  const drawn = (rows: readonly VegaRow[]) =>
    rows.flatMap((row) =>
      parts.flatMap(({ column, name }, rang) => {
        const amount = numberAt(row, column);
        const whole = wholes.get(row) ?? 0;
        if (amount === null) return [];
        const part = whole === 0 ? null : (100 * amount) / whole;
        return [
          {
            ...keysOf(row, columns),
            nom: category.labelOf(row[label]),
            ordre: category.ordered ? row[label] : -whole,
            part: name,
            rang,
            valeur: share ? part : amount,
            texte: quantity.full(amount),
            pourcentage: part === null ? "" : `${formatNumber(part, { decimals: 1, grouping: true })}\u00a0%`,
          },
        ];
      }),
    );
  const values = drawn(table.values);
  const shown = drawn(table.first);
  const title = share ? "Part du total" : quantity.title;
  const bars = new Set(values.map(({ nom }) => nom)).size;
  const names = parts.map(({ name }) => name);
  return drawForm("Composition", options, table, {
    view: {
      width: defaultWidth - 160,
      height: { step: bars > 14 ? 22 : 30 },
      data: { values },
      name: clickable,
      mark: { type: "bar", height: { band: 0.8 }, stroke: "white", strokeWidth: 0.8 },
      encoding: {
        y: {
          field: "nom",
          type: "nominal",
          title: null,
          sort: { field: "ordre", op: "min" },
          axis: { ticks: false, domain: false, labelLimit: 240, labelPadding: 6 },
        },
        x: {
          field: "valeur",
          type: "quantitative",
          title,
          axis: {
            labelExpr: share ? "format(datum.value, ',d') + '\u00a0%'" : quantity.axisLabel,
            grid: true,
          },
          ...(share ? { scale: { domain: [0, 100] } } : {}),
        },
        order: { field: "rang" },
        color: {
          field: "part",
          type: "nominal",
          title: null,
          sort: names,
          scale: { domain: names },
          legend: { orient: "bottom", direction: "horizontal", columns: 3, symbolType: "square" },
        },
        tooltip: tooltip(
          ["nom", category.title],
          ["part", "Part"],
          ["texte", quantity.legend],
          ["pourcentage", "Du total"],
        ),
      },
    },
    sentences: parts.map(({ name }) =>
      extremes(
        share ? `${name}, en part du total` : name,
        shown.flatMap(({ nom, part, valeur }) =>
          part === name && valeur !== null ? [{ label: nom, value: valeur }] : [],
        ),
        (number) =>
          share ? `${formatNumber(number, { decimals: 1, grouping: true })}\u00a0%` : quantity.short(number),
      ),
    ),
  });
}
