/** Numbers and dates as French readers write them: 1 234,5 · 3 mars 2024. */

const numberFormats = new Map<string, Intl.NumberFormat>();

function numberFormat(minimumFractionDigits: number, maximumFractionDigits: number, useGrouping: boolean) {
  const key = `${minimumFractionDigits} ${maximumFractionDigits} ${useGrouping}`;
  let format = numberFormats.get(key);
  if (!format) {
    format = new Intl.NumberFormat("fr-FR", {
      minimumFractionDigits,
      maximumFractionDigits,
      useGrouping,
      // Less than what is written is no « −0 ».
      signDisplay: "negative",
    });
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
  /** What is written as one: 1 000 000 where the unit is M€, 0.01 where it is %. */
  scale?: number;
  /** Written after the number. */
  unit?: string;
}

/**
 * Writes a number, with a true minus sign.
 * @param value a text where it is an exact decimal that a number can't hold
 */
export function formatNumber(
  value: number | bigint | string,
  { decimals, grouping, scale, unit }: NumberStyle,
): string {
  const scaled = scale === undefined ? (value as number | bigint | `${number}`) : Number(value) / scale;
  const written = numberFormat(decimals, decimals, grouping).format(scaled).replace("-", "\u2212");
  return unit === undefined ? written : `${written}\u00a0${unit}`;
}

/** The larger units of money, the largest first. */
const moneyUnits: readonly (NumberStyle & { from: number })[] = [
  { from: 1e9, scale: 1e9, unit: "Md€", decimals: 1, grouping: true },
  { from: 1e6, scale: 1e6, unit: "M€", decimals: 1, grouping: true },
  { from: 1000, unit: "€", decimals: 0, grouping: true },
];

/** Numbers and dates in French, for the sentences of a notebook. */
export const format = {
  /**
   * A number with its thousands apart: `1 234,5`.
   * @param decimals digits after the comma; as many as it needs, 3 at most, unless said
   *
   * @example
   * const [total] = await damir.sql<{ actes: number }>`SELECT sum(flt_act_qte) AS actes FROM damir WHERE prs_nat = 1110`;
   * console.log(`${format.number(total?.actes ?? 0)} consultations`);
   */
  number(value: number | bigint, decimals?: number): string {
    return numberFormat(decimals ?? 0, decimals ?? 3, true)
      .format(value)
      .replace("-", "\u2212");
  },

  /**
   * Euros in the unit of their size: `12,50 €`, `12 346 €`, `12,3 M€`, `13,3 Md€`.
   *
   * @example
   * format.euros(13_342_058_546.16); // 13,3 Md€
   */
  euros(value: number | bigint): string {
    const size = Math.abs(Number(value));
    const style = moneyUnits.find(({ from }) => size >= from) ?? { decimals: 2, grouping: true, unit: "€" };
    return formatNumber(value, style);
  },

  /**
   * A share as a percentage: 0.123 is `12,3 %`.
   *
   * @example
   * format.percent(0.123); // 12,3 %
   */
  percent(share: number, decimals = 1): string {
    return formatNumber(share, { decimals, grouping: true, scale: 0.01, unit: "%" });
  },

  /**
   * A date: `1er mars 2024`, with its time when it has one (UTC).
   *
   * @example
   * format.date(new Date("2024-03-01")); // 1er mars 2024
   */
  date(date: Date): string {
    return formatDate(date);
  },
};

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

const month = new Intl.DateTimeFormat("fr-FR", { month: "long", year: "numeric", timeZone: "UTC" });

/** Writes the month of a date: « mars 2024 ». */
export function formatMonth(date: Date): string {
  return month.format(date);
}

/**
 * d3's number locale for Vega, as `config.locale.number`.
 * @internal
 */
export const vegaNumberLocale = {
  decimal: ",",
  thousands: "\u202f",
  grouping: [3],
  currency: ["", "\u00a0€"],
  percent: "\u202f%",
  minus: "\u2212",
};

/**
 * d3's time locale for Vega, as `config.locale.time`.
 * @internal
 */
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
