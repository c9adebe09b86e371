import {
  calibratedMonth,
  largestPrestations,
  months,
  publishedTotals,
  remByAge,
  remByRegion,
  undatedShare,
} from "./calibration.js";
import { regionEffect, seasons, ageEffects } from "./associations.js";
import { deductions, prestations } from "./prestations.js";
import { Random } from "./random.js";
import { rakeTable } from "./raking.js";

/** Open DAMIR's region groups, in the order of the tables below. */
export const regions: readonly number[] = [...remByRegion.keys()];
/** Age classes, in the order of the tables below. */
export const ages: readonly number[] = [...remByAge.keys()];

/** Groups of delay between care and processing: months from, months to, share of dated reimbursements, share of rows. */
export const delays: readonly { from: number; to: number; rem: number; rows: number }[] = [
  { from: 0, to: 0, rem: 0, rows: 0.42 },
  { from: 1, to: 1, rem: 0.61, rows: 0.22 },
  { from: 2, to: 2, rem: 0.17, rows: 0.1 },
  { from: 3, to: 3, rem: 0.075, rows: 0.06 },
  { from: 4, to: 6, rem: 0.075, rows: 0.08 },
  { from: 7, to: 12, rem: 0.045, rows: 0.06 },
  { from: 13, to: 24, rem: 0.018, rows: 0.04 },
  { from: 25, to: 288, rem: 0.006, rows: 0.018 },
  // Published as `0001-01`.
  { from: -1, to: -1, rem: 0.001, rows: 0.002 },
];

/** How much of the activity of a month is paid in each of the following months: what turns care into processing. */
const paidAfter = [0.68, 0.19, 0.055, 0.025, 0.015, 0.01, 0.008, 0.006, 0.005, 0.003, 0.002, 0.001];

/** Processing runs late or early from one month to the next (working days, bank holidays): January 2025 is 1. */
const workingDays = [1.0, 0.972, 0.986, 1.004, 0.958, 0.982, 1.024, 0.908, 0.976, 1.036, 0.962, 1.012];
const yearlyGrowth = 1.027;

/** What a processing month must sum to, euros. */
export interface MonthPlan {
  month: number;
  /** FLT_REM_MNT over what the calibrated month has. */
  scale: number;
  /** FLT_REM_MNT of each of `prestations`, reversals included. */
  prestations: number[];
  /** FLT_REM_MNT of each of `deductions`, negative. */
  deductions: number[];
}

/** What reversals take away, over the total: so small that it's only there to be met. */
export const reversalShare = 0.0012;

/** Plans the 24 months: published shares over the whole and in the calibrated month, seasons and growth elsewhere. */
export function planMonths(): MonthPlan[] {
  const reference = months.indexOf(calibratedMonth);
  const total = publishedTotals.flt_rem_mnt;
  const kept = deductions.reduce((sum, deduction) => sum + deduction.rem * 1e6, 0);
  const wanted = total - kept;
  const base = fitPrestations(wanted);
  const scales = months.map((month, index) => {
    const growth = yearlyGrowth ** ((index - reference) / 12);
    return (workingDays[(month % 100) - 1] ?? 1) * growth;
  });

  const whole = scales.reduce((sum, scale) => sum + scale, 0);
  const cells = new Float64Array(prestations.length * months.length);
  prestations.forEach((prestation, row) => {
    const random = new Random(`season ${prestation.code}`);
    months.forEach((month, column) => {
      const fixed = column === reference && largestPrestations.has(prestation.code);
      cells[row * months.length + column] = fixed
        ? 0
        : (base[row] ?? 0) *
          (scales[column] ?? 1) *
          processedSeason(prestation.season, month) *
          random.around(0.006);
    });
  });
  // The ten largest are known for the calibrated month: what remains is fitted around them.
  const fixed = prestations.map((prestation, row) =>
    largestPrestations.has(prestation.code) ? (base[row] ?? 0) : 0,
  );
  const fixedTotal = fixed.reduce((sum, value) => sum + value, 0);
  rakeTable(
    cells,
    base.map((value, row) => value * whole - (fixed[row] ?? 0)),
    scales.map((scale, column) => scale * wanted - (column === reference ? fixedTotal : 0)),
  );
  return months.map((month, column) => ({
    month,
    scale: scales[column] ?? 1,
    prestations: prestations.map((_, row) => {
      const cell = cells[row * months.length + column] ?? 0;
      return column === reference ? cell + (fixed[row] ?? 0) : cell;
    }),
    deductions: deductions.map((deduction) => deduction.rem * 1e6 * (scales[column] ?? 1)),
  }));
}

/** FLT_REM_MNT of each prestation in the calibrated month, €: the ten largest as published, the rest fitted to `wanted`. */
function fitPrestations(wanted: number): number[] {
  const largest = (code: number) => (largestPrestations.get(code)?.rem ?? 0) * 1e6;
  const sum = (list: readonly { code: number; rem: number }[]) =>
    list.reduce((total, { rem }) => total + rem * 1e6, 0);
  const others = prestations.filter(({ code }) => !largestPrestations.has(code));
  const undated = others.filter((prestation) => prestation.undated);
  const dated = others.filter((prestation) => !prestation.undated);
  const known = prestations.reduce((total, { code }) => total + largest(code), 0);
  const knownUndated = prestations.reduce(
    (total, { code, undated: is }) => total + (is ? largest(code) : 0),
    0,
  );
  const undatedWanted = undatedShare * publishedTotals.flt_rem_mnt - knownUndated;
  const datedWanted = wanted - known - undatedWanted;
  return prestations.map(({ code, rem, undated: is }) => {
    if (largestPrestations.has(code)) return largest(code);
    return is ? (rem * 1e6 * undatedWanted) / sum(undated) : (rem * 1e6 * datedWanted) / sum(dated);
  });
}

function processedSeason(season: keyof typeof seasons, month: number): number {
  const profile = seasons[season];
  const position = (month % 100) - 1;
  return paidAfter.reduce(
    (sum, share, delay) => sum + share * (profile[(position - delay + 24) % 12] ?? 1),
    0,
  );
}

/** FLT_REM_MNT of a prestation by region and by age class, fitted to the published shares, euros. */
export interface Spread {
  /** `prestations × regions`, by rows. */
  byRegion: Float64Array;
  /** `prestations × ages`, by rows. */
  byAge: Float64Array;
}

/**
 * Spreads a month over regions and ages.
 * @param regionTotals wanted of each region, € (shares matter only)
 * @param ageTotals wanted of each age class
 * @param covered whether any row can carry a cell
 */
export function spreadMonth(
  plan: MonthPlan,
  regionTotals: number[],
  ageTotals: number[],
  covered: { byRegion: Uint8Array; byAge: Uint8Array },
): Spread {
  const regionCells = Float64Array.from(covered.byRegion);
  const ageCells = Float64Array.from(covered.byAge);
  prestations.forEach((prestation, row) => {
    const random = new Random(`regions ${prestation.code}`);
    regions.forEach((region, column) => {
      const cell = row * regions.length + column;
      const effect = regionEffect(prestation, region) * random.around(0.07);
      regionCells[cell] =
        (regionCells[cell] ?? 0) * (remByRegion.get(region) ?? 0) * effect * (plan.prestations[row] ?? 0);
    });
    ages.forEach((age, column) => {
      const cell = row * ages.length + column;
      const effect = ageEffects[prestation.age][column] ?? 1;
      ageCells[cell] =
        (ageCells[cell] ?? 0) * (remByAge.get(age) ?? 0) * effect * (plan.prestations[row] ?? 0);
    });
  });
  return {
    byRegion: rakeTable(regionCells, plan.prestations, regionTotals),
    byAge: rakeTable(ageCells, plan.prestations, ageTotals),
  };
}
