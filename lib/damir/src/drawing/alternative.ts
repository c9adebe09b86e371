import { formatApproximately, formatDate, formatNumber } from "../french-format.js";

/** A label and its number: what an alternative compares. */
export interface Labelled {
  label: string;
  value: number;
}

/** A French sentence on the least and the greatest of some values of one quantity. Empty when there is none. */
export function extremes(
  quantity: string,
  values: readonly Labelled[],
  written: (value: number) => string = formatApproximately,
): string {
  const [first] = values;
  if (!first) return "";
  let [least, greatest] = [first, first];
  for (const item of values) {
    if (item.value < least.value) least = item;
    if (item.value > greatest.value) greatest = item;
  }
  const shown = ({ label, value }: Labelled) => `${written(value)}${label === "" ? "" : ` (${label})`}`;
  if (values.length === 1) return `${quantity} : ${shown(first)}.`;
  return `${quantity} : minimum ${shown(least)}, maximum ${shown(greatest)}.`;
}

/** Less than this is said to be stable. */
const stableBelow = 0.01;

/** A French sentence on how a quantity went from its first to its last value. Empty when there are less than two. */
export function trendSentence(
  quantity: string,
  values: readonly Labelled[],
  written: (value: number) => string,
): string {
  const [first, last] = [values[0], values.at(-1)];
  if (!first || !last || values.length < 2) return "";
  const between = `entre ${first.label} (${written(first.value)}) et ${last.label} (${written(last.value)})`;
  if (first.value <= 0 || last.value < 0) return `${quantity} : ${between}.`;
  const change = last.value / first.value - 1;
  if (Math.abs(change) < stableBelow) return `${quantity} : stable ${between}.`;
  const percent = Math.abs(change) * 100;
  const size = formatNumber(percent, { decimals: percent < 10 ? 1 : 0, grouping: true });
  return `${quantity} : en ${change > 0 ? "hausse" : "baisse"} de ${size}\u00a0% ${between}.`;
}

/** « 1 ligne », « 3 lignes ». */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count, { decimals: 0, grouping: true })} ${count > 1 ? many : one}`;
}

/** « 3 mois manquants. »; empty for none. */
export function missingSentence(
  count: number,
  one = "valeur manquante",
  many = "valeurs manquantes",
): string {
  return count === 0
    ? ""
    : `${formatNumber(count, { decimals: 0, grouping: true })} ${count > 1 ? many : one}.`;
}

/** Ends a text with a full stop, unless it has its own ending. */
export function sentence(text: string): string {
  return /[.?!…]$/.test(text) ? text : `${text}.`;
}

/** Joins sentences, leaving out those that have nothing to say. */
export function joined(sentences: readonly string[]): string {
  return sentences.filter((text) => text !== "").join(" ");
}

/** A few names of many: « Ain, Aisne, Allier et 4 autres ». */
export function listed(names: readonly string[], most = 6): string {
  return names.length > most
    ? `${names.slice(0, most - 1).join(", ")} et ${names.length - most + 1} autres`
    : names.join(", ");
}

/** How a value of an axis is written in an alternative. */
export function axisLabel(value: unknown): string {
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(value))
    return formatDate(new Date(`${value}Z`));
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}
