import { variables, type DescribedVariable } from "../dictionary/dictionary.js";
import { formatNumber, numberStyle } from "../french-format.js";

/** What a column of numbers measures, and how its values are written for a French reader. */
export interface Quantity {
  /** What it is called: « Remboursé ». */
  readonly legend: string;
  /** Its unit: `€`, `%`, `actes`…; empty where unknown. */
  readonly unit: string;
  /** Title of an axis or of a legend, with the unit unless the labels carry it. */
  readonly title: string;
  /** Vega expression that writes `datum.value` on an axis: « 12,3 M€ ». */
  readonly axisLabel: string;
  /** A value in full, for tooltips: « 12 345 678 € ». */
  full(value: number): string;
  /** A value in short, for sentences: « 12,3 M€ », « 12,3 M actes ». */
  short(value: number): string;
  /** A value in short beside its axis or in its legend, which say the unit: « 12,3 M€ », « 12,3 M ». */
  label(value: number): string;
}

/** What its author says of a quantity; the dictionary gives the rest. */
export interface QuantityOptions {
  /** What the value is called on axes, in legends and in tooltips. Default: the dictionary's label, else the column's name. */
  legend?: string;
  /** Unit of the value: `€`, `%`, `actes`, `pour 100 000 habitants`… Default: the dictionary's. */
  unit?: string;
}

/** Magnitudes of the compact form, largest first: milliard, million, millier. */
const magnitudes = [
  { size: 1e9, symbol: "Md" },
  { size: 1e6, symbol: "M" },
  { size: 1e3, symbol: "k" },
] as const;

/** Below this, thousands are written in full: « 8 500 » reads better than « 8,5 k ». */
const fullBelow = 10_000;

const space = "\u00a0";

/** Units of the dictionary as charts write them; what isn't a unit is left out. */
const units: Readonly<Record<string, string>> = { euros: "€", "selon la nature": "", coefficient: "" };

/**
 * The quantity that a column measures.
 * @param column its name, or DuckDB's name for an aggregate of it: `flt_rem_mnt`, `sum(flt_rem_mnt)`
 * @param values its values: their size decides of magnitudes and decimals
 */
export function quantityOf(
  column: string,
  values: readonly number[],
  { legend, unit }: QuantityOptions = {},
): Quantity {
  const known = measureOf(column);
  const called = legend ?? known?.libelle ?? capitalised(column.replace(/_/g, " "));
  const used = unit ?? (known === undefined ? "" : (units[known.unite] ?? known.unite));
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const style = numberStyle(values, used === "€" && largest >= 1000 ? 0 : undefined, true);
  const carried = used === "€" || used === "%";
  const suffix = used === "" ? "" : `${space}${used}`;
  const mentioned = used !== "" && called.includes(used);
  return {
    legend: called,
    unit: used,
    title: used === "" || carried || mentioned ? called : `${called} (${used})`,
    axisLabel: axisExpression(used, largest),
    full: (value) => `${formatNumber(value, style)}${mentioned && !carried ? "" : suffix}`,
    label: (value) => compact(value, used),
    short: (value) => `${compact(value, used)}${carried || mentioned ? "" : suffix}`,
  };
}

/** The measure of Open DAMIR or of the R tables that a column is, or aggregates. */
function measureOf(column: string): DescribedVariable | undefined {
  const name = /^(?:\w+\()?"?(\w+)"?\)?$/.exec(column)?.[1];
  return [...variables("damir"), ...variables("damir_departement")].find(
    ({ variable, role }) => variable === name && role === "mesure",
  );
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** A number in at most four digits and its magnitude: « 12,3 M€ », « 8 500 », « 0,45 ». */
function compact(value: number, unit: string): string {
  const size = Math.abs(value);
  const end = unit === "€" || unit === "%" ? unit : "";
  const magnitude = size >= fullBelow ? magnitudes.find((one) => size >= one.size) : undefined;
  const scaled = value / (magnitude?.size ?? 1);
  const most = Math.abs(scaled) >= 100 ? 0 : Math.abs(scaled) >= 10 ? 1 : Math.abs(scaled) >= 0.1 ? 2 : 4;
  const text = formatNumber(scaled, numberStyle([Number(scaled.toFixed(most))], undefined, true));
  const written = magnitude === undefined ? end : `${magnitude.symbol}${end}`;
  return written === "" ? text : `${text}${space}${written}`;
}

function axisExpression(unit: string, largest: number): string {
  const end = unit === "€" || unit === "%" ? unit : "";
  const used = magnitudes.filter(({ size }) => largest >= Math.max(size, fullBelow));
  const plain = `format(datum.value, ',.6~f')${end === "" ? "" : ` + '${space}${end}'`}`;
  return used.reduceRight(
    (rest, { size, symbol }) =>
      `abs(datum.value) >= ${size} ? format(datum.value / ${size}, ',.3~f') + '${space}${symbol}${end}' : ${rest}`,
    plain,
  );
}
