/** A number as the R and N tables write it: `1.234,56`, thousands by points in groups of three, decimals after a comma. */
const published = /^([+-]?)(\d{1,3}(?:\.\d{3})+|\d*)(?:,(\d*))?$/;

/** Why a text isn't a number of the wanted scale. */
export type FrenchNumberFault = "not-a-number" | "too-many-decimals";

/**
 * Reads a number exactly. Zeros beyond the scale carry nothing and are accepted.
 * @param scale digits after the comma that the result keeps
 * @returns the number in units of 10^-scale, or what is wrong with the text
 */
export function scaledFromFrench(text: string, scale: number): bigint | FrenchNumberFault {
  const match = published.exec(text);
  if (!match) return "not-a-number";
  const [, sign, whole = "", decimals = ""] = match;
  if (whole === "" && decimals === "") return "not-a-number";
  if (/[^0]/.test(decimals.slice(scale))) return "too-many-decimals";
  const digits = BigInt(whole.replaceAll(".", "") + decimals.slice(0, scale).padEnd(scale, "0"));
  return sign === "-" ? -digits : digits;
}

const powers = [1, 10, 100, 1_000, 10_000];

/**
 * The same for the usual texts, without allocating: up to 15 digits.
 * @returns NaN where the text needs {@link scaledFromFrench}
 */
export function quickFrench(text: string, scale: number): number {
  const { length } = text;
  let at = text.charCodeAt(0) === 45 ? 1 : 0;
  const first = at;
  let value = 0;
  let group = -1;
  for (; at < length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      if (group >= 0) group++;
    } else if (digit === -2) {
      // A point: one to three digits before the first, three between two.
      if (group === -1 ? at - first < 1 || at - first > 3 : group !== 3) return NaN;
      group = 0;
    } else if (digit === -4) break;
    else return NaN;
  }
  if (at === first || at - first > 15 || (group !== -1 && group !== 3)) return NaN;
  let decimals = 0;
  for (at++; at < length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9 || decimals === scale) return NaN;
    value = value * 10 + digit;
    decimals++;
  }
  value *= powers[scale - decimals] ?? NaN;
  return first === 1 ? -value : value;
}
