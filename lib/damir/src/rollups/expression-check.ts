import { openDamirVariables } from "../dictionary/dictionary.js";
import { rollUpMeasures } from "./rollups.js";
import { columnNames, everyNode, isSyntax, nodeOf, nodesOf, type Syntax } from "./syntax.js";

/** What roll-ups add up, by name. */
export const measures: ReadonlySet<string> = new Set(rollUpMeasures);

/** Dimensions that amounts are multiplied by. */
const factors: ReadonlySet<string> = new Set(["prs_rem_tau"]);

/** Functions of one row's values: what they give depends on nothing else. */
export const scalar: ReadonlySet<string> = new Set(
  `+ - * / // % || abs ceil ceiling coalesce concat date_part date_trunc day floor greatest if ifnull least left
  length lower lpad ltrim make_date month nullif quarter replace right round rpad rtrim sign strftime strip_accents substr
  substring trim trunc upper year`.split(/\s+/),
);

/** Aggregates that rows told several times don't change. */
const idempotent = new Set(["min", "max", "any_value", "bool_and", "bool_or"]);

/** Expressions that are followed into. */
const plain = new Set([
  "CONSTANT",
  "COMPARISON",
  "CONJUNCTION",
  "OPERATOR",
  "CASE",
  "CAST",
  "BETWEEN",
  "PARAMETER",
]);

/** A doubt ends the reading of a SELECT: its rows stay those of `damir`. */
export class NotExact extends Error {}

/** True for a column that `damir` has; another table may have one of that name too. */
export function isColumnOfDamir(name: string): boolean {
  return name === "mois_traitement" || name === "mois_soins" || openDamirVariables().has(name);
}

/** The tables that a FROM joins, subqueries aside. */
export function tablesOf(select: Syntax): Syntax[] {
  const joined = (node: Syntax | undefined): Syntax[] => {
    if (node?.["type"] === "BASE_TABLE") return [node];
    return node?.["type"] === "JOIN"
      ? [...joined(nodeOf(node, "left")), ...joined(nodeOf(node, "right"))]
      : [];
  };
  return joined(nodeOf(select, "from_table"));
}

/** True for the node of `damir` in a FROM. */
export function isDamir({ table_name, schema_name, catalog_name }: Syntax): boolean {
  return String(table_name).toLowerCase() === "damir" && schema_name === "" && catalog_name === "";
}

/** True for a call that rows told several times may change. */
function mayAggregate({ class: kind, function_name: name }: Syntax): boolean {
  const called = String(name).toLowerCase();
  return (kind === "FUNCTION" && !scalar.has(called) && !idempotent.has(called)) || kind === "WINDOW";
}

/** Follows the expressions of a SELECT over `damir`, up to what its answer could change by. */
export class ExpressionCheck {
  readonly #alias: string;
  readonly #grouped: boolean;
  /** Measures that were found added to, or taken from, one another. */
  readonly combined = new Set<string>();

  constructor(alias: string, grouped: boolean) {
    this.#alias = alias;
    this.#grouped = grouped;
  }

  /** @throws NotExact */
  follow(expression: Syntax): void {
    const names = columnNames(expression);
    if (names !== undefined) {
      const last = names.at(-1) ?? "";
      // The whole row, or a measure that isn't added up.
      if (measures.has(last) || names.length > 2 || last === this.#alias) throw new NotExact();
      return;
    }
    const kind = String(expression["class"]);
    if (kind === "FUNCTION") this.#followCall(expression);
    else if (kind === "SUBQUERY") this.#followSubquery(expression);
    else if (kind === "WINDOW") {
      // Over the groups, where there are some; over the rows else.
      if (!this.#grouped) throw new NotExact();
      this.#followAll(expression);
    } else if (plain.has(kind)) this.#followAll(expression);
    else throw new NotExact();
  }

  /** A query within: it may name the columns of the SELECT around it, and its own measures are its own affair. */
  followQuery(query: unknown): void {
    for (const node of everyNode(query)) {
      if (node["class"] === "STAR" || columnNames(node)?.at(-1) === this.#alias) throw new NotExact();
      if (node["type"] !== "SELECT_NODE") continue;
      const reads = tablesOf(node).some(isDamir);
      for (const inner of expressionsOf(node)) {
        const names = columnNames(inner);
        if (names && measures.has(names.at(-1) ?? "") && !(reads && names.length === 1)) throw new NotExact();
        // An aggregate of nothing but columns of the SELECT around it goes over the rows of that one.
        if (mayAggregate(inner) && this.#reaches(inner, reads)) throw new NotExact();
      }
    }
  }

  /** True when an expression of a query within may name columns of `damir` as the SELECT around it has them. */
  #reaches(expression: Syntax, reads: boolean): boolean {
    return [...everyNode(expression)].some((node) => {
      const [first = "", ...others] = columnNames(node) ?? [];
      return others.length > 0 ? first === this.#alias : !reads && isColumnOfDamir(first);
    });
  }

  #followSubquery(expression: Syntax): void {
    const operand = nodeOf(expression, "child");
    if (operand) this.follow(operand);
    this.followQuery(expression["subquery"]);
  }

  #followCall(call: Syntax): void {
    const name = String(call["function_name"]).toLowerCase();
    const filter = nodeOf(call, "filter");
    const children = nodesOf(call, "children");
    if (filter) this.follow(filter);
    if (nodesOf(nodeOf(call, "order_bys") ?? {}, "orders").length > 0) throw new NotExact();
    if (name === "sum" && call["distinct"] !== true) {
      if (!children.every((child) => this.#isSummable(child))) throw new NotExact();
      return;
    }
    if (!(scalar.has(name) || idempotent.has(name) || (name === "count" && call["distinct"] === true))) {
      throw new NotExact();
    }
    for (const child of children) this.follow(child);
  }

  /** A measure, or several added and taken away; or, by conditions on the dimensions, one of these or another, or nothing. */
  #isSummable(expression: Syntax): boolean {
    if (this.#measureOf(expression) !== undefined) return true;
    if (expression["class"] === "FUNCTION") return this.#isCombination(expression);
    if (expression["type"] === "OPERATOR_COALESCE") {
      const [first, second, ...others] = nodesOf(expression, "children");
      return (
        others.length === 0 &&
        first !== undefined &&
        this.#isSummable(first) &&
        second !== undefined &&
        isNothing(second)
      );
    }
    if (expression["class"] !== "CASE") return false;
    const checks = nodesOf(expression, "case_checks");
    for (const { when_expr } of checks) {
      if (!isSyntax(when_expr)) return false;
      this.follow(when_expr);
    }
    const results = [...checks.map((check) => nodeOf(check, "then_expr")), nodeOf(expression, "else_expr")];
    return results.every((result) => result !== undefined && (isNothing(result) || this.#isSummable(result)));
  }

  #measureOf(expression: Syntax): string | undefined {
    const [last = "", table = this.#alias, ...others] = [...(columnNames(expression) ?? [])].reverse();
    return others.length === 0 && table === this.#alias && measures.has(last) ? last : undefined;
  }

  /** `flt_pai_mnt - flt_rem_mnt`, `a + b - c`, and those times a dimension: `prs_rem_tau * (flt_pai_mnt - flt_dep_mnt)`. */
  #isCombination(expression: Syntax): boolean {
    if (expression["class"] !== "FUNCTION") return false;
    const children = nodesOf(expression, "children");
    switch (expression["function_name"]) {
      case "+":
      case "-":
        return children.every((child) => this.#isTerm(child));
      case "*": {
        const [factor, ...others] = [...children].sort(
          (one, other) => Number(this.#isFactor(other)) - Number(this.#isFactor(one)),
        );
        return factor !== undefined && this.#isFactor(factor) && others.every((child) => this.#isTerm(child));
      }
      default:
        return false;
    }
  }

  #isTerm(expression: Syntax): boolean {
    const measure = this.#measureOf(expression);
    if (measure === undefined) return this.#isCombination(expression);
    this.combined.add(measure);
    return true;
  }

  /** A rate that is a decimal number, which multiplies without rounding. */
  #isFactor(expression: Syntax): boolean {
    const [last = "", table = this.#alias, ...others] = [...(columnNames(expression) ?? [])].reverse();
    return others.length === 0 && table === this.#alias && factors.has(last);
  }

  #followAll(expression: Syntax): void {
    for (const value of Object.values(expression)) {
      for (const inner of Array.isArray(value) ? value : [value]) this.#followInner(inner);
    }
  }

  #followInner(value: unknown): void {
    if (!isSyntax(value)) return;
    if (typeof value["class"] === "string") this.follow(value);
    else this.#followAll(value);
  }
}

/** The nodes of a SELECT, those of the queries within left out. */
function* expressionsOf(select: Syntax): Generator<Syntax, void, undefined> {
  for (const value of Object.values(select)) {
    for (const inner of Array.isArray(value) ? value : [value]) {
      if (!isSyntax(inner) || inner["type"] === "SELECT_NODE") continue;
      yield inner;
      yield* expressionsOf(inner);
    }
  }
}

/** `NULL` and `0`: what a row adds that a condition leaves out. */
function isNothing(expression: Syntax): boolean {
  if (expression["class"] !== "CONSTANT") return false;
  const { is_null, value } = nodeOf(expression, "value") ?? {};
  return is_null === true || value === 0;
}
