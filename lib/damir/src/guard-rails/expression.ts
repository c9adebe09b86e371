import type { Aggregation, ColumnExpression, Expression } from "./query-model.js";

export const unknown: Expression = { kind: "call", name: "unknown", operands: [] };

/** The expressions that an expression is directly made of, subqueries apart. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "call":
      return expression.operands;
    case "case":
      return [...expression.checks.flatMap(({ when, then }) => [when, then]), expression.otherwise];
    case "aggregate":
      return [
        ...expression.aggregation.operands,
        ...(expression.aggregation.filter ? [expression.aggregation.filter] : []),
      ];
    case "query":
      return expression.operand ? [expression.operand] : [];
    default:
      return [];
  }
}

/** An expression and all those that it is made of. */
export function* partsOf(expression: Expression): Generator<Expression, void, undefined> {
  yield expression;
  for (const operand of operandsOf(expression)) yield* partsOf(operand);
}

/** The columns that an expression reads. */
export function columnsOf(expression: Expression): ColumnExpression[] {
  return [...partsOf(expression)].filter((part) => part.kind === "column");
}

/** The same, with those whose value comes from a subquery: `(SELECT sum(population) FROM population)`. */
export function columnsBelow(expression: Expression): ColumnExpression[] {
  return [...partsOf(expression)].flatMap((part) => {
    if (part.kind === "column") return part;
    if (part.kind !== "query") return [];
    return part.blocks.flatMap(({ outputs }) => outputs.flatMap((output) => columnsBelow(output.expression)));
  });
}

/** A column that is added up, and on what condition its value is taken. */
export interface Term {
  readonly column: ColumnExpression;
  readonly conditions: readonly Expression[];
  /** Functions it goes through before it is added, innermost last. */
  readonly through: readonly string[];
  /** The aggregation it is directly added by: an inner one where sums are summed. */
  readonly aggregation: Aggregation;
}

/** The columns whose values end in the value of an aggregation; those it only compares or selects with are left out. */
export function termsOf(aggregation: Aggregation): Term[] {
  const filter = aggregation.filter ? [aggregation.filter] : [];
  return aggregation.operands.flatMap((operand) => [...terms(operand, filter, [], aggregation)]);
}

function* terms(
  expression: Expression,
  conditions: readonly Expression[],
  through: readonly string[],
  aggregation: Aggregation,
): Generator<Term, void, undefined> {
  switch (expression.kind) {
    case "column":
      yield { column: expression, conditions, through, aggregation };
      return;
    case "call":
      if (isTest(expression.name)) return;
      for (const operand of expression.operands) {
        yield* terms(operand, conditions, [...through, expression.name], aggregation);
      }
      return;
    case "case": {
      const before: Expression[] = [];
      for (const { when, then } of expression.checks) {
        yield* terms(then, [...conditions, ...before, when], through, aggregation);
        before.push({ kind: "call", name: "OPERATOR_NOT", operands: [when] });
      }
      yield* terms(expression.otherwise, [...conditions, ...before], through, aggregation);
      return;
    }
    case "aggregate":
      for (const term of termsOf(expression.aggregation)) {
        yield { ...term, conditions: [...conditions, ...term.conditions] };
      }
      return;
    case "query":
      return;
  }
}

/** True for an operator whose value is true or false. */
export function isTest(name: string): boolean {
  return (
    name.startsWith("COMPARE_") ||
    name.startsWith("CONJUNCTION_") ||
    name.startsWith("OPERATOR_IS_") ||
    name === "OPERATOR_NOT" ||
    name.includes("~~")
  );
}

/** True when a condition tells something of the rows that are measured, and not only of what explains them. */
export function tellsOfMeasures(condition: Expression): boolean {
  return columnsOf(condition).some(({ use }) => use.table.startsWith("damir"));
}
