import { extremes } from "../alternative.js";
import { firstIncomplete, type CareLagOptions } from "../care-lag.js";
import { keysOf } from "../choices.js";
import { numberAt, refuseRepeated, valueColumn } from "../columns-drawn.js";
import type { Drawing } from "../drawing.js";
import { vegaTimeLocale } from "../../french-format.js";
import { quantityOf } from "../quantity.js";
import type { Drawable, VegaRow } from "../rows.js";
import { categoryColors, defaultHeight, defaultWidth } from "../theme.js";
import { fromMonth, isCareMonth, timeColumn, timelineOf } from "../time-points.js";
import { UserError } from "../../user-error.js";
import { clickable, drawForm, formRows, tooltip, type FormOptions } from "./form.js";

/** How a seasonality is drawn. */
export interface SeasonalityOptions extends FormOptions, CareLagOptions {
  /** Column of months. Default: `mois_soins`, `mois_traitement`, `mois`… */
  month?: string;
  /** Whether each year is drawn in base 100, the mean of its twelve months: years without twelve complete months are left out. */
  index?: boolean;
}

/** A month of a year, as it is drawn. */
interface SeasonPoint {
  annee: number;
  rang: number;
  valeur: number | null;
  incomplet: boolean;
}

/**
 * Draws a line a year over the twelve months: what comes back each winter shows. The last year stands out. The last months of
 * care, not yet all reimbursed, are left out.
 *
 * @example
 * chart.seasonality(
 *   await damir.sql`
 *     SELECT mois_soins, sum(flt_act_qte) AS actes FROM damir
 *     WHERE prs_nat = 1110 AND mois_soins >= '2024-01-01' GROUP BY mois_soins`.silence("mois-de-soins"),
 *   { title: "Consultations de généralistes par mois de soins", legend: "Actes" },
 * );
 * @throws UserError when the months or the value aren't found, when a month has several rows, or when `index` has no whole year
 */
export function seasonality(drawable: Drawable, options: SeasonalityOptions): Drawing {
  const table = formRows(drawable, options.choices);
  const { choices } = table;
  const month = timeColumn(table.values, options.month);
  const columns = [month, ...choices.columns];
  const value = valueColumn(table.values, options.value, columns);
  const rows = table.values.filter((row) => row[month] !== null);
  refuseRepeated(rows, columns);
  const timeline = timelineOf(
    rows.map((row) => row[month]),
    month,
  );
  if (timeline.step !== "month") {
    throw new UserError(
      `La colonne « ${month} » contient des jours : la saisonnalité se lit par mois. Agrégez : date_trunc('month', ${month}).`,
    );
  }
  const points = rows.map((row) => timeline.pointOf(row[month]));
  const last = points.reduce((most, point) => Math.max(most, point), -Infinity);
  const incomplete = firstIncomplete(options, isCareMonth(month), table.sources, last);
  const pointsOf = (group: readonly VegaRow[]) =>
    group.map((row): SeasonPoint & { keys: VegaRow } => {
      const point = timeline.pointOf(row[month]);
      return {
        keys: keysOf(row, columns),
        annee: Math.floor(point / 12),
        rang: point % 12,
        valeur: numberAt(row, value),
        incomplet: point >= incomplete,
      };
    });
  const computed = (group: readonly VegaRow[]) => {
    const all = pointsOf(group).filter(({ incomplet }) => !incomplet);
    return options.index === true ? indexed(all) : all;
  };
  const grouped = choices.groups(rows).map(computed);
  const raw = grouped.flat().flatMap(({ valeur }) => valeur ?? []);
  if (raw.length === 0) {
    throw new UserError(
      options.index === true
        ? "La base 100 demande au moins une année de douze mois complets : il n'y en a pas dans ces lignes."
        : "Aucun mois complet à dessiner : les seuls présents sont encore en cours de remboursement (option lag).",
    );
  }
  const quantity = quantityOf(value, raw, {
    ...options,
    ...(options.index === true ? { unit: "", legend: `${options.legend ?? value}, base 100` } : {}),
  });
  const draw = (some: ReturnType<typeof computed>) =>
    some.map(({ keys, annee, rang, valeur }) => ({
      ...keys,
      annee: String(annee),
      rang,
      mois: vegaTimeLocale.shortMonths[rang] ?? "",
      nom: `${vegaTimeLocale.months[rang] ?? ""} ${annee}`,
      valeur,
      texte: valeur === null ? "" : quantity.full(valeur),
    }));
  const values = grouped.flatMap(draw);
  const years = [...new Set(values.map(({ annee }) => annee))].sort();
  const shown = draw(computed(table.first.filter((row) => row[month] !== null)));
  const left = rows.filter((_, index) => (points[index] ?? 0) >= incomplete).length > 0;
  const encoding = {
    x: {
      field: "mois",
      type: "ordinal",
      title: null,
      sort: vegaTimeLocale.shortMonths,
      scale: { domain: vegaTimeLocale.shortMonths },
      axis: { labelAngle: 0, labelOverlap: false },
    },
    y: {
      field: "valeur",
      type: "quantitative",
      title: quantity.title,
      scale: { zero: options.index !== true },
      axis: { labelExpr: quantity.axisLabel, grid: true },
    },
    color: {
      field: "annee",
      type: "nominal",
      title: "Année",
      sort: years,
      scale: { domain: years, range: yearColors(years.length) },
    },
  };
  return drawForm("Saisonnalité", options, table, {
    view: {
      width: defaultWidth,
      height: defaultHeight,
      data: { values },
      layer: [
        ...(options.index === true
          ? [
              {
                data: { values: [{ base: 100 }] },
                mark: { type: "rule", strokeDash: [3, 3] },
                encoding: { y: { field: "base", type: "quantitative" } },
              },
            ]
          : []),
        {
          mark: "line",
          encoding: {
            ...encoding,
            order: { field: "rang" },
            strokeWidth: {
              condition: { test: `datum.annee === '${years.at(-1) ?? ""}'`, value: 3.2 },
              value: 1.8,
            },
          },
        },
        {
          name: clickable,
          transform: [{ filter: "isValid(datum.valeur)" }],
          mark: { type: "point", filled: true, size: 40, opacity: 1 },
          encoding: { ...encoding, tooltip: tooltip(["nom", "Mois"], ["texte", quantity.legend]) },
        },
      ],
    },
    sentences: [
      `${years.length} année${years.length > 1 ? "s" : ""} : ${years.join(", ")}.`,
      extremes(
        quantity.legend,
        shown.flatMap(({ nom, valeur }) => (valeur === null ? [] : [{ label: nom, value: valeur }])),
        (number) => quantity.short(number),
      ),
    ],
    notes: left ? [`hors graphique : mois de soins incomplets, ${fromMonth(timeline.name(incomplete))}`] : [],
  });
}

/** Each year in base 100 of the mean of its twelve months; others are left out: part of a year has the mean of its season. */
function indexed<P extends SeasonPoint>(points: readonly P[]): P[] {
  const years = [...new Set(points.map(({ annee }) => annee))];
  return years.flatMap((year) => {
    const own = points.filter(({ annee, valeur }) => annee === year && valeur !== null);
    if (own.length < 12) return [];
    const mean = own.reduce((sum, { valeur }) => sum + (valeur ?? 0), 0) / 12;
    return own.map((point) => ({ ...point, valeur: (100 * (point.valeur ?? 0)) / mean }));
  });
}

/** The last year in the main colour; the others in the next ones, then in greys for those that are long past. */
function yearColors(count: number): string[] {
  const [main = "", ...others] = categoryColors;
  const recent = Array.from({ length: count - 1 }, (_, age) => others[age] ?? "#9aa5b1");
  return [...recent.reverse(), main];
}
