import type { CsvRow } from "../formats/csv-rows.js";

/** The number of an accident: `Num_Acc`, or `Accident_Id` in 2022; its first four digits are the year. */
export function accidentOf(row: CsvRow): string {
  const number = row.text("num_acc") || row.text("accident_id");
  return /^(19|20)\d{10}$/.test(number)
    ? number
    : row.refuse("num_acc", "n'est pas un numéro d'accident (douze chiffres, dont l'année)");
}

/** Day of an accident, `AAAA-MM-JJ`. The year has two digits until 2018. */
export function dayOf(row: CsvRow): string {
  const [year, month, day] = [row.integer("an"), row.integer("mois"), row.integer("jour")];
  if (year === null || month === null || day === null) return row.refuse("jour", "ne fait pas une date");
  const date = new Date(Date.UTC(year < 100 ? 2000 + year : year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
    return row.refuse("jour", `ne fait pas une date (an ${year}, mois ${month})`);
  }
  return date.toISOString().slice(0, 10);
}

/** Hour of an accident: `14:35` since 2019, `1435`, `905` or `5` (five past midnight) before. */
export function hourOf(row: CsvRow): number | null {
  const text = row.text("hrmn");
  if (text === "") return null;
  const hour = /^\d{1,2}:\d\d$/.test(text)
    ? Number(text.split(":")[0])
    : /^\d{1,4}$/.test(text)
      ? Math.floor(Number(text) / 100)
      : NaN;
  return hour >= 0 && hour < 24 ? hour : row.refuse("hrmn", "n'est pas une heure");
}

/**
 * How a year writes its départements: until 2018 by INSEE's number and a 0 (`590`, `10` for the Ain, `201` for the Corse-du-Sud),
 * since 2019 by the code itself. `10` is the Ain in one and the Aube in the other: the whole file decides.
 */
export function writesTenfold(codes: readonly string[], year: number): boolean {
  const numbers = codes.filter((code) => /^\d+$/.test(code)).map(Number);
  if (numbers.some((number) => number > 95 && number < 971)) return true;
  const plain =
    codes.some((code) => /^2[AB]$/i.test(code)) || numbers.some((number) => number < 971 && number % 10 > 0);
  return !plain && year < 2019;
}

/** `01`, `2A`, `971`; undefined for what is no code. */
export function departementOfAccident(code: string, tenfold: boolean): string | undefined {
  if (/^2[ab]$/i.test(code)) return code.toUpperCase();
  const number = Number(code);
  if (!/^\d{1,3}$/.test(code) || number === 0) return undefined;
  if (number >= 971) return code;
  if (!tenfold) return number > 95 ? undefined : code.padStart(2, "0");
  if (number === 201 || number === 202) return number === 201 ? "2A" : "2B";
  return number % 10 === 0 ? String(number / 10).padStart(2, "0") : undefined;
}

/**
 * Degrees, from `48,8962100` since 2019 or hundred-thousandths of degrees (`5055737`) before; null where the accident isn't placed.
 * @returns undefined for what is no coordinate
 */
export function degreesOf(text: string, limit: 90 | 180): string | null | undefined {
  const plain = text.replace(",", ".").replace(/\s/g, "");
  if (plain === "" || /^-?0*(\.0*)?$/.test(plain)) return null;
  const value = Number(plain);
  if (!Number.isFinite(value)) return undefined;
  const degrees = plain.includes(".") || Math.abs(value) <= limit ? value : value / 1e5;
  return Math.abs(degrees) <= limit ? degrees.toFixed(7) : undefined;
}
