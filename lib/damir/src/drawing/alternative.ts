import { formatApproximately, formatDate } from "../french-format.js";

/** A label and its number: what an alternative compares. */
export interface Labelled {
  label: string;
  value: number;
}

/** A French sentence on the least and the greatest of some values of one quantity. Empty when there is none. */
export function extremes(quantity: string, values: readonly Labelled[]): string {
  const [first] = values;
  if (!first) return "";
  let [least, greatest] = [first, first];
  for (const item of values) {
    if (item.value < least.value) least = item;
    if (item.value > greatest.value) greatest = item;
  }
  const shown = ({ label, value }: Labelled) =>
    `${formatApproximately(value)}${label === "" ? "" : ` (${label})`}`;
  return `${quantity} : minimum ${shown(least)}, maximum ${shown(greatest)}.`;
}

/** Ends a text with a full stop, unless it has its own ending. */
export function sentence(text: string): string {
  return /[.?!…]$/.test(text) ? text : `${text}.`;
}

/** How a value of an axis is written in an alternative. */
export function axisLabel(value: unknown): string {
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(value))
    return formatDate(new Date(`${value}Z`));
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}
