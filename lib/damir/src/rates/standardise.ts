import { codeOf } from "../dictionary/code-lists.js";
import type { Row } from "../query/columns.js";
import type { StandardiseOptions } from "../query/knowledge.js";
import { Result } from "../query/result.js";
import type { ResultValue } from "../query/sql-values.js";
import { UserError } from "../user-error.js";
import { denominatorsOf, rateName, type Denominators } from "./denominators.js";
import { measuresOf, numberColumn, rateUnit, withoutRate } from "./per-capita.js";
import { nearestYear, type Population } from "./population.js";
import type { PeopleKey } from "./people.js";

/** The year whose population is the reference by default: nobody's ages but all France's. */
const referenceYear = 2024;

/** A class of age, and of sex where the rows tell it, with its share of the reference population. */
interface ReferenceClass {
  age: number;
  sex: number | null;
  weight: number;
}

/**
 * Direct standardisation: each place's rate in each class of age (and sex), weighed by that class's share of a reference population.
 * A class that a place has no row of counts as zero there. Classes that no row has at all are left out of the reference too: a query
 * that keeps those over 60 compares those over 60.
 *
 * @returns a row for each value of the columns that are neither age, sex nor measure: the people, the crude rate (`…_par_habitant`) and
 * the standardised one (`…_par_habitant_standardise`) of each measure
 * @throws UserError when the rows have no `age_ben_snds`, or no population suits them
 */
export async function standardise(
  result: Result,
  population: Population,
  options: StandardiseOptions = {},
): Promise<Result> {
  const per = rateUnit(options.per);
  const measures = measuresOf(result, options.columns);
  if (!result.columns.some(({ name }) => name === "age_ben_snds")) {
    throw new UserError(
      "Pour standardiser sur l'âge, il faut la colonne age_ben_snds : ajoutez-la à la requête (SELECT et GROUP BY). damir_departement n'a pas l'âge.",
    );
  }
  const under = await denominatorsOf(result, population, options);
  const counted = under.denominator === "population" ? "habitants" : "affilies";
  const reference = await referenceOf(result, population, under, options.referenceYear);
  const groups = groupsOf(result, under, measures);
  const names = measures.map((name) => rateName(name, per, under.denominator));
  const rows = groups.map((group): Row => {
    const people = reference.classes.map(
      ({ age, sex }) => under.people.count({ ...group.key, age, sex }) ?? 0,
    );
    const whole = people.reduce((sum, count) => sum + count, 0);
    const complete = !group.unknown && people.every((count) => count > 0);
    const rates: Row = {};
    names.forEach((name, index) => {
      const amounts = reference.classes.map(
        ({ age, sex }) => group.amounts.get(classKey(age, sex))?.[index] ?? 0,
      );
      const crude = amounts.reduce((sum, amount) => sum + amount, 0) / whole;
      const standard = amounts.reduce(
        (sum, amount, at) =>
          sum + ((reference.classes[at]?.weight ?? Number.NaN) * amount) / (people[at] ?? Number.NaN),
        0,
      );
      rates[name] = complete ? crude * per : null;
      rates[`${name}_standardise`] = complete ? standard * per : null;
    });
    return {
      ...group.kept,
      ...Object.fromEntries(measures.map((measure, index) => [measure, group.totals[index] ?? null])),
      [counted]: group.unknown ? null : whole,
      ...rates,
    };
  });
  const kept = keptColumns(result, under, measures);
  const added = [...measures, counted, ...names.flatMap((name) => [name, `${name}_standardise`])];
  const { knowledge } = result.details;
  return new Result(
    [...kept, ...added.map((name) => numberColumn(name, rows))],
    rows,
    [...result.sources.filter(({ table }) => table !== "population"), population.source],
    {
      ...(knowledge ? { knowledge } : {}),
      notes: [
        ...(result.details.notes ?? []),
        ...under.notes,
        ...reference.notes,
        ...withoutRate(rows, counted, measures, "n'ont pas de taux : lieu ou année inconnus"),
        ...unknownAges(result, under, measures, reference.classes),
      ],
    },
  );
}

function classKey(age: number | null, sex: number | null): string {
  return `${age ?? ""}|${sex ?? ""}`;
}

/** The classes that the rows have, with their shares of all France's people. */
async function referenceOf(
  result: Result,
  population: Population,
  { denominator, sex }: Denominators,
  asked = referenceYear,
): Promise<{ classes: ReferenceClass[]; notes: string[] }> {
  const known = await population.years(denominator);
  const year = nearestYear(known, asked) ?? asked;
  const counts = new Map<string, { age: number; sex: number | null; people: number }>();
  const classes = new Set(result.rows.map((row) => Number(row["age_ben_snds"])));
  const sexes = new Set(result.rows.map((row) => (sex === undefined ? null : Number(row[sex]))));
  const all = new Set<number>();
  for (const { age_ben_snds: age, sexe, personnes } of await population.cells(denominator, year)) {
    all.add(age);
    const one = sex === undefined ? null : sexe;
    if (!classes.has(age) || !sexes.has(one)) continue;
    const key = classKey(age, one);
    counts.set(key, { age, sex: one, people: (counts.get(key)?.people ?? 0) + personnes });
  }
  const total = [...counts.values()].reduce((sum, { people }) => sum + people, 0);
  if (total === 0) throw new UserError("Aucune ligne n'a un âge connu (age_ben_snds) : rien à standardiser.");
  const some = [...all].some((age) => !classes.has(age));
  const ages = [...classes].filter((age) => all.has(age)).sort((one, other) => one - other);
  return {
    classes: [...counts.values()].map(({ age, sex: one, people }) => ({
      age,
      sex: one,
      weight: people / total,
    })),
    notes: [
      `Standardisé directement sur l'âge${sex === undefined ? "" : " et le sexe"} de la population de la France au 1er janvier ${year}${some ? `, pour les seules classes ${ages.join(", ")}` : ""}.`,
    ],
  };
}

interface Group {
  kept: Row;
  key: PeopleKey;
  /** True where nobody is counted there. */
  unknown: boolean;
  /** Amounts of each measure by class. */
  amounts: Map<string, number[]>;
  /** Sums over all rows, unknown ages included. */
  totals: number[];
}

function groupsOf(result: Result, under: Denominators, measures: readonly string[]): Group[] {
  const kept = keptColumns(result, under, measures);
  const groups = new Map<string, Group>();
  for (const row of result.rows) {
    const values: Row = Object.fromEntries(kept.map(({ name }) => [name, row[name] ?? null]));
    const id = JSON.stringify(Object.values(values).map(textOf));
    const key = under.keyOf(row);
    const group: Group = groups.get(id) ?? {
      kept: values,
      key: key ?? { year: Number.NaN, place: "", age: null, sex: null },
      unknown: true,
      amounts: new Map(),
      totals: measures.map(() => 0),
    };
    groups.set(id, group);
    const amounts = measures.map((name) => Number(row[name] ?? 0));
    amounts.forEach((amount, index) => (group.totals[index] = (group.totals[index] ?? 0) + amount));
    if (key === undefined) continue;
    group.key = key;
    group.unknown = false;
    const at = classKey(key.age, key.sex);
    const before = group.amounts.get(at) ?? measures.map(() => 0);
    group.amounts.set(
      at,
      amounts.map((amount, index) => amount + (before[index] ?? 0)),
    );
  }
  return [...groups.values()];
}

function textOf(value: ResultValue): string {
  return value instanceof Date ? value.toISOString() : JSON.stringify(codeOf(value) ?? value);
}

/** Columns that tell the groups apart: neither measures, ages, sexes, nor their labels. */
function keptColumns(result: Result, { age, sex }: Denominators, measures: readonly string[]) {
  const gone = new Set([...measures, age, sex, `${age ?? ""}_libelle`, `${sex ?? ""}_libelle`]);
  return result.columns.filter(({ name }) => !gone.has(name));
}

/** Says what the rows of unknown age or sex hold, which no rate counts. */
function unknownAges(
  result: Result,
  { age, sex }: Denominators,
  measures: readonly string[],
  classes: readonly ReferenceClass[],
): string[] {
  const known = new Set(classes.map((one) => classKey(one.age, one.sex)));
  const marked = result.rows.map((row): Row => {
    const key = classKey(Number(row[age ?? ""]), sex === undefined ? null : Number(row[sex]));
    return { ...row, connu: known.has(key) ? true : null };
  });
  return withoutRate(
    marked,
    "connu",
    measures,
    "ont un âge ou un sexe inconnu : dans les montants, pas dans les taux",
  );
}
