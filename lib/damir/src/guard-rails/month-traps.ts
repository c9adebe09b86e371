import { evaluate, mayPass, type Environment } from "./evaluation.js";
import { columnsOf, partsOf } from "./expression.js";
import { isColumn, isMeasured } from "./measures.js";
import type { Block, Expression, Scalar, TableUse } from "./query-model.js";
import { groupsOf, rowWith, sumsIn, type Sum } from "./sums.js";
import type { Months, QueryReading, Trap } from "./trap.js";

/**
 * Processing months after which a month of care is shown without a reserve. Ours, not the CNAM's: most claims come within two months
 * and the guide asks that several files follow.
 */
const lag = 3;

const careColumns = new Set(["mois_soins", "soi_ann", "soi_moi", "sns_date"]);

const processingColumns = new Set(["mois_traitement", "flx_ann_moi"]);

/** A month some months away, AAAAMM. */
function monthsLater(month: number, months: number): number {
  const count = Math.floor(month / 100) * 12 + (month % 100) - 1 + months;
  return Math.floor(count / 12) * 100 + (count % 12) + 1;
}

/** What a row has when its care was in a month. */
function careIn(use: TableUse, month: number): Environment {
  const year = Math.floor(month / 100);
  return rowWith(use, {
    soi_ann: year,
    soi_moi: month % 100,
    sns_date: month,
    mois_soins: `${year}-${String(month % 100).padStart(2, "0")}-01`,
  });
}

function reads(expression: Expression, names: ReadonlySet<string>, use: TableUse): boolean {
  return columnsOf(expression).some((column) => column.use === use && names.has(column.name));
}

/** True when the rows are told apart by their month of care: some months are kept or grouped apart from others. */
function isByCareMonth(sum: Sum, { last }: Months): boolean {
  const { use } = sum.column;
  const recent = Array.from({ length: 24 }, (_, index) => careIn(use, monthsLater(last, -index)));
  const chosen = sum.by.block.conditions.filter(
    (condition) => reads(condition, careColumns, use) && !reads(condition, processingColumns, use),
  );
  const grouped = groupsOf(sum.by).filter((group) => reads(group, careColumns, use));
  return (
    recent.some((row) => !mayPass(chosen, row)) ||
    chosen.some((condition) => recent.some((row) => evaluate(condition, row) === undefined)) ||
    grouped.some((group) => {
      const values = recent.map((row) => evaluate(group, row));
      return values.includes(undefined) || new Set(values).size > 1;
    })
  );
}

/** Months of care that a sum includes and whose claims aren't all in. */
function incompleteMonths(query: QueryReading): number[] {
  if (query.blocks.some(showsProcessing)) return [];
  for (const sum of sumsIn(query)) {
    const { use } = sum.column;
    const months = query.months(use.table);
    if (months === undefined || !isByCareMonth(sum, months)) continue;
    const conditions = [...sum.by.block.conditions, ...sum.conditions];
    const found = Array.from({ length: lag }, (_, index) =>
      monthsLater(lastRead(sum, months), index - lag + 1),
    ).filter((month) => mayPass(conditions, careIn(use, month)));
    if (found.length > 0) return found;
  }
  return [];
}

/** The last processing month that the conditions of a sum let in. */
function lastRead(sum: Sum, { first, last }: Months): number {
  const { use } = sum.column;
  for (let month = last; month >= first; month = monthsLater(month, -1)) {
    const date = `${Math.floor(month / 100)}-${String(month % 100).padStart(2, "0")}-01`;
    if (mayPass(sum.by.block.conditions, rowWith(use, { flx_ann_moi: month, mois_traitement: date })))
      return month;
  }
  return last;
}

/** Both dates side by side show the lag by themselves. */
function showsProcessing({ groups }: Block): boolean {
  return groups.some((group) =>
    columnsOf(group).some((column) => isColumn(column, (name) => processingColumns.has(name))),
  );
}

function shown(month: number): string {
  return new Date(Date.UTC(Math.floor(month / 100), (month % 100) - 1)).toLocaleDateString("fr-FR", {
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
}

/** `de janvier 2025`, `d'octobre 2025`. */
function of(month: number): string {
  const name = shown(month);
  return /^[aeiouy]/.test(name) ? `d'${name}` : `de ${name}`;
}

/** Says which months of care are incomplete. */
function incompleteCare(query: QueryReading): string | false {
  const months = incompleteMonths(query);
  const [first, last] = [months[0], months.at(-1)];
  if (first === undefined || last === undefined) return false;
  const which =
    first === last
      ? `Les soins ${of(first)} sont incomplets`
      : `Les soins ${of(first)} à ${shown(last)} sont incomplets`;
  return `${which} : une partie des feuilles n'était pas encore traitée dans les fichiers lus, et leur baisse n'existe pas.`;
}

const dateFunctions = new Set([
  "make_date",
  "make_timestamp",
  "strptime",
  "try_strptime",
  "to_date",
  "cast DATE",
  "cast TIMESTAMP",
]);

/** True when SOI_ANN and SOI_MOI become a date on rows whose month is unknown: 0000-00, and 0001-01 which looks like one. */
function makesDates(block: Block): boolean {
  return block.expressions.some((expression) => madeDates(expression, block.conditions));
}

function madeDates(expression: Expression, conditions: readonly Expression[]): boolean {
  if (expression.kind === "case") {
    const before: Expression[] = [];
    for (const { when, then } of expression.checks) {
      if (madeDates(then, [...conditions, ...before, when])) return true;
      before.push({ kind: "call", name: "OPERATOR_NOT", operands: [when] });
    }
    return madeDates(expression.otherwise, [...conditions, ...before]);
  }
  if (expression.kind === "call" && dateFunctions.has(expression.name)) {
    const column = columnsOf(expression).find((part) => isColumn(part, (name) => name === "soi_ann"));
    if (column) {
      const unknownMonths: Readonly<Record<string, Scalar>>[] = [
        { soi_ann: 0, soi_moi: 0, mois_soins: null },
        { soi_ann: 1, soi_moi: 1, mois_soins: null },
      ];
      return unknownMonths.some((row) => mayPass(conditions, rowWith(column.use, row)));
    }
  }
  const operands = [...partsOf(expression)]
    .slice(1)
    .filter((part) => part.kind === "call" || part.kind === "case");
  return operands.some((part) => madeDates(part, conditions));
}

export const monthTraps: readonly Trap[] = [
  {
    rule: "mois-de-soins",
    why: "Les derniers mois de soins sont incomplets.",
    instead:
      "Groupez par mois_traitement pour ce que l'assurance maladie paie ; par mois de soins, arrêtez-vous avant ces mois ou montrez-les comme provisoires.",
    find: incompleteCare,
  },
  {
    rule: "date-de-soins",
    why: "soi_ann et soi_moi valent 0000-00 ou 0001-01 là où le mois des soins est inconnu (1,197 milliard d'euros en janvier 2025) : la date échoue, ou devient l'an 1.",
    instead: "Prenez mois_soins, qui est une date, vide quand le mois est inconnu.",
    find: ({ blocks }) => blocks.filter(({ tables }) => tables.some(isMeasured)).some(makesDates),
  },
];
