import { Random } from "./random.js";
import type { ProjectTable, Value } from "../tables/project-table.js";
import { territories, type Territory } from "./territories.js";

/** First day of `meteo` and of `accidents`, and how many there are: 2024 and 2025. */
export const firstDay = Date.UTC(2024, 0, 1);
export const dayCount = 731;
const dayLength = 86_400_000;

/** `AAAA-MM-JJ` of the day at this position. */
export function dateOf(day: number): string {
  return new Date(firstDay + day * dayLength).toISOString().slice(0, 10);
}

interface Weather {
  tn: number;
  tx: number;
  tm: number;
  rr: number;
}

/** Daily means over the weather stations of each département. */
export function meteoTable(): ProjectTable {
  return {
    name: "meteo",
    title: "Météo quotidienne par département (synthétique)",
    producer: "Atelier DAMIR, ordres de grandeur de Météo-France",
    url: "https://www.data.gouv.fr/fr/datasets/6569b51ae64326786e4e8e1a/",
    synthetic: true,
    columns: [
      { name: "jour", sql: "DATE" },
      { name: "departement", sql: "VARCHAR" },
      { name: "stations", sql: "SMALLINT" },
      { name: "rr", sql: "DOUBLE" },
      { name: "tn", sql: "DOUBLE" },
      { name: "tx", sql: "DOUBLE" },
      { name: "tm", sql: "DOUBLE" },
    ],
    measures: ["rr"],
    order: ["departement", "jour"],
    files: [
      {
        name: "meteo",
        rows: () => {
          const weather = dailyWeather();
          return territories.flatMap(({ departement }, place) => {
            const stations = 6 + Math.floor(new Random(`stations ${departement}`).uniform() * 26);
            return (weather[place] ?? []).map(({ rr, tn, tx, tm }, day): Value[] => [
              dateOf(day),
              departement,
              stations,
              tenths(rr),
              tenths(tn),
              tenths(tx),
              tenths(tm),
            ]);
          });
        },
      },
    ],
  };
}

/** Mean temperature of each month over the mean of the two years, °C, by département: what consultations respond to. */
export function temperatureAnomalies(): number[][] {
  return dailyWeather().map((days) => {
    const mean = days.reduce((sum, { tm }) => sum + tm, 0) / days.length;
    const sums = Array.from({ length: 24 }, () => ({ sum: 0, count: 0 }));
    days.forEach(({ tm }, day) => {
      const date = new Date(firstDay + day * dayLength);
      const month = sums[(date.getUTCFullYear() - 2024) * 12 + date.getUTCMonth()];
      if (!month) return;
      month.sum += tm - mean;
      month.count += 1;
    });
    return sums.map(({ sum, count }) => sum / count);
  });
}

function dailyWeather(): Weather[][] {
  const fronts = new Map<number, number[]>();
  for (const { region } of territories) {
    if (!fronts.has(region)) fronts.set(region, persistent(new Random(`weather ${region}`), 0.8));
  }
  const country = persistent(new Random("weather"), 0.86);
  return territories.map((territory) => {
    const random = new Random(`weather ${territory.departement}`);
    const local = persistent(random, 0.6);
    const regional = fronts.get(territory.region) ?? country;
    return Array.from({ length: dayCount }, (_, day) => {
      const front = 0.72 * (country[day] ?? 0) + 0.5 * (regional[day] ?? 0) + 0.3 * (local[day] ?? 0);
      return territory.region === 5
        ? tropical(territory, day, front, random)
        : temperate(territory, day, front, random);
    });
  });
}

/** A standard normal series where each day looks like the day before. */
function persistent(random: Random, memory: number): number[] {
  let value = random.normal();
  const fresh = Math.sqrt(1 - memory ** 2);
  return Array.from({ length: dayCount }, () => (value = memory * value + fresh * random.normal()));
}

function temperate(
  { latitude, longitude, relief }: Territory,
  day: number,
  front: number,
  random: Random,
): Weather {
  const season = Math.cos((2 * Math.PI * ((day % 365.25) - 201)) / 365.25);
  const inland = Math.min(1, Math.max(0, (longitude + 3) / 8));
  const mean = 12.4 - 0.62 * (latitude - 46.5) - relief * 0.85;
  const tm = mean + (5.8 + 2.6 * inland) * season + (2.6 + 0.5 * inland) * front + 0.6 * random.normal();
  const spread = 6 + 2.4 * season + 1.4 * inland - 1.2 * front * -0.3;
  const south = latitude < 44.2 && longitude > 2;
  const wet = random.chance(
    Math.min(0.85, Math.max(0.03, (south ? 0.2 : 0.42) - 0.12 * season + 0.1 * front)),
  );
  const rr = wet ? -Math.log(1 - random.uniform()) * (south ? 9 : 4.6) * (1 + relief * 0.08) : 0;
  return { tm, tn: tm - spread / 2 - 0.4, tx: tm + spread / 2, rr };
}

function tropical({ latitude }: Territory, day: number, front: number, random: Random): Weather {
  const hottest = latitude < 0 ? 32 : 232;
  const season = Math.cos((2 * Math.PI * ((day % 365.25) - hottest)) / 365.25);
  const tm = 25.8 + (latitude < 0 ? 2.4 : 1.4) * season + 0.5 * front + 0.3 * random.normal();
  const wet = random.chance(0.5 + 0.15 * season);
  return { tm, tn: tm - 3.4, tx: tm + 4, rr: wet ? -Math.log(1 - random.uniform()) * 9 : 0 };
}

/** One decimal, as published. */
function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
