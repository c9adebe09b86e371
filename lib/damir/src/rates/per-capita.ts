import { formatNumber, numberStyle } from "../french-format.js";
import { numberColumns, whyNotAdded } from "../geography/additive-columns.js";
import type { Column, Row } from "../query/columns.js";
import type { PerCapitaOptions, RateUnit } from "../query/knowledge.js";
import { Result } from "../query/result.js";
import type { ResultValue } from "../query/sql-values.js";
import { UserError } from "../user-error.js";
import { denominatorsOf, rateName } from "./denominators.js";
import type { Population } from "./population.js";

const units: readonly RateUnit[] = [1, 1_000, 100_000];

/**
 * Adds the people and a rate for each amount and count of a result.
 *
 * @param result rows by place, or of all France; by age and sex too, where it has such columns
 * @returns the rows with `habitants` or `affilies`, and a column such as `rembourse_par_habitant` for each amount. Both are null where
 * nobody can be counted: group 99 and other unknown places, unknown age, sex or year.
 * @throws UserError when no population suits the rows, or nothing can be divided
 */
export async function perCapita(
  result: Result,
  population: Population,
  options: PerCapitaOptions = {},
): Promise<Result> {
  const per = rateUnit(options.per);
  const measures = measuresOf(result, options.columns);
  const { denominator, people, keyOf, notes } = await denominatorsOf(result, population, options);
  const counted = denominator === "population" ? "habitants" : "affilies";
  const rows = result.rows.map((row): Row => {
    const key = keyOf(row);
    const persons = key === undefined ? undefined : people.count(key);
    return {
      ...row,
      [counted]: persons ?? null,
      ...Object.fromEntries(
        measures.map((name) => [rateName(name, per, denominator), rate(row[name] ?? null, persons, per)]),
      ),
    };
  });
  const added = [counted, ...measures.map((name) => rateName(name, per, denominator))].map((name) =>
    numberColumn(name, rows),
  );
  const names = new Set(added.map(({ name }) => name));
  return new Result(
    [...result.columns.filter(({ name }) => !names.has(name)), ...added],
    rows,
    [...result.sources.filter(({ table }) => table !== "population"), population.source],
    {
      ...result.details,
      notes: [
        ...(result.details.notes ?? []),
        ...notes,
        ...withoutRate(rows, counted, measures, "n'ont pas de taux : lieu, année, âge ou sexe inconnu"),
      ],
    },
  );
}

/** @throws UserError for another number than 1, 1 000 or 100 000 */
export function rateUnit(per: RateUnit = 1): RateUnit {
  if (units.includes(per)) return per;
  throw new UserError(
    `Un taux est pour 1, 1 000 ou 100 000 personnes, pas pour ${String(per)} : { per: 1000 }.`,
  );
}

/**
 * The columns to divide: those that are asked for, else the amounts and counts; what may be a rate is left as it is.
 * @throws UserError when there is none, or one that is asked for isn't a number
 */
export function measuresOf(result: Result, asked: readonly string[] | undefined): string[] {
  const numbers = numberColumns(result);
  const wrong = asked?.filter((name) => !numbers.some((column) => column.name === name)) ?? [];
  if (wrong.length > 0) {
    throw new UserError(
      `Pas de nombre à diviser dans ${wrong.map((name) => `« ${name} »`).join(", ")}. Colonnes de nombres : ${numbers.map(({ name }) => name).join(", ") || "aucune"}.`,
    );
  }
  if (asked && asked.length > 0) return [...asked];
  const measures = numbers.filter((column) => !isPeople(column) && whyNotAdded(column) === undefined);
  if (measures.length > 0) return measures.map(({ name }) => name);
  const doubtful = numbers.flatMap((column) => {
    const why = whyNotAdded(column);
    return why === undefined ? [] : [`« ${column.name} » ${why}`];
  });
  throw new UserError(
    `Aucun montant ni effectif à rapporter à une population${doubtful.length > 0 ? ` : ${doubtful.join(" ; ")}. Si c'en est un, dites-le : { columns: ["…"] }` : ""}.`,
  );
}

/** Denominators of an earlier step, and rows joined with the population. */
function isPeople({ name }: Column): boolean {
  return /^(habitants|affilies|affilies_rg|population)$/.test(name);
}

/** How many rows have no rate, and what share of each measure they hold. */
export function withoutRate(
  rows: readonly Row[],
  counted: string,
  measures: readonly string[],
  why: string,
): string[] {
  const without = rows.filter((row) => row[counted] === null);
  if (without.length === 0) return [];
  const sum = (some: readonly Row[], name: string) =>
    some.reduce((total, row) => total + Math.abs(Number(row[name] ?? 0)), 0);
  const shares = measures.flatMap((name) => {
    const all = sum(rows, name);
    if (all === 0) return [];
    const percent = formatNumber((100 * sum(without, name)) / all, { decimals: 1, grouping: true });
    return [`${percent} % de « ${name} »`];
  });
  return [
    `${without.length} ligne${without.length > 1 ? "s" : ""}${shares.length > 0 ? ` (${shares.join(", ")})` : ""} ${why}.`,
  ];
}

/** A column of computed numbers. */
export function numberColumn(name: string, rows: readonly Row[]): Column {
  const numbers = rows.map((row) => row[name]).filter((value) => typeof value === "number");
  return { name, kind: "number", type: "DOUBLE", style: numberStyle(numbers, undefined, true) };
}

function rate(value: ResultValue, persons: number | undefined, per: number): number | null {
  if (persons === undefined || persons === 0 || value === null) return null;
  return (Number(value) / persons) * per;
}
