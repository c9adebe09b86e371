import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  axisParents,
  protectedTable,
  total,
  type CountedRow,
  type ProtectedTable,
} from "./protected-table.js";
import { isProof, suppress, type Suppression } from "./suppression.js";

/** A table of rows and columns, with its totals among the rows where asked. */
function matrix(counts: readonly (readonly number[])[], totals: boolean): ProtectedTable {
  const rows: CountedRow[] = counts.flatMap((line, row) =>
    line.map((value, column) => ({ coordinates: [`r${row}`, `c${column}`], value })),
  );
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  if (totals) {
    counts.forEach((line, row) => rows.push({ coordinates: [`r${row}`, total], value: sum(line) }));
    counts[0]?.forEach((_, column) =>
      rows.push({ coordinates: [total, `c${column}`], value: sum(counts.map((line) => line[column] ?? 0)) }),
    );
    rows.push({ coordinates: [total, total], value: sum(counts.flat()) });
  }
  return protectedTable(rows, [undefined, undefined]);
}

function protect(table: ProtectedTable, threshold: number, needs?: ReadonlyMap<number, number>): Suppression {
  const shown = table.cells.flatMap(({ row, value }, cell) => (row === undefined ? [] : [{ cell, value }]));
  return suppress(table, {
    needs:
      needs ??
      new Map(
        shown.flatMap(({ cell, value }) =>
          value > 0 && value < threshold ? [[cell, threshold - value]] : [],
        ),
      ),
    unseen: new Set(
      table.cells.flatMap(({ row, value }, cell) =>
        row === undefined && value > 0 && value < threshold ? [cell] : [],
      ),
    ),
    cost: (cell) => {
      const { row, value } = table.cells[cell] ?? { row: undefined, value: 0 };
      return row === undefined ? undefined : 1 + value;
    },
  });
}

/**
 * The hidden cells whose value the sums tell exactly, by Gaussian elimination over the integers: those alone in a reduced equation.
 * It shares nothing with the search.
 */
function derivable({ sums }: ProtectedTable, hidden: ReadonlySet<number>): Set<number> {
  const unknowns = [...hidden];
  const equations = sums.map((sum) => unknowns.map((cell) => BigInt(sum.get(cell) ?? 0)));
  let done = 0;
  for (const column of unknowns.keys()) {
    const pivot = equations.findIndex((line, index) => index >= done && line[column] !== 0n);
    const found = equations[pivot];
    if (found === undefined) continue;
    equations.splice(pivot, 1);
    equations.splice(done, 0, found);
    for (const [index, line] of equations.entries()) {
      const factor = line[column] ?? 0n;
      if (index === done || factor === 0n) continue;
      const scale = found[column] ?? 1n;
      equations[index] = line.map((value, at) => value * scale - (found[at] ?? 0n) * factor);
    }
    done++;
  }
  const alone = equations
    .map((line) => unknowns.filter((_, at) => line[at] !== 0n))
    .filter(({ length }) => length === 1);
  return new Set(alone.flat());
}

/** All the values that each hidden cell has in the tables of whole counts that show the same, found by trying them. */
function possibleValues(
  { cells, sums }: ProtectedTable,
  hidden: ReadonlySet<number>,
): Map<number, Set<number>> {
  const unknowns = [...hidden];
  const most = Math.max(...cells.map(({ value }) => value));
  const found = new Map(unknowns.map((cell) => [cell, new Set<number>()]));
  const values = new Map(cells.map(({ value }, cell) => [cell, value]));
  const assign = (next: number): void => {
    const cell = unknowns[next];
    if (cell === undefined) {
      for (const one of unknowns) found.get(one)?.add(values.get(one) ?? 0);
      return;
    }
    const pending = new Set(unknowns.slice(next + 1));
    // Sums whose other cells all have their value leave this one only one.
    const decided = sums
      .filter((sum) => sum.has(cell) && ![...sum.keys()].some((one) => pending.has(one)))
      .map((sum) => {
        const others = [...sum].filter(([one]) => one !== cell);
        const rest = others.reduce((all, [one, sign]) => all + sign * (values.get(one) ?? 0), 0);
        return -rest * (sum.get(cell) ?? 1);
      });
    const tried =
      decided.length > 0 ? new Set(decided) : new Set(Array.from({ length: most + 1 }, (_, value) => value));
    if (decided.length > 0 && tried.size > 1) return;
    for (const value of tried) {
      if (value < 0) continue;
      values.set(cell, value);
      assign(next + 1);
    }
  };
  assign(0);
  return found;
}

const counts = (rows: number, columns: number, most: number) =>
  fc.tuple(fc.integer({ min: 2, max: rows }), fc.integer({ min: 2, max: columns })).chain(([height, width]) =>
    fc.array(fc.array(fc.nat(most), { minLength: width, maxLength: width }), {
      minLength: height,
      maxLength: height,
    }),
  );

describe("suppress", () => {
  it("leaves no hidden cell derivable by linear algebra, whatever the table", () => {
    fc.assert(
      fc.property(counts(6, 6, 60), fc.boolean(), (values, totals) => {
        const table = matrix(values, totals);
        const { hidden, unprotected, alternatives } = protect(table, 11);
        const told = derivable(table, hidden);
        for (const cell of hidden) {
          const { row } = table.cells[cell] ?? {};
          if (row === undefined || unprotected.has(cell)) continue;
          expect(told.has(cell)).toBe(false);
          expect(alternatives.some((change) => change.has(cell))).toBe(true);
        }
        for (const change of alternatives) expect(isProof(table, hidden, change)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it("leaves several tables of whole counts that show the same, and only says unprotected where there is one", () => {
    let looked = 0;
    fc.assert(
      fc.property(counts(3, 3, 5), fc.boolean(), (values, totals) => {
        const table = matrix(values, totals);
        const { hidden, unprotected } = protect(table, 3);
        if (hidden.size > 7) return;
        for (const [cell, possible] of possibleValues(table, hidden)) {
          const { row, value } = table.cells[cell] ?? { row: undefined, value: 0 };
          if (row === undefined) continue;
          looked++;
          expect(possible.has(value)).toBe(true);
          expect(possible.size > 1).toBe(!unprotected.has(cell));
        }
      }),
      { numRuns: 100 },
    );
    expect(looked).toBeGreaterThan(100);
  });

  it("hides nothing where nothing is small", () => {
    expect(
      protect(
        matrix(
          [
            [12, 30],
            [40, 11],
          ],
          true,
        ),
        11,
      ).hidden.size,
    ).toBe(0);
  });

  it("hides a second region's cell where a région has one small département", () => {
    const rows: CountedRow[] = [
      ["53", "22", 100],
      ["53", "29", 4],
      ["53", "35", 80],
      ["28", "14", 50],
      ["28", "27", 60],
    ].map(([region, departement, value]) => ({
      coordinates: [String(region), String(departement)],
      value: Number(value),
    }));
    const parents = axisParents(
      rows.map(({ coordinates }) => coordinates),
      2,
    );
    expect(parents).toEqual([undefined, 0]);
    const table = protectedTable(rows, parents);
    expect([...protect(table, 11).hidden].sort()).toEqual([1, 2]);
  });

  it("says so where a total gives the only cell away", () => {
    const table = protectedTable(
      [
        { coordinates: ["a", "x"], value: 5 },
        { coordinates: ["b", "x"], value: 0 },
        { coordinates: ["b", "y"], value: 30 },
        { coordinates: ["a", total], value: 5 },
        { coordinates: ["b", total], value: 30 },
      ],
      [undefined, undefined],
    );
    const { hidden, unprotected } = suppress(table, {
      needs: new Map([[0, 6]]),
      unseen: new Set(),
      cost: () => undefined,
    });
    expect([...hidden]).toEqual([0]);
    expect([...unprotected]).toEqual([0]);
  });
});

/*
 * Table 4.1 of the Handbook on Statistical Disclosure Control (Hundepool and others, second edition, 2024): respondents by region and
 * industry, 12, 15, 2 and 8. With a threshold of 3 one cell is small, and in two rows and two columns all four must be hidden.
 */
it("protects the example of the European handbook", () => {
  const table = matrix(
    [
      [12, 15],
      [2, 8],
    ],
    false,
  );
  const { hidden, unprotected } = protect(table, 3);
  expect([...hidden].sort()).toEqual([0, 1, 2, 3]);
  expect(unprotected.size).toBe(0);
});

/*
 * The example that the literature on secondary suppression starts with (Fischetti and Salazar, Management Science 47 (7), 2001):
 * investments of three activities in three regions, of which that of activity II in region C, 22, is sensitive. Its interval with the
 * four cells hidden is computed here, by trying all tables.
 */
describe("the example of Fischetti and Salazar", () => {
  const table = matrix(
    [
      [20, 50, 10],
      [8, 19, 22],
      [17, 32, 12],
    ],
    true,
  );
  const sensitive = 5;

  it("hides three cells beside the sensitive one, and no total", () => {
    const { hidden, unprotected } = protect(table, 0, new Map([[sensitive, 8]]));
    expect(hidden.size).toBe(4);
    expect(hidden.has(sensitive)).toBe(true);
    expect(Math.max(...hidden)).toBeLessThan(9);
    expect(unprotected.size).toBe(0);
  });

  it("leaves 5 to 30 where II-A, III-A and III-C are hidden too", () => {
    const possible = possibleValues(table, new Set([sensitive, 3, 6, 8])).get(sensitive) ?? new Set();
    expect([Math.min(...possible), Math.max(...possible)]).toEqual([5, 30]);
  });
});
