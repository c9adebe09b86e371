import { extremes, missingSentence } from "../alternative.js";
import { categoryOf } from "../category.js";
import { keysOf } from "../choices.js";
import { columnNames, namedColumn, numberAt, refuseRepeated, valueColumn } from "../columns-drawn.js";
import type { Drawing } from "../drawing.js";
import { quantityOf } from "../quantity.js";
import type { Drawable, VegaRow } from "../rows.js";
import { categoryColors, defaultHeight, defaultWidth, mainColor } from "../theme.js";
import { UserError } from "../../user-error.js";
import { clickable, drawForm, formRows, tooltip, type FormOptions } from "./form.js";

/** How a profile is drawn. */
export interface ProfileOptions extends FormOptions {
  /** Column of the classes, which have an order: ages, hours, days… Default: the first such column. */
  by?: string;
  /** Column whose values make one line each, such as the sex. */
  series?: string;
  /** Whether the axis starts at zero. Default: true. */
  zero?: boolean;
}

/**
 * Draws a quantity over classes that have an order (ages, hours, days of the week): bars, or one line a series.
 * Unknown classes are counted in a note.
 *
 * @example
 * chart.profile(
 *   await damir.sql`
 *     SELECT age_ben_snds, ben_sex_cod, 100.0 * sum(flt_dep_mnt) / sum(flt_pai_mnt) AS part
 *     FROM damir WHERE ben_sex_cod IN (1, 2) GROUP BY age_ben_snds, ben_sex_cod`,
 *   { title: "Part des dépassements dans la dépense", series: "ben_sex_cod", legend: "Part", unit: "%" },
 * );
 * @throws UserError when the classes or the value aren't found, or when a class has several rows
 */
export function profile(drawable: Drawable, options: ProfileOptions): Drawing {
  const table = formRows(drawable, options.choices);
  const { choices } = table;
  const by = classColumn(table.values, options);
  const series =
    options.series === undefined ? undefined : namedColumn(table.values, "series", options.series);
  const columns = [by, ...(series === undefined ? [] : [series]), ...choices.columns];
  const value = valueColumn(table.values, options.value, columns);
  refuseRepeated(table.values, columns);
  const quantity = quantityOf(
    value,
    table.values.flatMap((row) => numberAt(row, value) ?? []),
    options,
  );
  const classes = categoryOf(by);
  const lines = series === undefined ? undefined : categoryOf(series);
  const known = (row: VegaRow) => !classes.isUnknown(row[by]);
  const drawn = (rows: readonly VegaRow[]) =>
    rows.filter(known).flatMap((row) => {
      const valeur = numberAt(row, value);
      if (valeur === null) return [];
      return [
        {
          ...keysOf(row, columns),
          classe: classes.labelOf(row[by]),
          rang: row[by],
          ...(lines && series !== undefined ? { serie: lines.labelOf(row[series]) } : {}),
          valeur,
          texte: quantity.full(valeur),
          court: quantity.label(valeur),
        },
      ];
    });
  const values = drawn(table.values);
  const shown = drawn(table.first);
  const names = [...new Set(values.flatMap((row) => ("serie" in row ? [row.serie] : [])))].sort();
  if (names.length > categoryColors.length) {
    throw new UserError(
      `${names.length} courbes ne se distinguent pas : ${categoryColors.length} au plus. Filtrez, ou prenez chart.smallMultiples.`,
    );
  }
  const encoding = {
    x: {
      field: "classe",
      type: "ordinal",
      title: classes.title,
      sort: { field: "rang", op: "min" },
      axis: { labelAngle: 0, labelOverlap: true },
    },
    y: {
      field: "valeur",
      type: "quantitative",
      title: quantity.title,
      scale: { zero: options.zero ?? true },
      axis: { labelExpr: quantity.axisLabel, grid: true },
    },
    ...(lines ? { color: { field: "serie", type: "nominal", title: lines.title, sort: names } } : {}),
  };
  const hint = tooltip(["classe", classes.title], ...(lines ? [["serie", lines.title] as const] : []), [
    "texte",
    quantity.legend,
  ]);
  const few = new Set(values.map(({ classe }) => classe)).size <= 12;
  const unknown = table.first.filter((row) => !known(row)).length;
  return drawForm("Profil", options, table, {
    view: {
      width: defaultWidth,
      height: defaultHeight,
      data: { values },
      layer: lines
        ? [
            { mark: "line", encoding: { ...encoding, order: { field: "rang" } } },
            {
              name: clickable,
              mark: { type: "point", filled: true, size: 60, opacity: 1 },
              encoding: { ...encoding, tooltip: hint },
            },
          ]
        : [
            {
              name: clickable,
              mark: { type: "bar", color: mainColor, width: { band: 0.8 } },
              encoding: { ...encoding, tooltip: hint },
            },
            ...(few
              ? [
                  {
                    mark: { type: "text", dy: -8 },
                    encoding: { x: encoding.x, y: encoding.y, text: { field: "court" } },
                  },
                ]
              : []),
          ],
    },
    sentences: [
      extremes(
        quantity.legend,
        shown.map((row) => ({
          label: "serie" in row ? `${row.classe}, ${row.serie}` : row.classe,
          value: row.valeur,
        })),
        (number) => quantity.short(number),
      ),
      missingSentence(table.first.length - shown.length - unknown),
    ],
    notes:
      unknown > 0
        ? [
            `hors graphique : ${unknown} ligne${unknown > 1 ? "s" : ""} de code inconnu (${classes.title.toLowerCase()})`,
          ]
        : [],
  });
}

function classColumn(rows: readonly VegaRow[], { by, value, series, choices = [] }: ProfileOptions): string {
  if (by !== undefined) return namedColumn(rows, "by", by);
  const others = [value, series, ...choices.map(({ column }) => column)];
  const names = columnNames(rows).filter((name) => !others.includes(name));
  const found = names.find((name) => categoryOf(name).ordered);
  if (found !== undefined) return found;
  throw new UserError(
    `On ne sait pas quelle colonne porte les classes (âges, heures…). Colonnes présentes : ${columnNames(rows).join(", ")}. Indiquez-la par by.`,
  );
}
