import { counted, extremes, listed } from "../alternative.js";
import { categoryOf } from "../category.js";
import { keysOf } from "../choices.js";
import { columnNames, namedColumn, numberAt, refuseRepeated, valueColumn } from "../columns-drawn.js";
import type { Drawing } from "../drawing.js";
import { geographicOrder, levelColumns } from "../geographic-order.js";
import { quantityOf } from "../quantity.js";
import type { Drawable, VegaRow } from "../rows.js";
import { mainColor } from "../theme.js";
import { timeColumn, timelineOf } from "../time-points.js";
import { wrapped } from "../wrapped-text.js";
import { drawForm, formRows, tooltip, type FormOptions } from "./form.js";

/** How small multiples are drawn. */
export interface SmallMultiplesOptions extends FormOptions {
  /** Column whose values make one panel each. Default: `ben_res_reg`, `region`, `departement`. */
  panel?: string;
  /** Column along x: time, or classes that have an order such as ages. Default: the column of months. */
  x?: string;
  /**
   * Order of the panels: `geographic` (as a map is read, from the north to the south, the outre-mer last; the default for
   * territories), `value` (the greatest sum first) or `name`.
   */
  order?: "geographic" | "value" | "name";
  /** Panels on a row. Default: 5. */
  perRow?: number;
}

/** Room for a row of panels, in pixels, and the height of one. */
const rowWidth = 690;
const panelHeight = 84;

/**
 * Draws one small chart a region, all on the same scale, so that levels compare as well as shapes.
 *
 * @example
 * chart.smallMultiples(
 *   await damir.sql`
 *     SELECT ben_res_reg, mois_traitement, sum(flt_rem_mnt) AS rembourse FROM damir WHERE ben_res_reg <> 99 GROUP BY ben_res_reg, mois_traitement`,
 *   { title: "Remboursements par région", legend: "Remboursé", unit: "€" },
 * );
 * @throws UserError when the panels, x or the value aren't found, or when an x of a panel has several rows
 */
export function smallMultiples(drawable: Drawable, options: SmallMultiplesOptions): Drawing {
  const table = formRows(drawable, options.choices);
  const { choices } = table;
  const names = columnNames(table.values);
  const panel = namedColumn(
    table.values,
    "panel",
    options.panel ?? Object.keys(levelColumns).find((name) => names.includes(name)) ?? "ben_res_reg",
  );
  const ordered = names.find((name) => name !== panel && categoryOf(name).ordered);
  const x = options.x ?? ordered ?? timeColumn(table.values, undefined);
  const columns = [panel, namedColumn(table.values, "x", x), ...choices.columns];
  const value = valueColumn(table.values, options.value, columns);
  refuseRepeated(table.values, columns);
  const quantity = quantityOf(
    value,
    table.values.flatMap((row) => numberAt(row, value) ?? []),
    options,
  );
  const category = categoryOf(panel);
  const across = categoryOf(x);
  const timeline = isTime(table.values, x)
    ? timelineOf(
        table.values.flatMap((row) => (row[x] === null ? [] : [row[x]])),
        x,
      )
    : undefined;
  const drawn = (rows: readonly VegaRow[]) =>
    rows
      .filter((row) => row[x] !== null)
      .map((row) => {
        const valeur = numberAt(row, value);
        const point = timeline?.pointOf(row[x]);
        return {
          ...keysOf(row, columns),
          panneau: wrapped(category.labelOf(row[panel]), 22).join("\n"),
          x: timeline && point !== undefined ? timeline.iso(point) : across.labelOf(row[x]),
          rang: point ?? row[x],
          nom: timeline && point !== undefined ? timeline.name(point) : across.labelOf(row[x]),
          valeur,
          texte: valeur === null ? "" : quantity.full(valeur),
        };
      });
  const values = drawn(table.values);
  const { perRow = 5 } = options;
  const codes = [...new Set(table.values.map((row) => row[panel]))];
  const order = panelOrder(codes, table.first, { panel, value, perRow, order: options.order });
  const panels = order.map((code) => wrapped(category.labelOf(code), 22).join("\n"));
  const width = Math.floor((rowWidth - (perRow - 1) * 16) / perRow);
  const sums = panels.map((label) => ({
    label: label.replace("\n", " "),
    rows: drawn(table.first).filter(({ panneau }) => panneau === label),
  }));
  return drawForm("Petits graphiques", options, table, {
    view: {
      data: { values },
      facet: {
        field: "panneau",
        type: "nominal",
        title: null,
        sort: panels,
        header: {
          labelExpr: "split(datum.label, '\\n')",
          labelFontWeight: 600,
          labelAnchor: "start",
          labelLimit: 0,
        },
      },
      columns: perRow,
      spacing: { row: 14, column: 16 },
      // An axis under each panel: shared, it would be drawn under the empty places of the last row.
      resolve: { axis: { x: "independent" } },
      spec: {
        width,
        height: panelHeight,
        mark: timeline
          ? { type: "area", line: { color: mainColor, strokeWidth: 1.6 }, color: mainColor, opacity: 0.25 }
          : { type: "bar", color: mainColor },
        encoding: {
          x: timeline
            ? {
                field: "x",
                type: "temporal",
                title: null,
                axis: { format: "%Y", tickCount: { interval: "year", step: 1 }, labelFontSize: 10 },
              }
            : {
                field: "x",
                type: "ordinal",
                title: null,
                sort: { field: "rang", op: "min" },
                axis: { labelAngle: -90, labelFontSize: 10, labelOverlap: true },
              },
          y: {
            field: "valeur",
            type: "quantitative",
            title: null,
            axis: { labelExpr: quantity.axisLabel, tickCount: 3, labelFontSize: 10 },
          },
          tooltip: tooltip(
            ["panneau", category.title],
            ["nom", timeline ? "Mois" : across.title],
            ["texte", quantity.legend],
          ),
        },
      },
    },
    sentences: [
      `${counted(panels.length, "panneau", "panneaux")} de même échelle : ${listed(panels.map((label) => label.replace("\n", " ")))}.`,
      extremes(
        quantity.legend,
        sums.flatMap(({ label, rows }) =>
          rows.flatMap(({ nom, valeur }) =>
            valeur === null ? [] : [{ label: `${label}, ${nom}`, value: valeur }],
          ),
        ),
        (number) => quantity.short(number),
      ),
    ],
    notes: [`${quantity.title}, même échelle partout`],
  });
}

function isTime(rows: readonly VegaRow[], column: string): boolean {
  return (
    /^(flx_ann_moi|sns_date)$|mois/.test(column) ||
    rows.some((row) => typeof row[column] === "string" && /^\d{4}-\d\d/.test(row[column]))
  );
}

function panelOrder(
  codes: readonly unknown[],
  rows: readonly VegaRow[],
  {
    panel,
    value,
    perRow,
    order,
  }: { panel: string; value: string; perRow: number; order: SmallMultiplesOptions["order"] },
): unknown[] {
  const level = levelColumns[panel];
  if (order !== "value" && order !== "name" && level !== undefined) {
    const places = geographicOrder(level, perRow);
    const place = (code: unknown) => places.indexOf(String(code)) + 1 || Infinity;
    return [...codes].sort((a, b) => place(a) - place(b));
  }
  if (order === "name") {
    const category = categoryOf(panel);
    return [...codes].sort((a, b) => category.labelOf(a).localeCompare(category.labelOf(b), "fr"));
  }
  const sums = new Map<unknown, number>();
  for (const row of rows) sums.set(row[panel], (sums.get(row[panel]) ?? 0) + (numberAt(row, value) ?? 0));
  return [...codes].sort((a, b) => (sums.get(b) ?? 0) - (sums.get(a) ?? 0));
}
