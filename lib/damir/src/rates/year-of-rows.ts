import type { Row } from "../query/columns.js";
import type { Denominator } from "../query/knowledge.js";
import type { Result } from "../query/result.js";
import type { ResultValue } from "../query/sql-values.js";
import { UserError } from "../user-error.js";
import { nearestYear, type Population } from "./population.js";

/** Columns that tell a row's year, the most telling first. */
const yearColumns = [
  "annee",
  "an",
  "soi_ann",
  "mois_soins",
  "sns_date",
  "flx_ann_moi",
  "mois_traitement",
  "mois",
  "jour",
] as const;

/** Which year's population goes under each row. */
export interface YearOfRows {
  /** Undefined for a row whose year isn't known. */
  of(row: Row): number | undefined;
  /** The years it gives. */
  years: readonly number[];
  /** What a reader must know of the choice. */
  notes: readonly string[];
}

/**
 * Chooses the year of the population: the one that is asked for, else that of each row where a column tells it, else the last
 * year of the data; and the nearest one where the population of that year isn't there.
 * @throws UserError when the year that is asked for isn't there, or there is no population at all
 */
export async function yearOfRows(
  result: Result,
  population: Population,
  denominator: Denominator,
  asked: number | undefined,
): Promise<YearOfRows> {
  const known = await population.years(denominator);
  const who = denominator === "population" ? "la population" : "les affiliés du régime général";
  const toWhom = denominator === "population" ? "à la population" : "aux affiliés du régime général";
  const [first] = known;
  if (first === undefined) {
    throw new UserError(
      `La table « population » ne compte pas ${who} : importez-en les fichiers (npx damir data pull population).`,
    );
  }
  if (asked !== undefined && !known.includes(asked)) {
    throw new UserError(
      `La table « population » n'a pas ${asked} pour ${who}. Années présentes : ${known.join(", ")}.`,
    );
  }
  const column = yearColumns.find((name) => result.columns.some((one) => one.name === name));
  if (asked !== undefined || column === undefined) {
    const last = lastYear(result) ?? known.at(-1) ?? first;
    const year = asked ?? nearestYear(known, last) ?? first;
    return { of: () => year, years: [year], notes: [`Rapporté ${toWhom} au 1er janvier ${year}.`] };
  }
  const wanted = new Set(result.rows.flatMap((row) => yearIn(row[column] ?? null) ?? []));
  const chosen = new Map([...wanted].map((year) => [year, nearestYear(known, year) ?? first]));
  const moved = [...chosen].filter(([year, taken]) => year !== taken);
  return {
    of: (row) => chosen.get(yearIn(row[column] ?? null) ?? Number.NaN),
    years: [...new Set(chosen.values())],
    notes: [
      `Rapporté ${toWhom} au 1er janvier de l'année de « ${column} ».`,
      ...moved.map(
        ([year, taken]) => `Pour ${year}, dont la population n'est pas là, c'est celle de ${taken}.`,
      ),
    ],
  };
}

/** Year of the last month of the tables that a result was read from. */
function lastYear(result: Result): number | undefined {
  const months = result.sources.flatMap(({ lastMonth }) => lastMonth ?? []).sort();
  const year = Number(months.at(-1)?.slice(0, 4));
  return Number.isInteger(year) && year > 0 ? year : undefined;
}

/** The year that a value tells: a date, a year, a month AAAAMM or a text that begins with one. */
function yearIn(value: ResultValue): number | undefined {
  if (value instanceof Date) return value.getUTCFullYear();
  const digits =
    typeof value === "number" || typeof value === "string" ? /^\d{4}/.exec(String(value))?.[0] : undefined;
  const year = Number(digits);
  // 0001 is how an unknown year of care is published.
  return year >= 1900 ? year : undefined;
}
