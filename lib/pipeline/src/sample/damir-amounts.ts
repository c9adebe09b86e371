import { exemptShare, feeEffect } from "./associations.js";
import { largestPrestations, publishedTotals } from "./calibration.js";
import type { Draw } from "./damir-draw.js";
import { regions, type MonthPlan } from "./damir-plan.js";
import { delayWeight, isDeduction, isFiltered, reimbursementsOf } from "./damir-reimbursements.js";
import { deductions, prestations } from "./prestations.js";
import { Random } from "./random.js";

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
  const reimbursed = reimbursementsOf(draws, plan, random);
  const amounts = draws.map((draw, row) => settle(draw, reimbursed[row] ?? 0, random));
  fitFees(draws, amounts, plan, random);
  fitFiltered(draws, amounts, plan, random);
  fitQuantities(draws, amounts, plan, random);
  return amounts;
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
  const exemption = prestation.rate === 100 ? 30 : exempt ? exemptionOf(draw, random) : 0;
  const base = Math.round((euros * 1e4) / rate);
  return { ...none, rate: rate * 100, exemption, base, reimbursed: Math.round((base * rate) / 100) };
}

/** EXO_MTF of someone wholly covered: long-term illness mostly. */
function exemptionOf({ sex, age }: Draw, random: Random): number {
  if (random.chance(0.86)) return 42;
  if (sex === 2 && age >= 1 && age <= 3) return 55;
  return random.chance(0.5) ? 44 : 62;
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
