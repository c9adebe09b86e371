import { counted, extremes } from "../alternative.js";
import { categoryOf, type Category } from "../category.js";
import { keysOf } from "../choices.js";
import { classesOf } from "../classes.js";
import { columnNames, namedColumn, numberAt, refuseRepeated, valueColumn } from "../columns-drawn.js";
import type { Drawing } from "../drawing.js";
import { formatNumber } from "../../french-format.js";
import { quantityOf } from "../quantity.js";
import type { Drawable, VegaRow } from "../rows.js";
import { schemes } from "../theme.js";
import { UserError } from "../../user-error.js";
import { wrapped } from "../wrapped-text.js";
import { clickable, drawForm, formRows, tooltip, type FormOptions } from "./form.js";

/** How a heat map is drawn. */
export interface HeatmapOptions extends FormOptions {
  /** Column of the rows, such as the speciality that prescribes. Default: the first one that isn't the value. */
  y?: string;
  /** Column of the columns, such as the speciality that executes. Default: the second one. */
  x?: string;
  /** Colours: `quantile` (as many cells in each, the default), `log` (a colour each power of ten), `linear`. */
  scale?: "quantile" | "log" | "linear";
  /** How many rows and columns at most, the greatest sums first; those that have an order (ages, hours) are all drawn. Default: 15. */
  top?: number;
}

const cell = 34;
const classCount = 6;

/**
 * Draws a quantity by two categories as coloured cells: which speciality prescribes to which, which age at which hour.
 * Codes of DAMIR are written as labels; a cell without a row stays empty.
 *
 * @example
 * chart.heatmap(
 *   await damir.sql`
 *     SELECT psp_spe_snds, pse_spe_snds, sum(flt_rem_mnt) AS rembourse FROM damir
 *     WHERE psp_spe_snds NOT IN (0, 99) AND pse_spe_snds NOT IN (0, 99) GROUP BY psp_spe_snds, pse_spe_snds`,
 *   { title: "Qui prescrit vers qui ?", y: "psp_spe_snds", x: "pse_spe_snds", legend: "Remboursé", unit: "€" },
 * );
 * @throws UserError when the columns aren't found, when a cell has several rows, or when a log scale meets a value that isn't positive
 */
export function heatmap(drawable: Drawable, options: HeatmapOptions): Drawing {
  const table = formRows(drawable, options.choices);
  const { choices } = table;
  const free = columnNames(table.values).filter(
    (name) => name !== options.value && !choices.columns.includes(name),
  );
  const y = namedColumn(table.values, "y", options.y ?? free.find((name) => name !== options.x) ?? "y");
  const x = namedColumn(table.values, "x", options.x ?? free.find((name) => name !== y) ?? "x");
  const columns = [y, x, ...choices.columns];
  const value = valueColumn(table.values, options.value, columns);
  refuseRepeated(table.values, columns);
  const all = table.values.flatMap((row) => numberAt(row, value) ?? []);
  const quantity = quantityOf(value, all, options);
  const { scale = "quantile", top = 15 } = options;
  if (scale === "log" && all.some((number) => number <= 0)) {
    throw new UserError(
      `Une échelle logarithmique veut des valeurs positives ; « ${value} » en a de nulles ou de négatives. Filtrez-les (HAVING), ou prenez quantile.`,
    );
  }
  const [rows, across] = [side(table.values, y, value, top), side(table.values, x, value, top)];
  const kept = table.values.filter((row) => rows.kept.has(row[y]) && across.kept.has(row[x]));
  const classes = classesOf(
    kept.flatMap((row) => numberAt(row, value) ?? []),
    classCount,
    { scale: "quantile" },
    (number) => quantity.label(number),
  );
  const sums = new Map<string, number>();
  const group = (row: VegaRow) => JSON.stringify([row[y], ...choices.columns.map((column) => row[column])]);
  for (const row of table.values)
    sums.set(group(row), (sums.get(group(row)) ?? 0) + (numberAt(row, value) ?? 0));
  const drawn = (from: readonly VegaRow[]) =>
    from.flatMap((row) => {
      const valeur = numberAt(row, value);
      if (valeur === null) return [];
      const part = (100 * valeur) / (sums.get(group(row)) ?? 0);
      return [
        {
          ...keysOf(row, columns),
          ligne: rows.category.labelOf(row[y]),
          colonne: across.category.labelOf(row[x]),
          valeur,
          classe: classes.labelOf(valeur),
          texte: quantity.full(valeur),
          part: Number.isFinite(part) ? `${formatNumber(part, { decimals: 1, grouping: true })}\u00a0%` : "",
        },
      ];
    });
  const values = drawn(kept);
  const shown = drawn(choices.first(kept));
  const empty =
    rows.labels.length * across.labels.length -
    new Set(shown.map(({ ligne, colonne }) => JSON.stringify([ligne, colonne]))).size;
  const left = [rows, across].flatMap(({ category, total, kept: some }) =>
    total > some.size ? [`${category.title} : ${some.size} premiers sur ${total}`] : [],
  );
  return drawForm("Carte de chaleur", options, table, {
    view: {
      width: { step: across.labels.length > 16 ? 24 : cell },
      height: { step: rows.labels.length > 16 ? 22 : 28 },
      data: { values },
      name: clickable,
      mark: { type: "rect", stroke: "white", strokeWidth: 1 },
      encoding: {
        y: {
          field: "ligne",
          type: "nominal",
          title: rows.category.title,
          sort: rows.labels,
          scale: { domain: rows.labels },
          axis: {
            labelLimit: 250,
            ticks: false,
            domain: false,
            titleAnchor: "end",
            titleAngle: 0,
            titleAlign: "left",
            titleX: -Math.min(250, longest(rows.labels) * 6 + 12),
            titleY: -10,
          },
        },
        x: {
          field: "colonne",
          type: "nominal",
          title: across.category.title,
          sort: across.labels,
          scale: { domain: across.labels },
          axis: {
            labelAngle: longest(across.labels) > 5 ? -45 : 0,
            labelLimit: 210,
            ticks: false,
            domain: false,
          },
        },
        color:
          scale === "quantile"
            ? {
                field: "classe",
                type: "ordinal",
                sort: null,
                scale: {
                  domain: classes.labels,
                  scheme: { ...schemes.sequential, count: classes.labels.length },
                },
                legend: {
                  title: wrapped(quantity.title, 24),
                  values: [...classes.labels].reverse(),
                  symbolType: "square",
                  symbolSize: 200,
                  symbolStrokeWidth: 0,
                },
              }
            : {
                field: "valeur",
                type: "quantitative",
                scale: {
                  type: scale,
                  scheme: schemes.sequential,
                  ...(scale === "linear" ? { zero: true } : {}),
                },
                legend: { title: wrapped(quantity.title, 24), labelExpr: quantity.axisLabel },
              },
        tooltip: tooltip(
          ["ligne", rows.category.title],
          ["colonne", across.category.title],
          ["texte", quantity.legend],
          ...(rows.category.ordered ? [] : [["part", "Part de la ligne"] as const]),
        ),
      },
    },
    sentences: [
      `${counted(rows.labels.length, "ligne")} (${rows.category.title}), ${counted(across.labels.length, "colonne")} (${across.category.title}).`,
      extremes(
        quantity.legend,
        shown.map(({ ligne, colonne, valeur }) => ({ label: `${ligne} → ${colonne}`, value: valeur })),
        (number) => quantity.short(number),
      ),
    ],
    notes: [...left, ...(empty > 0 ? ["Case blanche : aucune ligne dans le résultat"] : [])],
  });
}

interface Side {
  category: Category;
  labels: string[];
  kept: Set<unknown>;
  total: number;
}

/** The values of a side in their order: their own where they have one, else the greatest sum first. */
function side(rows: readonly VegaRow[], column: string, value: string, top: number): Side {
  const category = categoryOf(column);
  const sums = new Map<unknown, number>();
  for (const row of rows) sums.set(row[column], (sums.get(row[column]) ?? 0) + (numberAt(row, value) ?? 0));
  const sorted = category.ordered
    ? [...sums.keys()].sort((a, b) =>
        typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b)),
      )
    : [...sums.keys()].sort((a, b) => (sums.get(b) ?? 0) - (sums.get(a) ?? 0)).slice(0, top);
  return {
    category,
    labels: sorted.map((one) => category.labelOf(one)),
    kept: new Set(sorted),
    total: sums.size,
  };
}

function longest(labels: readonly string[]): number {
  return Math.max(0, ...labels.map(({ length }) => length));
}
