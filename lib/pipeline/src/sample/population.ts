import { Random } from "./random.js";
import type { ProjectTable, Value } from "../tables/project-table.js";
import { territories, type Territory } from "./territories.js";

/** Years of `population` and `medecins`. */
export const years: readonly number[] = [2024, 2025];

/** First year of the five-year bands; 95 means 95 and over. */
const bands: readonly number[] = Array.from({ length: 20 }, (_, index) => index * 5);
/** Bands of each of the five classes of `Territory.ages`, and how they share them: a rounded national pyramid of 2024. */
const classes: readonly { first: number; shares: readonly number[] }[] = [
  { first: 0, shares: [0.225, 0.25, 0.265, 0.26] },
  { first: 20, shares: [0.245, 0.24, 0.253, 0.262] },
  { first: 40, shares: [0.25, 0.242, 0.255, 0.253] },
  { first: 60, shares: [0.36, 0.33, 0.31] },
  { first: 75, shares: [0.41, 0.28, 0.19, 0.09, 0.03] },
];
/** Men over all inhabitants of a band. */
const men: readonly number[] = [
  0.511, 0.511, 0.512, 0.512, 0.508, 0.499, 0.491, 0.489, 0.492, 0.494, 0.494, 0.491, 0.484, 0.474, 0.465,
  0.449, 0.421, 0.371, 0.298, 0.222,
];
const yearlyGrowth = 1.0025;

/** Inhabitants and affiliates of the régime général by département, sex and five-year band. */
export function populationTable(): ProjectTable {
  return {
    name: "population",
    title: "Population par département, sexe et âge, et affiliés du régime général (synthétique)",
    producer: "Atelier DAMIR, ordres de grandeur de l'INSEE et de la CNAM",
    synthetic: true,
    columns: [
      { name: "annee", sql: "SMALLINT" },
      { name: "departement", sql: "VARCHAR" },
      { name: "sexe", sql: "SMALLINT" },
      { name: "age_min", sql: "SMALLINT" },
      { name: "age_ben_snds", sql: "SMALLINT" },
      { name: "population", sql: "INTEGER" },
      { name: "affilies_rg", sql: "INTEGER" },
    ],
    measures: ["population", "affilies_rg"],
    order: ["annee", "departement", "sexe", "age_min"],
    files: [
      {
        name: "population",
        rows: () => years.flatMap((year) => territories.flatMap((of) => rowsOf(of, year))),
      },
    ],
  };
}

/** Affiliates of the régime général in a département, all ages: the denominator of `damir_departement`. */
export function affiliates(territory: Territory, year: number): number {
  return rowsOf(territory, year).reduce((sum, row) => sum + Number(row[6]), 0);
}

function rowsOf(territory: Territory, year: number): Value[][] {
  const random = new Random(`population ${territory.departement}`);
  const whole = territory.population * 1000 * yearlyGrowth ** (year - 2024);
  const shareTotal = territory.ages.reduce((sum, share) => sum + share, 0);
  const people = classes.flatMap(({ shares }, index) => {
    const uneven = shares.map((share) => share * random.around(0.03));
    const total = uneven.reduce((sum, share) => sum + share, 0);
    return uneven.map((share) => (whole * (territory.ages[index] ?? 0) * share) / shareTotal / total);
  });
  return [1, 2].flatMap((sex) =>
    bands.map((age, band) => {
      const share = men[band] ?? 0.5;
      const inhabitants = Math.round((people[band] ?? 0) * (sex === 1 ? share : 1 - share));
      // Working ages are a little more often in the régime général than farmers' and craftsmen's elders.
      const affiliated = Math.min(0.985, territory.affiliated * (age < 60 ? 1.015 : 0.965));
      return [
        year,
        territory.departement,
        sex,
        age,
        ageClass(age),
        inhabitants,
        Math.round(inhabitants * affiliated),
      ];
    }),
  );
}

/** AGE_BEN_SNDS of a five-year band. */
function ageClass(age: number): number {
  return age < 20 ? 0 : age >= 80 ? 80 : Math.floor(age / 10) * 10;
}
