import type { Block, Expression, Scalar, TableUse } from "./query-model.js";

/** The value of a column in the row that is tried; undefined where it may be anything. */
export type Environment = (use: TableUse, column: string) => Scalar | undefined;

/** False when a row such as the environment's surely doesn't meet some condition. */
export function mayPass(conditions: readonly Expression[], environment: Environment): boolean {
  return conditions.every((condition) => {
    const value = evaluate(condition, environment);
    return value === undefined || (value !== null && value !== false && value !== 0);
  });
}

/**
 * The value of an expression in SQL's three-valued logic; undefined when the environment doesn't tell it.
 */
export function evaluate(expression: Expression, environment: Environment): Scalar | undefined {
  switch (expression.kind) {
    case "column":
      return environment(expression.use, expression.name);
    case "constant":
      return expression.value;
    case "case":
      for (const { when, then } of expression.checks) {
        const met = evaluate(when, environment);
        if (met === undefined) return undefined;
        if (met === true) return evaluate(then, environment);
      }
      return evaluate(expression.otherwise, environment);
    case "call":
      return evaluateCall(expression.name, expression.operands, environment);
    case "query":
      return isAmong(expression.test, expression.operand, expression.blocks, environment);
    case "aggregate":
      return undefined;
  }
}

/** `x IN (SELECT code FROM … WHERE …)`, where the rows of the subquery with that code are known. */
function isAmong(
  test: string,
  operand: Expression | undefined,
  blocks: readonly Block[],
  environment: Environment,
): Scalar | undefined {
  const value = operand && evaluate(operand, environment);
  if (test !== "ANY" || value === undefined) return undefined;
  const found = blocks.map(({ conditions, outputs, grouped }) => {
    const output = outputs[0] && !grouped ? evaluate(outputs[0].expression, environment) : undefined;
    if (output === undefined || output !== value) return undefined;
    const met = conditions.map((condition) => evaluate(condition, environment));
    return met.every((one) => one === true) ? true : met.includes(false) ? false : undefined;
  });
  if (found.includes(true)) return true;
  return found.every((one) => one === false) ? false : undefined;
}

function evaluateCall(
  name: string,
  operands: readonly Expression[],
  environment: Environment,
): Scalar | undefined {
  const values = operands.map((operand) => evaluate(operand, environment));
  const [first, second, third] = values;
  switch (name) {
    case "CONJUNCTION_AND":
      return conjunction(values, false);
    case "CONJUNCTION_OR":
      return conjunction(values, true);
    case "OPERATOR_NOT":
      return negated(first);
    case "OPERATOR_IS_NULL":
      return first === undefined ? undefined : first === null;
    case "OPERATOR_IS_NOT_NULL":
      return first === undefined ? undefined : first !== null;
    case "OPERATOR_COALESCE": {
      const known = values.find((value) => value !== null);
      return values.slice(0, values.indexOf(known)).includes(undefined) ? undefined : (known ?? undefined);
    }
    case "COMPARE_IN":
      return oneOf(first, values.slice(1));
    case "COMPARE_NOT_IN":
      return negated(oneOf(first, values.slice(1)));
    case "COMPARE_BETWEEN":
      return conjunction(
        [
          compared("COMPARE_GREATERTHANOREQUALTO", first, second),
          compared("COMPARE_LESSTHANOREQUALTO", first, third),
        ],
        false,
      );
    case "+":
    case "-":
    case "*":
    case "/":
    case "//":
    case "%":
      return arithmetic(name, values);
  }
  if (name.startsWith("cast ")) return first;
  return name.startsWith("COMPARE_") ? compared(name, first, second) : undefined;
}

/** AND, or OR when `deciding` is true: one operand with the deciding value decides. */
function conjunction(values: readonly (Scalar | undefined)[], deciding: boolean): Scalar | undefined {
  if (values.includes(deciding)) return deciding;
  if (values.includes(undefined)) return undefined;
  return values.includes(null) ? null : !deciding;
}

function negated(value: Scalar | undefined): Scalar | undefined {
  return value === undefined || value === null ? value : value !== true;
}

function oneOf(value: Scalar | undefined, list: readonly (Scalar | undefined)[]): Scalar | undefined {
  return conjunction(
    list.map((item) => compared("COMPARE_EQUAL", value, item)),
    true,
  );
}

function compared(name: string, left: Scalar | undefined, right: Scalar | undefined): Scalar | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (name === "COMPARE_DISTINCT_FROM") return left !== right;
  if (name === "COMPARE_NOT_DISTINCT_FROM") return left === right;
  if (left === null || right === null) return null;
  const [a, b] = typeof left === typeof right ? [left, right] : [Number(left), Number(right)];
  if (Number.isNaN(a) || Number.isNaN(b)) return undefined;
  switch (name) {
    case "COMPARE_EQUAL":
      return a === b;
    case "COMPARE_NOTEQUAL":
      return a !== b;
    case "COMPARE_LESSTHAN":
      return a < b;
    case "COMPARE_LESSTHANOREQUALTO":
      return a <= b;
    case "COMPARE_GREATERTHAN":
      return a > b;
    case "COMPARE_GREATERTHANOREQUALTO":
      return a >= b;
    default:
      return undefined;
  }
}

function arithmetic(name: string, values: readonly (Scalar | undefined)[]): Scalar | undefined {
  if (values.includes(undefined)) return undefined;
  if (values.includes(null)) return null;
  const [a = Number.NaN, b] = values.map(Number);
  const result = b === undefined ? (name === "-" ? -a : a) : operate(name, a, b);
  return Number.isFinite(result) ? result : undefined;
}

function operate(name: string, a: number, b: number): number {
  switch (name) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "//":
      return Math.trunc(a / b);
    default:
      return a % b;
  }
}
