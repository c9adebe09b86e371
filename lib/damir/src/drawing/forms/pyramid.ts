import { extremes } from "../alternative.js";
import { keysOf } from "../choices.js";
import { numberAt, refuseRepeated, valueColumn } from "../columns-drawn.js";
import type { Drawing } from "../drawing.js";
import { formatNumber } from "../../french-format.js";
import { quantityOf } from "../quantity.js";
import type { Drawable, VegaRow } from "../rows.js";
import { defaultWidth, sexColors, sexTextColors } from "../theme.js";
import { ageColumn, ageLabel, sexColumn, sexOf } from "./ages.js";
import { clickable, drawForm, formRows, tooltip, type FormOptions } from "./form.js";

/** How a pyramid is drawn. */
export interface PyramidOptions extends FormOptions {
  /** Column of ages. Default: `age_ben_snds` (classes of Open DAMIR), `age_min` (five-year bands of `population`). */
  age?: string;
  /** Column of sexes: 1 men, 2 women. Default: `ben_sex_cod`, `sexe`. */
  sex?: string;
}

const names = { 1: "Hommes", 2: "Femmes" } as const;

/**
 * Draws a quantity by age and sex: men at the left, women at the right, the oldest on top. Unknown ages and sexes can't be
 * placed: a note says how much they are.
 *
 * @example
 * chart.pyramid(
 *   await damir.sql`SELECT age_ben_snds, ben_sex_cod, sum(flt_rem_mnt) AS rembourse FROM damir GROUP BY age_ben_snds, ben_sex_cod`,
 *   { title: "Remboursements par âge et par sexe", legend: "Remboursé", unit: "€" },
 * );
 * @throws UserError when ages, sexes or the value aren't found, or when an age and sex have several rows
 */
export function pyramid(drawable: Drawable, options: PyramidOptions): Drawing {
  const table = formRows(drawable, options.choices);
  const { choices } = table;
  const age = ageColumn(table.values, options.age);
  const sex = sexColumn(table.values, options.sex);
  const columns = [age, sex, ...choices.columns];
  const value = valueColumn(table.values, options.value, columns);
  refuseRepeated(table.values, columns);
  const quantity = quantityOf(
    value,
    table.values.flatMap((row) => numberAt(row, value) ?? []),
    options,
  );
  const drawn = (rows: readonly VegaRow[]) =>
    rows.flatMap((row) => {
      const [classe, sexe, valeur] = [ageLabel(age, row[age]), sexOf(row[sex]), numberAt(row, value)];
      return classe === undefined || sexe === undefined || valeur === null
        ? []
        : [
            {
              ...keysOf(row, columns),
              classe,
              rang: Number(row[age]),
              sexe: names[sexe],
              valeur,
              cote: sexe === 1 ? -valeur : valeur,
              texte: quantity.full(valeur),
            },
          ];
    });
  const values = drawn(table.values);
  const shown = drawn(table.first);
  const reach = Math.max(0, ...values.map(({ valeur }) => valeur));
  return drawForm("Pyramide", options, table, {
    view: {
      width: defaultWidth - 90,
      height: { step: new Set(values.map(({ classe }) => classe)).size > 12 ? 18 : 30 },
      data: { values },
      layer: [
        {
          name: clickable,
          mark: { type: "bar", height: { band: 0.86 } },
          encoding: {
            y: {
              field: "classe",
              type: "nominal",
              title: null,
              sort: { field: "rang", op: "min", order: "descending" },
              axis: { ticks: false, domain: false, labelPadding: 6 },
            },
            x: {
              field: "cote",
              type: "quantitative",
              title: quantity.title,
              scale: { domain: [-reach, reach] },
              stack: null,
              axis: {
                labelExpr: quantity.axisLabel.replaceAll("datum.value", "abs(datum.value)"),
                grid: true,
              },
            },
            color: {
              field: "sexe",
              type: "nominal",
              title: null,
              scale: { domain: [names[1], names[2]], range: sexColors },
              legend: null,
            },
            tooltip: tooltip(["classe", "Âge"], ["sexe", "Sexe"], ["texte", quantity.legend]),
          },
        },
        { mark: { type: "rule", color: "white", strokeWidth: 2 }, encoding: { x: { datum: 0 } } },
        ...([1, 2] as const).map((code) => ({
          data: { values: [{ texte: names[code], cote: 0 }] },
          mark: {
            type: "text",
            align: code === 1 ? "right" : "left",
            baseline: "bottom",
            dx: code === 1 ? -10 : 10,
            y: -3,
            fontSize: 13,
            fontWeight: 600,
            color: sexTextColors[code - 1],
          },
          encoding: { x: { field: "cote", type: "quantitative" }, text: { field: "texte" } },
        })),
      ],
    },
    sentences: [
      ...([1, 2] as const).map((code) =>
        extremes(
          `${quantity.legend}, ${names[code].toLowerCase()}`,
          shown
            .filter(({ sexe }) => sexe === names[code])
            .map(({ classe, valeur }) => ({ label: classe, value: valeur })),
          (number) => quantity.short(number),
        ),
      ),
    ],
    notes: unknownNote(table.first, { age, sex, value }, (number) => quantity.short(number)),
  });
}

/** How much stands at ages or sexes that are unknown. */
function unknownNote(
  rows: readonly VegaRow[],
  { age, sex, value }: { age: string; sex: string; value: string },
  written: (value: number) => string,
): string[] {
  const sum = (some: readonly VegaRow[]) =>
    some.reduce((total, row) => total + (numberAt(row, value) ?? 0), 0);
  const unknown = rows.filter(
    (row) => ageLabel(age, row[age]) === undefined || sexOf(row[sex]) === undefined,
  );
  if (unknown.length === 0) return [];
  const share = (100 * sum(unknown)) / sum(rows);
  const percent = formatNumber(share, { decimals: share < 10 ? 1 : 0, grouping: true });
  return [`hors pyramide : âge ou sexe inconnu, ${written(sum(unknown))} (${percent}\u00a0%)`];
}
