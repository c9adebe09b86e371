import { nesting, type GeographicLevel } from "../geography/geography.js";
import type { PopulationCell } from "./population.js";

/** What tells people apart: each is one value, or null for all of them together. */
export interface PeopleKey {
  year: number;
  place: string;
  age: number | null;
  sex: number | null;
}

/** Which people are counted, and apart by what. */
export interface PeopleOptions {
  level: GeographicLevel;
  byAge: boolean;
  bySex: boolean;
  /** Ages and sexes that are counted; all of them by default. */
  ages?: readonly number[] | undefined;
  sexes?: readonly number[] | undefined;
}

/** The place of a row that has none: all France. */
export const wholeCountry = "FR";

/** How many people there are in each place, age and sex. */
export class People {
  readonly #counts = new Map<string, number>();

  constructor(cells: readonly PopulationCell[], { level, byAge, bySex, ages, sexes }: PeopleOptions) {
    const placeOf = nesting("departement", level);
    for (const { annee, departement, sexe, age_ben_snds, personnes } of cells) {
      if (ages && !ages.includes(age_ben_snds)) continue;
      if (sexes && !sexes.includes(sexe)) continue;
      const place = placeOf.get(departement)?.code;
      if (place === undefined) continue;
      const key = keyOf({
        year: annee,
        place,
        age: byAge ? age_ben_snds : null,
        sex: bySex ? sexe : null,
      });
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + personnes);
    }
  }

  /** Undefined where nobody is counted: an unknown place, age or sex. */
  count(key: PeopleKey): number | undefined {
    return this.#counts.get(keyOf(key));
  }
}

function keyOf({ year, place, age, sex }: PeopleKey): string {
  return `${year}|${place}|${age ?? ""}|${sex ?? ""}`;
}
