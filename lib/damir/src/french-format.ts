/** Numbers and dates as French readers write them: 1 234,5 · 3 mars 2024. */

const numberFormats = new Map<string, Intl.NumberFormat>();

function numberFormat(minimumFractionDigits: number, maximumFractionDigits: number, useGrouping: boolean) {
  const key = `${minimumFractionDigits} ${maximumFractionDigits} ${useGrouping}`;
  let format = numberFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat("fr-FR", { minimumFractionDigits, maximumFractionDigits, useGrouping });
    numberFormats.set(key, format);
  }
  return format;
}

/** How the numbers of one column are written. */
export interface NumberStyle {
  /** Digits after the comma. */
  decimals: number;
  /** Thousands apart: not for codes and years. */
  grouping: boolean;
}

/** Writes a number, with a true minus sign. */
export function formatNumber(value: number | bigint, { decimals, grouping }: NumberStyle): string {
  return numberFormat(decimals, decimals, grouping).format(value).replace("-", "\u2212");
}

/** A short form for sentences: 3 significant digits or so, never an exponent. */
export function formatApproximately(value: number): string {
  const size = Math.abs(value);
  const decimals = size >= 100 || Number.isInteger(value) ? 0 : size >= 1 ? 1 : size >= 0.1 ? 2 : 4;
  return numberFormat(0, decimals, true).format(value).replace("-", "\u2212");
}

/**
 * The style that suits a column's numbers: as few decimals as show them all, and no more than their size deserves.
 * @param decimals what the type says, undefined for floating point
 */
export function numberStyle(
  values: readonly (number | bigint)[],
  decimals: number | undefined,
  grouping: boolean,
): NumberStyle {
  if (decimals !== undefined) return { decimals, grouping };
  const numbers = values.map(Number);
  const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const deserved = largest >= 1000 ? 1 : largest >= 10 ? 2 : largest >= 0.1 ? 3 : 5;
  let needed = 0;
  while (needed < deserved && numbers.some((value) => Number(value.toFixed(needed)) !== value)) needed++;
  return { decimals: needed, grouping };
}

const day = new Intl.DateTimeFormat("fr-FR", { dateStyle: "medium", timeZone: "UTC" });
const dayAndTime = new Intl.DateTimeFormat("fr-FR", {
  dateStyle: "medium",
  timeStyle: "short",
  timeZone: "UTC",
});

/** Writes a date, the first of a month as « 1er », with its time when it has one (UTC). */
export function formatDate(date: Date): string {
  const written = (date.getTime() % 86_400_000 === 0 ? day : dayAndTime).format(date);
  return written.replace(/^1 /, "1er ");
}

/** d3's number locale for Vega, as `config.locale.number`. */
export const vegaNumberLocale = {
  decimal: ",",
  thousands: "\u202f",
  grouping: [3],
  currency: ["", "\u00a0€"],
  percent: "\u202f%",
  minus: "\u2212",
};

/** d3's time locale for Vega, as `config.locale.time`. */
export const vegaTimeLocale = {
  dateTime: "%A %e %B %Y à %X",
  date: "%d/%m/%Y",
  time: "%H:%M:%S",
  periods: ["AM", "PM"],
  days: ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
  shortDays: ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."],
  months: [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
  ],
  shortMonths: [
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
  ],
};
