/** Exact decimal numbers as integers: 12.30 euros at scale 2 is 1230n. */

const published = /^(-?)(\d*)(?:\.(\d+))?$/;

/** Why a text isn't a number of the wanted scale. */
export type NumberFault = "not-a-number" | "too-many-decimals";

/**
 * Reads a number as Open DAMIR publishes it: `.51`, `-.31`, `0012`, `4.4`. Zeros beyond the scale carry nothing and are accepted.
 * @param scale digits after the point that the result keeps
 * @returns the number in units of 10^-scale, or what is wrong with the text
 */
export function scaledFromText(text: string, scale: number): bigint | NumberFault {
  const match = published.exec(text);
  if (!match) return "not-a-number";
  const [, sign, whole = "", fraction = ""] = match;
  if (whole === "" && fraction === "") return "not-a-number";
  if (/[^0]/.test(fraction.slice(scale))) return "too-many-decimals";
  const digits = BigInt(whole + fraction.slice(0, scale).padEnd(scale, "0"));
  return sign === "-" ? -digits : digits;
}

/** Writes a scaled integer the way DuckDB writes a DECIMAL: `-31n` at scale 2 is `-0.31`. */
export function textFromScaled(value: bigint, scale: number): string {
  if (scale === 0) return value.toString();
  const sign = value < 0n ? "-" : "";
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, "0");
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
