import { formatDate } from "../french-format.js";
import { UserError } from "../user-error.js";

/** Points in time that follow each other by a step: months, weeks, days. */
export interface Timeline {
  /** `month` where every point is the first of a month; else the days from a point to the next. */
  step: "month" | number;
  /** The point of a value, as a number that grows by one a step. */
  pointOf(value: unknown): number;
  /** As Vega takes it: a date without a zone. */
  iso(point: number): string;
  /** As a reader reads it: « janvier 2024 », « 3 mars 2024 ». */
  name(point: number): string;
}

const day = 86_400_000;
const monthName = new Intl.DateTimeFormat("fr-FR", { month: "long", year: "numeric", timeZone: "UTC" });

/** Columns that hold months of care: their last ones are incomplete. */
export function isCareMonth(column: string): boolean {
  return column === "sns_date" || /soin/i.test(column);
}

/** Columns that hold months, the surest first. */
const monthColumns = [
  "mois_soins",
  "mois_traitement",
  "sns_date",
  "flx_ann_moi",
  "mois",
  "jour",
  "semaine",
  "date",
];

/**
 * The column of time: the one that is asked for, else one with a known name, else the first of dates.
 * @throws UserError when there is none
 */
export function timeColumn(rows: readonly Record<string, unknown>[], asked: string | undefined): string {
  const names = [...new Set(rows.flatMap(Object.keys))];
  const found =
    asked ??
    monthColumns.find((name) => names.includes(name)) ??
    names.find((name) => rows.some((row) => typeof row[name] === "string" && isDate(row[name])));
  if (found !== undefined && names.includes(found)) return found;
  throw new UserError(
    `Le graphique ne trouve pas la colonne des mois${asked === undefined ? "" : ` « ${asked} »`}. Colonnes présentes : ${names.join(", ")}. Indiquez-la par month.`,
  );
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d(-\d\d|$)/.test(text);
}

/**
 * The first instant of what a value names: a date, `AAAA-MM`, or `AAAAMM` as a number or a text.
 * @throws UserError when it names no date; months `00` stand for unknown and have none either
 */
function instantOf(value: unknown, column: string): number {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  const parts =
    /^(\d{4})(\d\d)$/.exec(text) ?? /^(\d{4})-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d):(\d\d))?)?/.exec(text);
  const [year, month, date = 1, hour = 0, minute = 0, second = 0] = (parts ?? []).slice(1).flatMap((part) =>
    // Groups that matched nothing are undefined, whatever the types say.
    (part as string | undefined) === undefined ? [] : [Number(part)],
  );
  if (year === undefined || month === undefined || month < 1 || month > 12) {
    throw new UserError(
      `La colonne « ${column} » contient « ${text} », qui n'est pas un mois (date, AAAAMM ou AAAA-MM). Les mois inconnus s'écartent en SQL : WHERE ${column} IS NOT NULL.`,
    );
  }
  return Date.UTC(year, month - 1, date, hour, minute, second);
}

/** The timeline of a column's values. */
export function timelineOf(values: readonly unknown[], column: string): Timeline {
  const instants = [...new Set(values.map((value) => instantOf(value, column)))].sort((a, b) => a - b);
  const monthly = instants.every((instant) => new Date(instant).getUTCDate() === 1 && instant % day === 0);
  if (monthly) {
    return {
      step: "month",
      pointOf: (value) => monthOf(instantOf(value, column)),
      iso: (point) => isoDate(Date.UTC(Math.floor(point / 12), point % 12)),
      name: (point) => monthName.format(Date.UTC(Math.floor(point / 12), point % 12)),
    };
  }
  const [first = 0] = instants;
  const gaps = instants.slice(1).map((instant, index) => (instant - (instants[index] ?? 0)) / day);
  const smallest = Math.min(...gaps);
  const step = gaps.every((gap) => gap % smallest === 0) ? smallest : 1 / 86_400;
  return {
    step,
    pointOf: (value) => (instantOf(value, column) - first) / day / step,
    iso: (point) => isoDate(first + point * step * day),
    name: (point) => formatDate(new Date(first + point * step * day)),
  };
}

function monthOf(instant: number): number {
  const date = new Date(instant);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** « à partir de janvier 2024 », « à partir d'octobre 2025 ». */
export function fromMonth(name: string): string {
  return /^[aoâ]/.test(name) ? `à partir d'${name}` : `à partir de ${name}`;
}

/** The month that `AAAAMM` writes, as a point of a monthly timeline. */
export function monthPoint(month: number | string): number {
  return monthOf(instantOf(month, "lastProcessing"));
}

function isoDate(instant: number): string {
  return new Date(instant).toISOString().slice(0, -1);
}
