import { dateOf, dayCount, firstDay } from "./meteo.js";
import { Choice, Random } from "./random.js";
import type { ProjectTable, Value } from "../tables/project-table.js";
import { territories, type Territory } from "./territories.js";

/** Accidents with injuries in the two years, about: 53,000 a year (order of magnitude of ONISR's yearly reports). */
const total = 106_000;

const hours = new Choice(
  [
    1.3, 0.9, 0.8, 0.6, 0.6, 1.3, 2.2, 4.4, 6.4, 4.8, 4.4, 5, 5.3, 5.1, 5.4, 6.2, 7.6, 8.9, 8.6, 6.6, 4.6,
    3.6, 2.9, 2.1,
  ].map((weight, hour) => [hour, weight] as const),
);
const monthWeights = [0.88, 0.86, 0.95, 0.97, 1.06, 1.16, 1.06, 0.92, 1.1, 1.12, 1.02, 0.93];
const weekdayWeights = [0.84, 0.98, 0.99, 1.0, 1.02, 1.13, 1.0];

/** Road accidents with injuries, one row each. */
export function accidentsTable(): ProjectTable {
  return {
    name: "accidents",
    title: "Accidents corporels de la circulation (synthétique)",
    producer: "Atelier DAMIR, structure et ordres de grandeur du fichier BAAC (ONISR)",
    url: "https://www.data.gouv.fr/fr/datasets/53698f4ca3a729239d2036df/",
    synthetic: true,
    columns: [
      { name: "num_acc", sql: "VARCHAR" },
      { name: "jour", sql: "DATE" },
      { name: "heure", sql: "SMALLINT" },
      { name: "departement", sql: "VARCHAR" },
      { name: "lum", sql: "SMALLINT" },
      { name: "agg", sql: "SMALLINT" },
      { name: "atm", sql: "SMALLINT" },
      { name: "usagers", sql: "SMALLINT" },
      { name: "tues", sql: "SMALLINT" },
      { name: "blesses_hospitalises", sql: "SMALLINT" },
      { name: "blesses_legers", sql: "SMALLINT" },
      { name: "lat", sql: "DOUBLE" },
      { name: "long", sql: "DOUBLE" },
    ],
    measures: ["usagers", "tues", "blesses_hospitalises", "blesses_legers"],
    order: ["num_acc"],
    files: [{ name: "accidents", rows }],
  };
}

/** Accidents per inhabitant over the national average, by département. */
export function accidentRates(): number[] {
  const rates = territories.map(rateOf);
  const people = territories.reduce((sum, { population }) => sum + population, 0);
  const mean =
    territories.reduce((sum, { population }, place) => sum + population * (rates[place] ?? 1), 0) / people;
  return rates.map((rate) => rate / mean);
}

/** More in the largest cities, the south and overseas. */
function rateOf({ departement, region, latitude }: Territory): number {
  const dense = ["75", "92", "93", "94"].includes(departement)
    ? 1.9
    : ["13", "69", "06"].includes(departement)
      ? 1.45
      : 1;
  const place = region === 5 ? 1.2 : latitude < 44.5 ? 1.12 : 0.9;
  return dense * place * new Random(`accident rate ${departement}`).around(0.22);
}

function rows(): Value[][] {
  const random = new Random("accidents");
  const rates = accidentRates();
  const place = new Choice(
    territories.map((territory, index) => [territory, territory.population * (rates[index] ?? 1)] as const),
  );
  const days = new Choice(
    Array.from({ length: dayCount }, (_, day) => {
      const date = new Date(firstDay + day * 86_400_000);
      return [
        day,
        (monthWeights[date.getUTCMonth()] ?? 1) * (weekdayWeights[date.getUTCDay()] ?? 1),
      ] as const;
    }),
  );
  const drawn = Array.from({ length: total }, () => days.at(random.uniform())).sort(
    (one, other) => one - other,
  );
  let year = "";
  let number = 0;
  return drawn.map((day) => {
    const date = dateOf(day);
    if (date.slice(0, 4) !== year) number = 0;
    year = date.slice(0, 4);
    number += 1;
    return accident(`${year}${String(number).padStart(8, "0")}`, date, random.pick(place), random);
  });
}

function accident(id: string, date: string, territory: Territory, random: Random): Value[] {
  const month = Number(date.slice(5, 7)) - 1;
  const hour = random.pick(hours);
  const daylight = 4.2 - Math.cos((2 * Math.PI * (month + 0.3)) / 12) * 2;
  const dark = Math.abs(hour - 13) > daylight + 3;
  const density = territory.population / 600;
  const town = random.chance(Math.min(0.93, 0.38 + 0.18 * density + (territory.region === 11 ? 0.25 : 0)));
  const wet = random.chance(0.11 + 0.06 * Math.cos((2 * Math.PI * month) / 12));
  const users =
    1 + (random.chance(0.82) ? 1 : 0) + (random.chance(0.24) ? 1 : 0) + (random.chance(0.08) ? 2 : 0);
  // Country roads and nights kill.
  const deadly = (town ? 0.028 : 0.148) * (dark ? 1.5 : 0.85) * (wet ? 0.9 : 1);
  const killed = random.chance(deadly) ? (users > 1 && random.chance(0.07) ? 2 : 1) : 0;
  const left = users - killed;
  const hospital =
    left > 0 && random.chance(town ? 0.2 : 0.42) ? (left > 1 && random.chance(0.14) ? 2 : 1) : 0;
  const hurt = killed + hospital;
  const light =
    hurt === 0
      ? Math.min(left, 1 + (random.chance(0.16) ? 1 : 0))
      : random.chance(0.3) && left > hospital
        ? 1
        : 0;
  const reach = ["75", "92", "93", "94"].includes(territory.departement)
    ? 0.035
    : territory.region === 5 || territory.region === 11
      ? 0.08
      : 0.22;
  return [
    id,
    date,
    hour,
    territory.departement,
    dark ? (town ? 5 : 3) : Math.abs(hour - 13) > daylight + 2 ? 2 : 1,
    town ? 2 : 1,
    wet ? (random.chance(0.75) ? 2 : 3) : random.chance(0.05) ? 5 : random.chance(0.07) ? 8 : 1,
    users,
    killed,
    hospital,
    light,
    Math.round((territory.latitude + reach * clipped(random)) * 1e5) / 1e5,
    Math.round((territory.longitude + reach * 1.3 * clipped(random)) * 1e5) / 1e5,
  ];
}

function clipped(random: Random): number {
  return Math.max(-1.6, Math.min(1.6, random.normal() * 0.6));
}
