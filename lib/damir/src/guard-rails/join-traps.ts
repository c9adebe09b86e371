import { columnsBelow, columnsOf, partsOf, termsOf } from "./expression.js";
import { isMeasure, isMeasured, isRegional } from "./measures.js";
import type { Block, ColumnExpression, Expression, Relation } from "./query-model.js";
import { adds, sumsIn } from "./sums.js";
import type { QueryReading, Trap } from "./trap.js";

/** Counts of people: what is added up beside the measures of expenses. */
const counted: ReadonlyMap<string, readonly string[]> = new Map([
  ["population", ["population", "affilies_rg"]],
  ["medecins", ["effectif"]],
]);

/** The conditions that must all be met, one by one. */
function* conjuncts(expression: Expression): Generator<Expression, void, undefined> {
  if (expression.kind === "call" && expression.name === "CONJUNCTION_AND") {
    for (const operand of expression.operands) yield* conjuncts(operand);
  } else yield expression;
}

/** True when what a block asks leaves at most one row of a relation for each row of the others. */
function isMatchedOnce({ key = [] }: Relation, { conditions, relations }: Block): boolean {
  const own = new Set(key.flatMap(columnsOf).map(({ use }) => use));
  const asked = [...conditions, ...relations.flatMap(({ on }) => on)].flatMap((condition) => [
    ...conjuncts(condition),
  ]);
  return key.every((part) =>
    asked.some((condition) => {
      if (condition.kind !== "call") return false;
      const { name, operands } = condition;
      const fixes = name === "COMPARE_EQUAL" || (name === "COMPARE_IN" && operands.length === 2);
      return (
        fixes &&
        operands.some((operand) => isSame(operand, part)) &&
        operands.some((operand) => !columnsOf(operand).some(({ use }) => own.has(use)))
      );
    }),
  );
}

/** True for expressions that always have the same value. */
function isSame(left: Expression, right: Expression): boolean {
  if (left.kind === "column" && right.kind === "column") {
    return left.use === right.use && left.name === right.name;
  }
  if (left.kind === "constant" && right.kind === "constant") return left.value === right.value;
  if (left.kind === "call" && right.kind === "call" && left.name === right.name) {
    const others = right.operands;
    return (
      left.operands.length === others.length &&
      left.operands.every((operand, index) => {
        const other = others[index];
        return other !== undefined && isSame(operand, other);
      })
    );
  }
  return left === right;
}

/** What a block adds up, and from where: columns of the relation they come by. */
function summedRelations({
  aggregations,
  relations,
}: Block): { column: ColumnExpression; relation: Relation }[] {
  return aggregations.filter(adds).flatMap((aggregation) =>
    termsOf(aggregation)
      .map(({ column }) => column)
      .filter(({ use, name }) => isMeasure(use, name) || counted.get(use.table)?.includes(name) === true)
      .flatMap((column) => {
        const relation = relations.find(({ columns }) =>
          [...(columns?.values() ?? [])].some((value) =>
            columnsOf(value).some(({ use, name }) => use === column.use && name === column.name),
          ),
        );
        return relation ? [{ column, relation }] : [];
      }),
  );
}

/** Says what multiplies what a query adds up. */
function multiplied({ blocks }: QueryReading): string | false {
  for (const block of blocks) {
    for (const { column, relation } of summedRelations(block)) {
      const other = block.relations.find(
        (candidate) =>
          candidate !== relation &&
          !candidate.tested &&
          (candidate.key === undefined
            ? candidate.use !== undefined && isMeasured(candidate.use)
            : !isMatchedOnce(candidate, block)),
      );
      if (other === undefined) continue;
      const key = other.use && other.key?.flatMap(columnsOf).map(({ name }) => name);
      const cause = key
        ? `${other.name} a plusieurs lignes pour chacune (une par ${key.join(", ")})`
        : `chacune rencontre plusieurs lignes de ${other.name}`;
      return `La jointure compte plusieurs fois ${column.name} : ${cause}.`;
    }
  }
  return false;
}

/** True when a query divides some columns by what population has in one column, and not in the one beside it. */
function divides(
  { blocks }: QueryReading,
  above: (expression: ColumnExpression) => boolean,
  below: string,
  beside: string,
): boolean {
  const divisions = blocks
    .flatMap(({ expressions }) => expressions)
    .flatMap((expression) => [...partsOf(expression)])
    .flatMap((part) =>
      part.kind === "call" && (part.name === "/" || part.name === "//") ? [part.operands] : [],
    );
  return divisions.some(([numerator, denominator]) => {
    if (!numerator || !denominator) return false;
    const people = columnsBelow(denominator).filter(({ use }) => use.table === "population");
    const reads = (column: string) => people.some(({ name }) => name === column);
    return columnsBelow(numerator).some(above) && reads(below) && !reads(beside);
  });
}

/** True for the R tables over the whole population; says it for Open DAMIR over the affiliates of the régime général. */
function wrongDenominator(query: QueryReading): string | boolean {
  if (
    divides(query, ({ use, name }) => isRegional(use) && isMeasure(use, name), "population", "affilies_rg")
  ) {
    return true;
  }
  return (
    divides(
      query,
      ({ use, name }) => use.table === "damir" && isMeasure(use, name),
      "affilies_rg",
      "population",
    ) &&
    "Open DAMIR couvre tous les régimes : le diviser par les affiliés du seul régime général surestime le taux."
  );
}

/** True when a sum takes expenses from both of the tables that count the same ones. */
function countsTwice(query: QueryReading): boolean {
  const tables = new Map<object, Set<string>>();
  for (const { by, column } of sumsIn(query)) {
    const known = tables.get(by.place) ?? new Set();
    tables.set(by.place, known.add(column.use.table));
  }
  const added = query.blocks
    .flatMap(({ expressions }) => expressions)
    .flatMap((expression) => [...partsOf(expression)])
    .flatMap((part) => (part.kind === "call" && part.name === "+" ? [part] : []))
    .map(
      (part) =>
        new Set(columnsBelow(part).flatMap(({ use, name }) => (isMeasure(use, name) ? use.table : []))),
    );
  return [...tables.values(), ...added].some((together) => together.size > 1);
}

export const joinTraps: readonly Trap[] = [
  {
    rule: "jointure-multiple",
    why: "Une jointure répète les lignes qui sont additionnées.",
    instead:
      "Agrégez chaque table d'abord, dans un WITH, puis joignez les résultats ; pour le nom d'un département, joignez departements, pas geographie.",
    find: multiplied,
  },
  {
    rule: "denominateur",
    why: "Les tables R ne couvrent que le régime général : les diviser par la population entière sous-estime le taux.",
    instead:
      "Divisez damir_departement par population.affilies_rg, et damir, qui couvre tous les régimes, par population.population.",
    find: wrongDenominator,
  },
  {
    rule: "double-compte",
    why: "Les mêmes dépenses sont additionnées deux fois : damir_national reprend damir_departement, et damir les contient.",
    instead: "Prenez une seule de ces tables ; pour les comparer, donnez à chacune sa colonne ou sa ligne.",
    find: countsTwice,
  },
];
