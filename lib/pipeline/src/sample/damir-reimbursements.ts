import { anomalies, outOfHoursShare } from "./associations.js";
import { publishedTotals, remByAge, remByRegion, sameMonthShare, type99 } from "./calibration.js";
import type { Draw } from "./damir-draw.js";
import {
  ages,
  delays,
  regions,
  reversalShare,
  spreadMonth,
  type MonthPlan,
  type Spread,
} from "./damir-plan.js";
import { deductions, prestations } from "./prestations.js";
import { Random } from "./random.js";
import { rake, type Margin } from "./raking.js";

/** Outside FLT_*. */
export const isFiltered = ({ kind }: Draw): boolean => kind === "filtered" || kind === "filtered-grouped";
/** A franchise or a participation. */
export const isDeduction = ({ kind }: Draw): boolean => kind === "deduction" || kind === "deduction-grouped";
const isPositive = ({ kind }: Draw) => kind === "reference" || kind === "supplement" || kind === "grouped";

/**
 * FLT_REM_MNT of each row, euros: calibrated on the plan by PRS_NAT, region, age, delay and type 99, deductions and
 * reversals first. Rows outside FLT_* have 0.
 */
export function reimbursementsOf(draws: readonly Draw[], plan: MonthPlan, random: Random): Float64Array {
  const reimbursed = new Float64Array(draws.length);
  deduct(draws, plan, reimbursed, random);
  reverse(draws, plan, reimbursed, random);
  reimburse(draws, plan, reimbursed, random);
  return reimbursed;
}

function deduct(draws: readonly Draw[], plan: MonthPlan, reimbursed: Float64Array, random: Random): void {
  const sums = deductions.map(() => 0);
  draws.forEach((draw, row) => {
    if (!isDeduction(draw)) return;
    const weight = delayWeight(draw) * random.around(0.4);
    reimbursed[row] = weight;
    sums[draw.item] = (sums[draw.item] ?? 0) + weight;
  });
  draws.forEach((draw, row) => {
    if (isDeduction(draw))
      reimbursed[row] = ((reimbursed[row] ?? 0) * (plan.deductions[draw.item] ?? 0)) / (sums[draw.item] ?? 1);
  });
}

function reverse(draws: readonly Draw[], plan: MonthPlan, reimbursed: Float64Array, random: Random): void {
  let sum = 0;
  draws.forEach((draw, row) => {
    if (draw.kind === "reversal")
      sum += reimbursed[row] = (plan.prestations[draw.item] ?? 0) * random.around(0.8);
  });
  const factor = (-reversalShare * publishedTotals.flt_rem_mnt * plan.scale) / sum;
  draws.forEach((draw, row) => {
    if (draw.kind === "reversal") reimbursed[row] = (reimbursed[row] ?? 0) * factor;
  });
}

/** Reimbursements over rows of a group of delay: what a row of it weighs before calibration. */
export function delayWeight({ delay }: Draw): number {
  const group = delays[delay];
  if (!group) return 1;
  return (delay === 0 ? 0.68 : 0.32 * group.rem) / group.rows;
}

/** The plan of what is paid before reversals take some of it away. */
function beforeReversals(draws: readonly Draw[], plan: MonthPlan, reimbursed: Float64Array): MonthPlan {
  const paid = [...plan.prestations];
  draws.forEach(({ kind, item }, row) => {
    if (kind === "reversal") paid[item] = (paid[item] ?? 0) - (reimbursed[row] ?? 0);
  });
  return { ...plan, prestations: paid };
}

function reimburse(draws: readonly Draw[], month: MonthPlan, reimbursed: Float64Array, random: Random): void {
  const plan = beforeReversals(draws, month, reimbursed);
  const special = new Map(
    anomalies.map(({ code, region, age, factor }) => [`${code} ${region} ${age}`, factor]),
  );
  const covered = {
    byRegion: new Uint8Array(prestations.length * regions.length),
    byAge: new Uint8Array(prestations.length * ages.length),
  };
  const positive: number[] = [];
  draws.forEach((draw, row) => {
    if (!isPositive(draw)) return;
    positive.push(row);
    covered.byRegion[draw.item * regions.length + draw.region] = 1;
    covered.byAge[draw.item * ages.length + draw.age] = 1;
  });
  const total = publishedTotals.flt_rem_mnt * plan.scale;
  const published = (values: ReadonlyMap<number, number>) => {
    const whole = [...values.values()].reduce((sum, value) => sum + value, 0);
    return [...values.values()].map((value) => (value / whole) * total);
  };
  const regionTotals = published(remByRegion);
  const ageTotals = published(remByAge);
  let grouped = type99.rem * total;
  const delayTotals = delays.map((_, index) => (index === 0 ? sameMonthShare * total : 0));
  let dated = total;
  draws.forEach((draw, row) => {
    const amount = reimbursed[row] ?? 0;
    if (isFiltered(draw) || isPositive(draw)) return;
    // What deductions and reversals take away must be given elsewhere.
    regionTotals[draw.region] = (regionTotals[draw.region] ?? 0) - amount;
    ageTotals[draw.age] = (ageTotals[draw.age] ?? 0) - amount;
    if (draw.kind === "deduction-grouped") grouped -= amount;
    if (draw.delay === 0) delayTotals[0] = (delayTotals[0] ?? 0) - amount;
    dated -= amount;
  });
  prestations.forEach((prestation, item) => {
    if (prestation.undated) dated -= plan.prestations[item] ?? 0;
  });
  const late = dated - (delayTotals[0] ?? 0);
  delays.forEach(({ rem }, index) => {
    if (index > 0) delayTotals[index] = late * rem;
  });

  const spread = spreadMonth(plan, regionTotals, ageTotals, covered);
  const of = <T>(value: (draw: Draw) => T) => positive.map((row) => value(draws[row] as Draw));
  const weights = Float64Array.from(
    of((draw) => {
      const code = prestations[draw.item]?.code ?? 0;
      const typed = draw.kind === "grouped" ? 0.07 : draw.kind === "supplement" ? 0.25 : 1;
      const cell = special.get(`${code} ${regions[draw.region] ?? ""} ${ages[draw.age] ?? ""}`) ?? 1;
      return typed * delayWeight(draw) * cell * random.around(0.35);
    }),
  );
  const whole = plan.prestations.reduce((sum, value) => sum + value, 0);
  const typeMargin = {
    groups: of(({ kind }) => (kind === "grouped" ? 1 : 0)),
    totals: [whole - grouped, grouped],
  };
  const delayMargin = { groups: of(({ delay }) => delay), totals: delayTotals };
  const ageMargin = { groups: of(({ age }) => age), totals: ageTotals };
  rake(
    weights,
    [
      typeMargin,
      delayMargin,
      { groups: of(({ item, age }) => item * ages.length + age), totals: spread.byAge },
      ageMargin,
      specialityMargin(plan, of),
      outOfHoursMargin(spread, of),
      { groups: of(({ item, region }) => item * regions.length + region), totals: spread.byRegion },
    ],
    40,
    1e-3,
  );
  // The finest cells can't all be met at once; the published margins can.
  rake(weights, [
    typeMargin,
    delayMargin,
    ageMargin,
    { groups: of(({ region }) => region), totals: regionTotals },
    { groups: of(({ item }) => item), totals: plan.prestations },
  ]);
  positive.forEach((row, index) => (reimbursed[row] = weights[index] ?? 0));
}

/** A value of each row that is reimbursed, in their order. */
type OfRows = <T>(value: (draw: Draw) => T) => T[];

/** Specialities share a prestation as its mix says, each month. */
function specialityMargin(plan: MonthPlan, of: OfRows): Margin {
  const groups = new Map<string, number>();
  const totals: number[] = [];
  prestations.forEach(({ specialities }, item) => {
    const whole = specialities.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [speciality, weight] of specialities) {
      groups.set(`${item} ${speciality}`, totals.length);
      totals.push(((plan.prestations[item] ?? 0) * weight) / whole);
    }
  });
  return { groups: of(({ item, speciality }) => groups.get(`${item} ${speciality}`) ?? -1), totals };
}

/** Nights, Sundays and emergencies have their share of a prestation in each region. */
function outOfHoursMargin(spread: Spread, of: OfRows): Margin {
  const totals = prestations.flatMap((prestation, item) =>
    regions.flatMap((region, column) => {
      const total = spread.byRegion[item * regions.length + column] ?? 0;
      const share = outOfHoursShare(prestation, region);
      return [total * (1 - share), total * share];
    }),
  );
  return {
    groups: of(({ item, region, outOfHours }) => (item * regions.length + region) * 2 + (outOfHours ? 1 : 0)),
    totals,
  };
}
