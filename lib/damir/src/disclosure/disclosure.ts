import { isIdentifier } from "../dictionary/dictionary.js";
import type { Column, Row } from "../query/columns.js";
import { Result } from "../query/result.js";
import { UserError } from "../user-error.js";
import { axisOrder, countsOf, numbersOf } from "./counted-rows.js";
import { DisclosureReport } from "./disclosure-report.js";
import { inToldOrder } from "./told-order.js";
import { axisParents, protectedTable, type ProtectedTable } from "./protected-table.js";
import { riskyCombinations } from "./risky-combinations.js";
import { suppress } from "./suppression.js";

/** How a table is checked before it is published. */
export interface DisclosureOptions {
  /** Column of the counts: acts, mostly. */
  count: string;
  /** Counts from 1 to one less than this are hidden; 11 unless said. */
  threshold?: number;
  /** True to hide zeros too. */
  zeros?: boolean;
  /** Columns that tell the cells apart: two for a table of rows and columns. Default: all texts, dates, codes and years. */
  axes?: readonly string[];
  /** What the total rows of the table (ROLLUP, CUBE) have in the place of a value; null unless said. */
  total?: string | null;
  /**
   * Whether a reader may know the totals that aren't in the table. `known` unless said: of open data, anyone can compute them. With
   * `shown`, only those that are among the rows are reckoned with.
   */
  margins?: "known" | "shown";
  /** A cell is hidden where its largest contributor has more than this share (0.85) of its value. */
  dominance?: {
    /** Column with what the largest contributor has. */
    largest: string;
    /** Column with what all have; the count unless said. */
    of?: string;
    share?: number;
  };
  /** Column with the number of professionals of each cell (RPPS): with 1 or 2 it is hidden, up to 10 the report warns. */
  practitioners?: string;
}

/** A table that was checked. */
export interface Disclosure {
  readonly report: DisclosureReport;
  /** The table with its hidden cells empty, and a column `secret` that marks them « c.s. ». */
  readonly masked: Result;
}

const practitionersBlocked = 2;
const practitionersWarned = 10;

/** Name of the column that marks hidden cells, and the mark. */
const markColumn = "secret";
const mark = "c.s.";

/**
 * Checks a table of counts before it is published, and hides what it shouldn't tell. Hidden are counts from 1 to 10 (the rule of the
 * SNDS's open data), cells that one contributor makes at 85 % or more, cells of one or two professionals; then as many others as it
 * takes for none of these to be computed from the totals of rows, of columns, of régions and of the whole, be they shown or not.
 *
 * In a hidden cell all numbers are empty, amounts and rates too; rows that were sorted by them are sorted by the axes instead, since
 * a hidden cell between two equal ones would be known. It counts acts, not people: it never certifies that people are
 * anonymous, and two tables that were checked apart may tell something together.
 *
 * @param result one row a cell, aggregated; rows of totals (ROLLUP, CUBE) may be among them
 * @throws UserError when a column is missing, when two rows are the same cell, when a count isn't a whole number from 0, or when a row
 * of totals isn't the sum of its cells
 *
 * @example
 * const actes = await damir.sql`
 *   SELECT departement, exe_spe, sum(act_dnb) AS actes
 *   FROM damir_departement
 *   WHERE serie = '111112' AND sns_date = 202401 AND departement IN ('05', '48', '23')
 *   GROUP BY 1, 2`;
 * const { report, masked } = disclosure(actes, { count: "actes" });
 * report.lines[0];
 */
export function disclosure<R extends object>(result: Result<R>, options: DisclosureOptions): Disclosure {
  const { count, threshold = 11, zeros = false, margins = "known", dominance, practitioners } = options;
  if (!Number.isInteger(threshold) || threshold < 2) {
    throw new UserError(`Le seuil (threshold) est un nombre entier à partir de 2, pas ${threshold}.`);
  }
  const rows = result.rows as readonly Row[];
  const axes =
    options.axes ?? axesOf(result.columns, [count, practitioners, dominance?.largest, dominance?.of]);
  const needed = [count, ...axes, practitioners, dominance?.largest, dominance?.of].flatMap(
    (name) => name ?? [],
  );
  checkColumns(result.columns, needed);
  const counted = countsOf(rows, count, axisOrder(rows, axes, options.total ?? null), options.total ?? null);
  const table = protectedTable(
    counted,
    axisParents(
      counted.map(({ coordinates }) => coordinates),
      counted[0]?.coordinates.length ?? 0,
    ),
  );
  checkTotals(table, counted);
  const value = (row: number) => counted[row]?.value ?? 0;

  const few = practitioners === undefined ? [] : numbersOf(rows, practitioners);
  const share = dominance?.share ?? 0.85;
  const largest = dominance === undefined ? [] : numbersOf(rows, dominance.largest);
  const whole = dominance === undefined ? [] : numbersOf(rows, dominance.of ?? count);
  const reasons = counted.map(({ value: here, unpublished }, row): Reason | undefined => {
    if (unpublished) return "unpublished";
    if (here < threshold && (here > 0 || zeros)) return "small";
    const [part, all] = [largest[row] ?? 0, whole[row] ?? 0];
    if (all > 0 && part / all >= share) return "dominated";
    const professionals = few[row] ?? 0;
    return professionals > 0 && professionals <= practitionersBlocked ? "fewPractitioners" : undefined;
  });
  const needs = new Map(
    reasons.flatMap((reason, row): [number, number][] => {
      if (reason === undefined || reason === "unpublished") return [];
      // Another table that shows the same must not be known to be below the threshold, or not to be this one by a sixth.
      return [
        [row, Math.max(1, reason === "small" ? threshold - value(row) : Math.ceil(value(row) * (1 - share)))],
      ];
    }),
  );
  const { hidden, unprotected } = suppress(table, {
    needs,
    unseen: unseenTotals(table, counted, threshold, margins),
    cost: (cell) => {
      const { row, value: size } = table.cells[cell] ?? { row: undefined, value: 0 };
      // Large cells and zeros are what readers look for, or know: they are hidden last.
      return row === undefined ? undefined : size === 0 ? 50 : 1 + Math.log10(1 + size);
    },
  });
  const hiddenRows = new Set([...hidden].filter((cell) => cell < rows.length));
  const warned = few.filter(
    (number) => number > practitionersBlocked && number <= practitionersWarned,
  ).length;
  const tally = (wanted: Reason) => reasons.filter((reason) => reason === wanted).length;
  const report = new DisclosureReport(
    {
      cells: rows.length,
      small: tally("small"),
      dominated: tally("dominated"),
      fewPractitioners: tally("fewPractitioners"),
      secondary: [...hiddenRows].filter((row) => reasons[row] === undefined).length,
      unpublished: tally("unpublished"),
    },
    threshold,
    [...unprotected].filter((cell) => cell < rows.length).sort((a, b) => a - b),
    [
      ...riskyCombinations(axes, result.sources),
      ...(warned > 0
        ? [
            `${warned} case${warned > 1 ? "s ont" : " a"} 3 à 10 professionnels : qui les connaît peut approcher l'activité des autres.`,
          ]
        : []),
    ],
  );
  return {
    report,
    masked: inToldOrder(
      mask(result as unknown as Result, axes, hiddenRows),
      axes,
      hiddenRows,
      options.total ?? null,
    ),
  };
}

type Reason = "small" | "dominated" | "fewPractitioners" | "unpublished";

/** Columns that tell cells apart, where they aren't said. */
function axesOf(columns: readonly Column[], measures: readonly (string | undefined)[]): string[] {
  return columns
    .filter(({ name, kind }) => !measures.includes(name) && (kind !== "number" || isIdentifier(name)))
    .map(({ name }) => name);
}

function checkColumns(columns: readonly Column[], needed: readonly string[]): void {
  const missing = needed.find((name) => !columns.some((column) => column.name === name));
  if (missing === undefined) return;
  throw new UserError(
    `Il n'y a pas de colonne « ${missing} » dans ce résultat. Ses colonnes : ${columns.map(({ name }) => name).join(", ")}.`,
  );
}

/** A row of totals that a filter or a HAVING made differ from its cells would make the protection false. */
function checkTotals(
  { cells, sums }: ProtectedTable,
  counted: readonly { readonly unpublished: boolean }[],
): void {
  for (const sum of sums) {
    if ([...sum.keys()].some((cell) => counted[cell]?.unpublished === true)) continue;
    let difference = 0;
    let row: number | undefined;
    for (const [cell, sign] of sum) {
      difference += sign * (cells[cell]?.value ?? 0);
      if (sign < 0) row = cells[cell]?.row;
    }
    if (row === undefined || Math.abs(difference) < 0.5) continue;
    throw new UserError(
      `La ligne ${row + 1} est un total, et n'est pas la somme de ses cases (il manque ${-difference}). Donnez toutes les cases, ou retirez les lignes de totaux.`,
    );
  }
}

/** Totals that aren't in the table and that nobody is shown: all, where they aren't reckoned with; small ones, which no one publishes. */
function unseenTotals(
  { cells, sums }: ProtectedTable,
  counted: readonly { readonly unpublished: boolean }[],
  threshold: number,
  margins: "known" | "shown",
): Set<number> {
  const unseen = new Set<number>();
  for (const [index, { row, value }] of cells.entries()) {
    if (
      row === undefined ? margins === "shown" || (value > 0 && value < threshold) : counted[row]?.unpublished
    ) {
      unseen.add(index);
    }
  }
  // A total of something that isn't published isn't known either.
  for (const sum of sums) {
    if (![...sum].some(([cell, sign]) => sign > 0 && unseen.has(cell) && counted[cell]?.unpublished === true))
      continue;
    for (const [cell, sign] of sum) if (sign < 0 && cells[cell]?.row === undefined) unseen.add(cell);
  }
  return unseen;
}

/** The table without its hidden cells: a row keeps what tells where it stands, and loses its numbers. */
function mask(result: Result, axes: readonly string[], hidden: ReadonlySet<number>): Result {
  const kept = new Set([
    ...axes,
    ...result.columns.filter(({ kind }) => kind === "text" || kind === "date").map(({ name }) => name),
  ]);
  const rows = result.rows.map((row, index): Row => {
    if (!hidden.has(index)) return { ...row, [markColumn]: null };
    const names = result.columns.map(({ name }) => name);
    return {
      ...Object.fromEntries(names.map((name) => [name, kept.has(name) ? (row[name] ?? null) : null])),
      [markColumn]: mark,
    };
  });
  const columns = result.columns.filter(({ name }) => name !== markColumn);
  return new Result<Row>(
    [...columns, { name: markColumn, kind: "text", type: "VARCHAR" }],
    rows,
    result.sources,
    {
      ...result.details,
      notes: [
        ...(result.details.notes ?? []),
        "c.s. : case couverte par le secret statistique. Des actes, pas des personnes.",
      ],
    },
  );
}
