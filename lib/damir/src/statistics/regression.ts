import jstat from "jstat";
import { weightedMean } from "./weighted-mean.js";
import { type Displayable, type DisplayData, jupyterDisplay } from "../display.js";
import type { Row } from "../query/columns.js";
import { Result, resultOf } from "../query/result.js";
import { UserError } from "../user-error.js";

/** Columns of a regression. */
export interface RegressionOptions {
  /** Column that explains. */
  x: string;
  /** Column that is explained. */
  y: string;
  /** Column of the weights, such as inhabitants; every row weighs the same by default. */
  weight?: string;
}

/** What a regression shows, one row. */
interface RegressionRow {
  points: number;
  pente: number;
  pente_basse: number;
  pente_haute: number;
  origine: number;
  r2: number;
}

/** A straight line through points, with what can be said of its slope. A notebook shows it as a table of one row. */
export class Regression implements Displayable {
  #table: Result<RegressionRow>;

  /** Use {@link regression}. */
  constructor(
    /** Points it goes through: rows with both values, and a weight above zero. */
    readonly points: number,
    /** Change of y for one more x. */
    readonly slope: number,
    /** 95 % interval of the slope, by Student's law with points − 2 degrees of freedom. */
    readonly interval: readonly [low: number, high: number],
    /** y where x is 0. */
    readonly intercept: number,
    /** Share of the (weighted) variance of y that the line explains, 0 to 1. */
    readonly r2: number,
    from: Result<object> | undefined,
  ) {
    const [low, high] = interval;
    const row = { points, pente: slope, pente_basse: low, pente_haute: high, origine: intercept, r2 };
    this.#table = resultOf([row], from?.sources ?? []);
  }

  /**
   * What the line says of y for an x.
   *
   * @example
   * const points = [1, 2, 3, 4].map((x) => ({ x, y: 2 * x + (x % 2) }));
   * regression(points, { x: "x", y: "y" }).predict(10);
   */
  predict(x: number): number {
    return this.intercept + this.slope * x;
  }

  [jupyterDisplay](): DisplayData {
    return this.#table[jupyterDisplay]();
  }
}

/**
 * Fits a line by weighted least squares. Rows that lack a value are left out.
 * A slope between territories says nothing of what people do: that would be the ecological fallacy.
 *
 * @example
 * const departements = await damir.sql`
 *   SELECT departement, sum(population) AS habitants, sum(age_min * population) / sum(population) AS age
 *   FROM population WHERE annee = 2024 GROUP BY departement`;
 * regression(departements, { x: "age", y: "habitants", weight: "habitants" }).slope;
 * @throws UserError when a column is missing or isn't a number, or when fewer than three points or a single x are left
 */
export function regression(
  rows: Result<object> | readonly object[],
  { x, y, weight }: RegressionOptions,
): Regression {
  const points = (rows instanceof Result ? rows.rows : rows).flatMap((row) => {
    const values = [x, y, ...(weight === undefined ? [] : [weight])].map((name) =>
      numberOf(row as Row, name),
    );
    const [at, found, weighs = 1] = values;
    return at == null || found == null || weighs === null || !(weighs > 0)
      ? []
      : [{ x: at, y: found, weighs }];
  });
  if (points.length < 3 || points.every((point) => point.x === points[0]?.x)) {
    throw new UserError(
      `Une droite demande au moins trois points dont « ${x} » diffère ; il en reste ${points.length} qui ont « ${x} », « ${y} »${weight === undefined ? "" : ` et un poids « ${weight} » positif`}.`,
    );
  }
  // Least squares of what is multiplied by the root of the weight are weighted least squares.
  const roots = points.map(({ weighs }) => Math.sqrt(weighs));
  const scaled = (value: number, index: number): number => value * (roots[index] ?? 0);
  // Far from zero, x and its constant are nearly the same column.
  const middle = weightedMean(points, (point) => point.x);
  const { coef, t } = jstat.jStat.models.ols(
    points.map((point, index) => scaled(point.y, index)),
    points.map((point, index) => [scaled(1, index), scaled(point.x - middle, index)]),
  );
  const [level = Number.NaN, slope = Number.NaN] = coef;
  const [low, high] = t.interval95[1] ?? [Number.NaN, Number.NaN];
  const mean = weightedMean(points, (point) => point.y);
  const left = weightedMean(points, (point) => (point.y - level - slope * (point.x - middle)) ** 2);
  const all = weightedMean(points, (point) => (point.y - mean) ** 2);
  const r2 = all === 0 ? Number.NaN : 1 - left / all;
  return new Regression(
    points.length,
    slope,
    [low, high],
    level - slope * middle,
    r2,
    rows instanceof Result ? rows : undefined,
  );
}

function numberOf(row: Row, name: string): number | null {
  if (!(name in row)) {
    throw new UserError(
      `La régression demande la colonne « ${name} », que les lignes n'ont pas. Colonnes présentes : ${Object.keys(row).join(", ")}.`,
    );
  }
  const value = row[name];
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "number") {
    throw new UserError(`La colonne « ${name} » n'est pas numérique : une régression ne peut rien en faire.`);
  }
  return Number.isFinite(value) ? value : null;
}
