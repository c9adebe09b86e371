import { accidentRates } from "./accidents.js";
import { foreignCare } from "./associations.js";
import { generalPractice } from "./calibration.js";
import type { Line } from "./departement-series.js";
import { generalPractitioners } from "./medecins.js";
import { affiliates } from "./population.js";
import { Random } from "./random.js";
import { territories } from "./territories.js";

/** What drives care in a département a year. Arrays follow `territories`. */
export interface Rates {
  affiliates: number[];
  /** Acts of general practitioners an affiliate. */
  generalPractice: number[];
  /** Factor of each driver of a line. */
  drivers: Readonly<Record<Line["driver"], number[]>>;
  /** Factor of dépassements. */
  fees: number[];
  /** Factor of acts at night and on Sundays. */
  permanence: number[];
}

/** The rates of a year: the associations of `associations.ts` between supply and use. */
export function ratesOf(year: number): Rates {
  const insured = territories.map((territory) => affiliates(territory, year));
  const acts = generalPracticeRates(year, insured);
  const density = densities(year, insured);
  const national = mean(density, insured);
  const specialists = territories.map(({ specialistDensity }) => specialistDensity);
  const nationalSpecialists = mean(specialists, insured);
  const accidents = accidentRates();
  const noise = (subject: string, sigma: number) =>
    territories.map(({ departement }) => new Random(`${subject} ${departement}`).around(sigma));
  const factors = (subject: string, sigma: number, of: (place: number) => number) => {
    const values = noise(subject, sigma).map((value, place) => value * of(place));
    const average = mean(values, insured);
    return values.map((value) => value / average);
  };
  const scarcity = (place: number) => 1 - 0.9 * ((density[place] ?? national) / national - 1);
  const south = (place: number) => {
    const { region } = territories[place] ?? { region: 0 };
    return region === 5
      ? 1.4
      : region === 93 || region === 76
        ? 1.3
        : region === 53 || region === 52
          ? 0.75
          : 1;
  };
  const permanence = factors("permanence", 0.28, south);
  return {
    affiliates: insured,
    generalPractice: acts,
    permanence,
    fees: factors("fees", 0.24, (place) => {
      const { region } = territories[place] ?? { region: 0 };
      const regional = region === 11 ? 1.35 : region === 93 ? 1.2 : 0.95;
      return regional * ((specialists[place] ?? 1) / nationalSpecialists) ** 0.45;
    }),
    drivers: {
      none: factors("none", 0.05, () => 1),
      specialists: factors(
        "specialists",
        0.08,
        (place) => ((specialists[place] ?? 1) / nationalSpecialists) ** 0.35,
      ),
      transport: factors("transport", 0.18, scarcity),
      ambulance: factors("ambulance", 0.16, (place) => scarcity(place) * (accidents[place] ?? 1) ** 0.25),
      abroad: factors("abroad", 0.22, (place) => foreignCare[territories[place]?.departement ?? ""] ?? 1),
      permanence,
      nurses: factors("nurses", 0.15, (place) => ((territories[place]?.latitude ?? 46) < 44.6 ? 1.45 : 0.9)),
    },
  };
}

/** General practitioners per 100,000 affiliates. */
function densities(year: number, insured: number[]): number[] {
  return generalPractitioners(year).map((count, place) => (count / (insured[place] ?? 1)) * 1e5);
}

/**
 * Acts of general practitioners an affiliate: the published level and slope on their density, and a noise that neither
 * the ordinary nor the weighted (by affiliates) regression can take for a slope.
 */
function generalPracticeRates(year: number, insured: number[]): number[] {
  const density = densities(year, insured);
  const national = mean(density, insured);
  const ones = density.map(() => 1);
  const noise = orthogonal(
    territories.map(({ departement }) => new Random(`general practice ${departement}`).normal() * 0.42),
    [ones, density, insured, density.map((value, place) => value * (insured[place] ?? 0))],
  );
  return density.map(
    (value, place) =>
      generalPractice.actsPerAffiliate +
      (generalPractice.slope * (value - national)) / 100 +
      (noise[place] ?? 0),
  );
}

/** What remains of a vector once its part along each of the others is taken away (Gram-Schmidt). */
function orthogonal(vector: number[], others: number[][]): number[] {
  const basis: number[][] = [];
  const without = (values: number[]) =>
    basis.reduce((rest, unit) => {
      const along = dot(rest, unit);
      return rest.map((value, index) => value - along * (unit[index] ?? 0));
    }, values);
  for (const other of others) {
    const scale = Math.sqrt(dot(other, other));
    const rest = without(other.map((value) => value / scale));
    const length = Math.sqrt(dot(rest, rest));
    basis.push(rest.map((value) => value / length));
  }
  return without(without(vector));
}

function dot(one: number[], other: number[]): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}

function mean(values: number[], weights: number[]): number {
  return dot(values, weights) / weights.reduce((sum, weight) => sum + weight, 0);
}
