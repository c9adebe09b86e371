import fc from "fast-check";
import { expect, it } from "vitest";
import type { Row } from "../query/columns.js";
import { resultOf, type Result } from "../query/result.js";
import { disclosure } from "./disclosure.js";

const regions: Readonly<Record<string, string>> = {
  "22": "53",
  "29": "53",
  "35": "53",
  "14": "28",
  "27": "28",
};
const departements = Object.keys(regions);
const specialites = ["cardiologie", "dermatologie", "pédiatrie"];
const months = [202401, 202402];

/** A cell of the whole table; undefined stands for the sum over an axis. */
interface Place {
  region?: string | undefined;
  departement?: string | undefined;
  specialite?: string | undefined;
  mois?: number | undefined;
}

const axes = ["region", "departement", "specialite", "mois"] as const;

function isIn(row: Row, place: Place): boolean {
  return axes.every((axis) => place[axis] === undefined || row[axis] === place[axis]);
}

/** All that one who knows the margins of open data knows: each of them, as its place. */
function margins(): Place[] {
  const geography: Place[] = [
    {},
    ...departements.map((departement) => ({ departement })),
    { region: "53" },
    { region: "28" },
  ];
  return geography
    .flatMap((where) =>
      [undefined, ...specialites].flatMap((specialite) =>
        [undefined, ...months].map((mois): Place => ({ ...where, specialite, mois })),
      ),
    )
    .filter(({ departement, specialite, mois }) => [departement, specialite, mois].includes(undefined));
}

/** A fraction free row reduction: the positions of the unknowns that equations with whole coefficients tell. */
function solved(equations: bigint[][], unknowns: number): number[] {
  let done = 0;
  for (let column = 0; column < unknowns; column++) {
    const pivot = equations.findIndex((line, index) => index >= done && line[column] !== 0n);
    if (pivot < 0) continue;
    [equations[done], equations[pivot]] = [equations[pivot] ?? [], equations[done] ?? []];
    const found = equations[done] ?? [];
    for (const [index, line] of equations.entries()) {
      const factor = line[column] ?? 0n;
      if (index === done || factor === 0n) continue;
      equations[index] = line.map((value, at) => value * (found[column] ?? 1n) - (found[at] ?? 0n) * factor);
    }
    done++;
  }
  return equations.flatMap((line) => {
    const left = [...line.keys()].filter((at) => line[at] !== 0n);
    return left.length === 1 ? left : [];
  });
}

const cells = departements.flatMap((departement) =>
  specialites.flatMap((specialite) => months.map((mois) => ({ departement, specialite, mois }))),
);

function tableOf(counts: readonly number[]): Row[] {
  return cells.map((cell, index) => ({
    region: regions[cell.departement] ?? "",
    ...cell,
    actes: counts[index] ?? 0,
  }));
}

function sumAt(base: readonly Row[], place: Place): number {
  return base.filter((row) => isIn(row, place)).reduce((sum, { actes }) => sum + Number(actes), 0);
}

function isMasked({ rows }: Result, place: Row): boolean {
  return rows.some((row) => row["secret"] === "c.s." && axes.every((axis) => row[axis] === place[axis]));
}

/**
 * An attack on what is published, that shares nothing with what protects it: the equations are written from every margin by place that
 * is zero or from the threshold, whether it is in the table or not, unless it is masked there, and solved.
 * @returns positions of the rows of the base whose hidden value they tell
 */
function derived(base: readonly Row[], masked: Result, threshold: number): { hidden: Row[]; told: number[] } {
  const hidden = base.filter((row) => isMasked(masked, row));
  const known = margins().filter((place) => {
    const value = sumAt(base, place);
    const row = Object.fromEntries(axes.map((axis) => [axis, place[axis] ?? null]));
    return (value === 0 || value >= threshold) && !isMasked(masked, row);
  });
  const equations = known.map((place) => hidden.map((row) => (isIn(row, place) ? 1n : 0n)));
  return { hidden, told: solved(equations, hidden.length).map((at) => base.indexOf(hidden[at] ?? {})) };
}

const tables = fc.array(fc.oneof(fc.nat(14), fc.integer({ min: 11, max: 400 })), {
  minLength: cells.length,
  maxLength: cells.length,
});

it("leaves nothing to derive in tables of places, specialities and months, with régions and totals", () => {
  let hiddenRows = 0;
  fc.assert(
    fc.property(tables, fc.boolean(), fc.integer({ min: 3, max: 11 }), (counts, totals, threshold) => {
      const base = tableOf(counts);
      const summed = specialites.flatMap((specialite) =>
        months.map((mois): Row => ({
          region: null,
          departement: null,
          specialite,
          mois,
          actes: sumAt(base, { specialite, mois }),
        })),
      );
      const { masked, report } = disclosure(resultOf(totals ? [...base, ...summed] : base, []), {
        count: "actes",
        axes: [...axes],
        threshold,
      });
      const { hidden, told } = derived(base, masked, threshold);
      const small = base.filter(({ actes }) => Number(actes) > 0 && Number(actes) < threshold);
      expect(small.filter((row) => !hidden.includes(row))).toEqual([]);
      expect(told.filter((row) => !report.unprotected.includes(row))).toEqual([]);
      hiddenRows += hidden.length;
    }),
    { numRuns: 40 },
  );
  expect(hiddenRows).toBeGreaterThan(100);
});

it("derives what is hidden without the totals in mind", () => {
  const base = tableOf(cells.map((_, index) => (index === 8 ? 4 : 20 + index)));
  const options = { count: "actes", axes: [...axes] };
  const { masked } = disclosure(resultOf(base, []), { ...options, margins: "shown" });
  expect(derived(base, masked, 11).told).toEqual([8]);
  expect(derived(base, disclosure(resultOf(base, []), options).masked, 11).told).toEqual([]);
});
