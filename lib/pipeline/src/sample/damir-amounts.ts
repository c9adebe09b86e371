import {
  largestPrestations,
  publishedTotals,
  remByAge,
  remByRegion,
  sameMonthShare,
  type99,
} from "./calibration.js";
import { anomalies, exemptShare, feeEffect, outOfHoursShare } from "./associations.js";
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

/** Amounts of a row: whole cents, whole acts. */
export interface Amounts {
  /** PRS_REM_TAU, hundredths of %. */
  rate: number;
  /** EXO_MTF where the row isn't of type 99. */
  exemption: number;
  quantity: number;
  expense: number;
  fee: number;
  base: number;
  reimbursed: number;
}

/**
 * Gives the rows of a month their amounts, calibrated on the plan: reimbursements by PRS_NAT, region, age, delay and
 * type 99, then quantities, dépassements, expense and base on the published totals of that month's scale.
 */
export function amountsOf(draws: readonly Draw[], plan: MonthPlan): Amounts[] {
  const random = new Random(`amounts ${plan.month}`);
  const reimbursed = new Float64Array(draws.length);
  deduct(draws, plan, reimbursed, random);
  reverse(draws, plan, reimbursed, random);
  reimburse(draws, plan, reimbursed, random);
  const amounts = draws.map((draw, row) => settle(draw, reimbursed[row] ?? 0, random));
  fitFees(draws, amounts, plan, random);
  fitFiltered(draws, amounts, plan, random);
  fitQuantities(draws, amounts, plan, random);
  return amounts;
}

const isFiltered = ({ kind }: Draw) => kind === "filtered" || kind === "filtered-grouped";
const isDeduction = ({ kind }: Draw) => kind === "deduction" || kind === "deduction-grouped";
const isPositive = ({ kind }: Draw) => kind === "reference" || kind === "supplement" || kind === "grouped";

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
function delayWeight({ delay }: Draw): number {
  const group = delays[delay];
  if (!group) return 1;
  return (delay === 0 ? 0.68 : 0.32 * group.rem) / group.rows;
}

function reimburse(draws: readonly Draw[], plan: MonthPlan, reimbursed: Float64Array, random: Random): void {
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

/** The row's rate, base and reimbursement in whole cents, consistent to the cent; neither expense nor quantity yet. */
function settle(draw: Draw, euros: number, random: Random): Amounts {
  const none = {
    rate: 0,
    exemption: 0,
    quantity: 0,
    expense: 0,
    fee: 0,
    base: 0,
    reimbursed: Math.round(euros * 100),
  };
  if (isDeduction(draw)) return { ...none, rate: 10_000 };
  const prestation = prestations[draw.item];
  if (!prestation || prestation.rate === 0) return { ...none, rate: 10_000 };
  const exempt = random.chance(exemptShare[draw.age] ?? 0.3);
  const offPathway = prestation.rate === 70 && !exempt && random.chance(0.04);
  const rate = exempt ? 100 : offPathway ? 30 : prestation.rate;
  const exemption =
    prestation.rate === 100 ? 30 : exempt ? (random.chance(0.86) ? 42 : random.chance(0.5) ? 44 : 55) : 0;
  const base = Math.round((euros * 1e4) / rate);
  return { ...none, rate: rate * 100, exemption, base, reimbursed: Math.round((base * rate) / 100) };
}

/** Dépassements, free prices and expense of the rows that are in FLT_PAI_MNT, calibrated on the published totals. */
function fitFees(draws: readonly Draw[], amounts: Amounts[], plan: MonthPlan, random: Random): void {
  const fees = new Float64Array(draws.length);
  const surpluses = new Float64Array(draws.length);
  let fee = 0;
  let surplus = 0;
  let base = 0;
  draws.forEach((draw, row) => {
    const amount = amounts[row];
    const prestation = prestations[draw.item];
    if (!amount || !prestation || isDeduction(draw) || isFiltered(draw)) return;
    const bySpeciality =
      draw.speciality === 33 || draw.speciality === 4 || draw.speciality === 7
        ? 1.3
        : draw.speciality === 6
          ? 0.7
          : 1;
    const region = regions[draw.region] ?? 99;
    // Someone wholly covered meets fewer dépassements.
    const covered = amount.rate === 10_000 ? 0.6 : 1;
    fees[row] =
      amount.base *
      prestation.excessFee *
      (prestation.executor === "dentiste" ? feeEffect(region) ** 0.3 : feeEffect(region)) *
      bySpeciality *
      covered *
      random.around(0.2);
    surpluses[row] = amount.base * (prestation.price - 1) * random.around(0.1);
    if (draw.kind === "supplement") return;
    fee += fees[row] ?? 0;
    surplus += surpluses[row] ?? 0;
    base += amount.base;
  });
  const feeFactor = (publishedTotals.flt_dep_mnt * plan.scale * 100) / fee;
  const surplusWanted = (publishedTotals.flt_pai_mnt - publishedTotals.flt_dep_mnt) * plan.scale * 100 - base;
  const surplusFactor = surplusWanted / surplus;
  amounts.forEach((amount, row) => {
    amount.fee = Math.round((fees[row] ?? 0) * feeFactor);
    amount.expense = amount.base + amount.fee + Math.round((surpluses[row] ?? 0) * surplusFactor);
  });
}

/** Rows outside FLT_*: they bring PRS_PAI_MNT, PRS_REM_BSE and PRS_REM_MNT from the filtered totals to the published ones. */
function fitFiltered(draws: readonly Draw[], amounts: Amounts[], plan: MonthPlan, random: Random): void {
  const rows: number[] = [];
  const left = {
    expense: publishedTotals.prs_pai_mnt * plan.scale * 100,
    base: publishedTotals.prs_rem_bse * plan.scale * 100,
    reimbursed: publishedTotals.prs_rem_mnt * plan.scale * 100,
  };
  draws.forEach((draw, row) => {
    const amount = amounts[row];
    if (!amount) return;
    if (isFiltered(draw)) {
      rows.push(row);
      return;
    }
    left.expense -= amount.expense;
    left.base -= amount.base;
    left.reimbursed -= amount.reimbursed;
  });
  const weights = rows.map((row) => {
    const draw = draws[row] as Draw;
    return Math.sqrt((prestations[draw.item]?.rem ?? 1) / 10) * delayWeight(draw) * random.around(0.5);
  });
  const sum = (of: (row: number) => boolean) =>
    weights.reduce((total, value, index) => total + (of(rows[index] ?? 0) ? value : 0), 0);
  // The shares of complementary insurances repeat an expense whose base is on the reference line.
  const hasBase = (row: number) => draws[row]?.kind === "filtered-grouped";
  const whole = sum(() => true);
  const wholeBase = sum(hasBase);
  const surplus = left.expense - left.base;
  rows.forEach((row, index) => {
    const amount = amounts[row];
    if (!amount) return;
    const share = (weights[index] ?? 0) / whole;
    amount.base = hasBase(row) ? Math.round((left.base * (weights[index] ?? 0)) / wholeBase) : 0;
    amount.reimbursed = Math.round(left.reimbursed * share);
    amount.expense = amount.base + Math.round(surplus * share);
  });
}

/** Quantities: the published ones for the ten largest, the rest fitted to the published total. */
function fitQuantities(draws: readonly Draw[], amounts: Amounts[], plan: MonthPlan, random: Random): void {
  const raw = draws.map((draw, row) => {
    const amount = amounts[row];
    if (!amount) return 0;
    if (isDeduction(draw)) return amount.reimbursed / ((deductions[draw.item]?.unit ?? -1) * 100);
    const unit = (prestations[draw.item]?.unit ?? 1) * 100;
    const rate = amount.rate / 10_000;
    // A wholly reimbursed act costs more than one at the common rate: the same act, not half an act.
    const common = (prestations[draw.item]?.rate ?? 100) / 100 || 1;
    return (amount.reimbursed / unit / (rate / common || 1)) * random.around(0.06);
  });
  const counted = ({ kind }: Draw) => kind === "reference" || kind === "grouped" || kind === "reversal";
  const sums = prestations.map(() => 0);
  let known = 0;
  draws.forEach((draw, row) => {
    if (counted(draw)) sums[draw.item] = (sums[draw.item] ?? 0) + (raw[row] ?? 0);
    else if (isDeduction(draw)) known += raw[row] ?? 0;
  });
  const largest = prestations.map(({ code }) => largestPrestations.has(code));
  const wanted = prestations.map(({ unit }, item) => (plan.prestations[item] ?? 0) / unit);
  wanted.forEach((value, item) => {
    if (largest[item]) known += value;
  });
  const others = wanted.reduce((sum, value, item) => sum + (largest[item] ? 0 : value), 0);
  const fit = (publishedTotals.flt_act_qte * plan.scale - known) / others;
  const carried = prestations.map(() => 0);
  draws.forEach((draw, row) => {
    const amount = amounts[row];
    if (!amount) return;
    if (isDeduction(draw)) {
      amount.quantity = Math.max(1, Math.round(raw[row] ?? 0));
      return;
    }
    const factor = ((wanted[draw.item] ?? 0) * (largest[draw.item] ? 1 : fit)) / (sums[draw.item] ?? 1);
    const exact = (raw[row] ?? 0) * factor + (carried[draw.item] ?? 0);
    const least = draw.kind === "reversal" ? -1 : 1;
    amount.quantity = least < 0 ? Math.min(-1, Math.round(exact)) : Math.max(1, Math.round(exact));
    carried[draw.item] = counted(draw) ? exact - amount.quantity : (carried[draw.item] ?? 0);
  });
}
