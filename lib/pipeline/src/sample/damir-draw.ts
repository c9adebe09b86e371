import { nullShares, rowsByRegion, type99, withoutSpecialityShare } from "./calibration.js";
import { outOfHoursShare } from "./associations.js";
import { delays, regions } from "./damir-plan.js";
import { deductions, prestations, type Prestation } from "./prestations.js";
import { Choice, Random } from "./random.js";

/**
 * How a row enters the totals:
 * - `reference`, `supplement`: PRS_REM_TYP 0 and 1, in FLT_REM_MNT; a supplement is in no other FLT_*;
 * - `grouped`: type 99 (PRS_REM_TYP = 99 and the other variables with it), in FLT_*;
 * - `filtered`, `filtered-grouped`: outside FLT_* (complementary shares, C2S, information);
 * - `reversal`: a true cancellation, all amounts negative;
 * - `deduction`: franchises and participations.
 */
export type Kind =
  | "reference"
  | "supplement"
  | "grouped"
  | "filtered"
  | "filtered-grouped"
  | "reversal"
  | "deduction"
  | "deduction-grouped";

/** A row before its amounts. Indices are those of `prestations` (or `deductions`), `regions`, `ages`, `delays`. */
export interface Draw {
  kind: Kind;
  item: number;
  region: number;
  age: number;
  sex: number;
  /** -1: no month of care (`0000-00`). */
  delay: number;
  /** Months between care and processing; -1 where it has no meaning. */
  months: number;
  speciality: number;
  /** Carries a CPL_COD: night, Sunday, emergency. */
  outOfHours: boolean;
  withoutNumber: boolean;
}

/** Rows of a month, about. */
export const rowsPerMonth = 25_000;

const deductionRows = 0.04;
const kinds = new Choice<Kind>([
  ["grouped", type99.rows - 0.05],
  ["filtered-grouped", 0.05],
  ["filtered", 0.06],
  ["supplement", 0.02],
  ["reversal", 0.006],
  ["reference", 0.514],
]);
const rowRegions = new Choice(
  regions.map((region, index) => [index, rowsByRegion.get(region) ?? 0] as const),
);
const rowAges = new Choice(
  ([15, 11, 12, 12, 13, 14, 13, 9, 0.6] as const).map((weight, index) => [index, weight] as const),
);
const rowDelays = new Choice(delays.map(({ rows }, index) => [index, rows] as const));

/** Draws the rows of a month: which cells there are, not how much is in them. */
export function drawRows(month: number): Draw[] {
  const draws: Draw[] = [];
  const counts = rowCounts();
  prestations.forEach((prestation, item) => {
    const random = new Random(`damir ${month} ${prestation.code}`);
    const specialities = prestation.specialities.length > 0 ? new Choice(prestation.specialities) : undefined;
    const sequence = new Sequence(random);
    for (let row = 0; row < (counts[item] ?? 0); row++) {
      const [u, v, w, x, y, z] = sequence.next();
      const delay = prestation.undated ? -1 : rowDelays.at(w);
      const region = rowRegions.at(u);
      draws.push({
        kind: kindOf(prestation, x),
        item,
        region,
        age: ageOf(prestation, v),
        sex: sexOf(prestation, y, random),
        delay,
        months: monthsOf(delay, random),
        speciality: specialities ? specialities.at(z) : 0,
        // More rows than their share, so that small ones stay visible.
        outOfHours: random.chance(Math.min(0.4, 2.5 * outOfHoursShare(prestation, regions[region] ?? 99))),
        withoutNumber: random.chance(nullShares.prs_act_nbr),
      });
    }
  });
  deductions.forEach((deduction, item) => {
    const random = new Random(`damir ${month} ${deduction.code}`);
    const specialities = deduction.specialities.length > 0 ? new Choice(deduction.specialities) : undefined;
    const sequence = new Sequence(random);
    const count = Math.round((rowsPerMonth * deductionRows) / deductions.length);
    for (let row = 0; row < count; row++) {
      const [u, v, w, x] = sequence.next();
      const delay = rowDelays.at(w);
      draws.push({
        kind: x < type99.rows ? "deduction-grouped" : "deduction",
        item,
        region: rowRegions.at(u),
        age: rowAges.at(v),
        sex: random.chance(0.55) ? 2 : 1,
        delay,
        months: monthsOf(delay, random),
        speciality: specialities ? random.pick(specialities) : 0,
        outOfHours: false,
        withoutNumber: random.chance(nullShares.prs_act_nbr),
      });
    }
  });
  return draws;
}

/** Rows of each prestation: more where there is more money, a quarter of them with a speciality. */
function rowCounts(): number[] {
  const weights = prestations.map(({ rem }) => Math.max(rem, 4) ** 0.42);
  const wanted = rowsPerMonth * (1 - deductionRows);
  const bySpeciality = (is: boolean) =>
    prestations.reduce(
      (sum, { specialities }, row) => sum + (specialities.length > 0 === is ? (weights[row] ?? 0) : 0),
      0,
    );
  // Deductions of doctors carry a speciality too.
  const shares = { with: 1 - withoutSpecialityShare - 0.017, without: withoutSpecialityShare + 0.017 };
  return prestations.map(({ specialities }, row) => {
    const has = specialities.length > 0;
    const share = (has ? shares.with : shares.without) / bySpeciality(has);
    return Math.max(90, Math.round(wanted * share * (weights[row] ?? 0)));
  });
}

function kindOf(prestation: Prestation, quantile: number): Kind {
  const kind = kinds.at(quantile);
  // Allowances aren't shared with a complementary insurance.
  return prestation.rate === 0 && (kind === "filtered" || kind === "supplement") ? "reference" : kind;
}

function ageOf({ age }: Prestation, quantile: number): number {
  if (age === "maternite")
    return quantile < 0.01 ? 8 : ([0, 1, 1, 2, 2, 2, 3][Math.floor(quantile * 7)] ?? 2);
  if (age === "actif" || age === "actif-age") return quantile < 0.005 ? 8 : 1 + Math.floor(quantile * 5);
  if (age === "depistage") return quantile < 0.005 ? 8 : 2 + Math.floor(quantile * 5);
  return rowAges.at(quantile);
}

function sexOf({ women }: Prestation, quantile: number, random: Random): number {
  if (women === 1) return 2;
  if (random.chance(0.0008)) return 0;
  return quantile < women ? 2 : 1;
}

function monthsOf(delay: number, random: Random): number {
  const group = delays[delay];
  if (!group || group.from < 0) return -1;
  // The older the rarer, back to 2001.
  const position = group.to > 24 ? random.uniform() ** 3 : random.uniform();
  return group.from + Math.floor(position * (group.to - group.from + 1));
}

type Point = [number, number, number, number, number, number];

/** Points that cover a cube evenly (Kronecker sequence on the generalised golden ratio), so that no cell stays empty by bad luck. */
class Sequence {
  static readonly #steps = [1, 2, 3, 4, 5, 6].map((power) => 1.1127756842787055 ** -power);
  readonly #position: number[];

  constructor(random: Random) {
    this.#position = Sequence.#steps.map(() => random.uniform());
  }

  next(): Point {
    this.#position.forEach((value, axis) => {
      this.#position[axis] = (value + (Sequence.#steps[axis] ?? 0)) % 1;
    });
    return this.#position as Point;
  }
}
