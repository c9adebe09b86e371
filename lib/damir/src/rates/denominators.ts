import { codeOf } from "../dictionary/code-lists.js";
import { territories } from "../geography/geography.js";
import type { Row } from "../query/columns.js";
import type { Denominator, PerCapitaOptions } from "../query/knowledge.js";
import type { Result } from "../query/result.js";
import { UserError } from "../user-error.js";
import { People, wholeCountry, type PeopleKey } from "./people.js";
import { denominatorOf, placeOfRows, type PlaceOfRows } from "./place-of-rows.js";
import type { Population } from "./population.js";
import { yearOfRows } from "./year-of-rows.js";

/** Columns that hold a sex, by the same codes. */
const sexColumns = ["ben_sex_cod", "sexe"] as const;
const ageColumn = "age_ben_snds";

/** The people under each row of a result. */
export interface Denominators {
  denominator: Denominator;
  place: PlaceOfRows;
  age: string | undefined;
  sex: string | undefined;
  people: People;
  /** Whom a row is about; undefined where its place, year, age or sex isn't known. */
  keyOf: (row: Row) => PeopleKey | undefined;
  /** What a reader must know. */
  notes: readonly string[];
}

/**
 * Finds the population that goes under the rows of a result: same place, year, and age and sex where they have such columns.
 * @throws UserError when none suits them
 */
export async function denominatorsOf(
  result: Result,
  population: Population,
  options: Pick<PerCapitaOptions, "year" | "denominator" | "key" | "ages" | "sexes">,
): Promise<Denominators> {
  const denominator = denominatorOf(result, options.denominator);
  const place = placeOfRows(result, options.key);
  const has = (name: string) => result.columns.some((column) => column.name === name);
  const age = has(ageColumn) ? ageColumn : undefined;
  const sex = sexColumns.find(has);
  const year = await yearOfRows(result, population, denominator, options.year);
  const cells = await Promise.all(year.years.map((one) => population.cells(denominator, one)));
  const { ages, sexes } = options;
  const people = new People(cells.flat(), {
    level: place.level,
    byAge: age !== undefined,
    bySex: sex !== undefined,
    ages,
    sexes,
  });
  const known = new Set(cells.flat().map(({ departement }) => departement));
  if (known.size === 0) {
    throw new UserError(`La table « population » ne compte personne pour ${year.years.join(", ")}.`);
  }
  const missing = territories("departement").filter(({ code }) => !known.has(code));
  return {
    denominator,
    place,
    age,
    sex,
    people,
    keyOf: (row) => {
      const one = year.of(row);
      const where = place.column === undefined ? wholeCountry : codeOf(row[place.column] ?? null);
      const key = {
        year: one ?? Number.NaN,
        place: where ?? "",
        age: age === undefined ? null : Number(row[age] ?? Number.NaN),
        sex: sex === undefined ? null : Number(row[sex] ?? Number.NaN),
      };
      return people.count(key) === undefined ? undefined : key;
    },
    notes: [
      ...year.notes,
      ...(missing.length > 0
        ? [`Personne n'y est compté pour ${missing.map(({ code, nom }) => `${nom} (${code})`).join(", ")}.`]
        : []),
    ],
  };
}

/** How a rate's column is named: `rembourse_par_habitant`, `actes_pour_100000_affilies`. */
export function rateName(column: string, per: number, denominator: Denominator): string {
  const person = denominator === "population" ? "habitant" : "affilie";
  return per === 1 ? `${column}_par_${person}` : `${column}_pour_${per}_${person}s`;
}
