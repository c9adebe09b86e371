import { openDamirVariables } from "../dictionary/dictionary.js";
import { rollUpMeasures } from "./rollups.js";
import { columnNames, everyNode, isSyntax, nodeOf, nodesOf, type Syntax } from "./syntax.js";

const measures: ReadonlySet<string> = new Set(rollUpMeasures);

/** Dimensions that amounts are multiplied by. */
const factors: ReadonlySet<string> = new Set(["prs_rem_tau"]);

/** Functions of one row's values: what they give depends on nothing else. */
const scalar = new Set(
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

/** Joins whose rows depend on the values of a row, and not on its place. */
const joins = new Set(["REGULAR", "CROSS"]);

/** A SELECT over `damir` that a roll-up may answer, and what it must have for that. */
export interface Candidate {
  /** The table's own node in the FROM. */
  readonly table: Syntax;
  /** Columns of `damir`, in lower case, that it may name. */
  readonly names: ReadonlySet<string>;
  /** Measures that it takes from each other row by row: the difference of sums is the same only where no row lacks one. */
  readonly combined: ReadonlySet<string>;
}

/** A doubt ends the reading of a SELECT: its rows stay those of `damir`. */
class NotExact extends Error {}

/**
 * The SELECTs of a query whose answer is the same when rows of `damir` that agree on all the columns they name are added up first.
 * Whatever isn't known to keep the answer excludes its SELECT; the others are given all the same.
 */
export function candidatesIn(tree: object): Candidate[] {
  const nodes = [...everyNode(tree)];
  const own = nodes.flatMap((node) => nodesOf(nodeOf(node, "cte_map") ?? {}, "map"));
  // A query that calls its own rows so.
  if (own.some(({ key }) => String(key).toLowerCase() === "damir")) return [];
  return nodes.filter(({ type }) => type === "SELECT_NODE").flatMap((select) => candidateOf(select) ?? []);
}

function candidateOf(select: Syntax): Candidate | undefined {
  const found = tablesOf(select).filter(isDamir);
  const [table] = found;
  if (table === undefined || found.length > 1) return undefined;
  let combined: ReadonlySet<string>;
  try {
    combined = checkSelect(select, table);
  } catch (error) {
    if (error instanceof NotExact) return undefined;
    throw error;
  }
  const names = [...everyNode(select)].flatMap((node) => [
    ...(columnNames(node)?.slice(-1) ?? []),
    ...usedBy(node),
  ]);
  return { table, names: new Set(names.filter(isColumnOfDamir)), combined };
}

/** The columns of a join's USING. */
function usedBy({ using_columns }: Syntax): string[] {
  return Array.isArray(using_columns) ? using_columns.map((name) => String(name).toLowerCase()) : [];
}

/** True for a column that `damir` has; another table may have one of that name too. */
function isColumnOfDamir(name: string): boolean {
  return name === "mois_traitement" || name === "mois_soins" || openDamirVariables().has(name);
}

/** The tables that a FROM joins, subqueries aside. */
function tablesOf(select: Syntax): Syntax[] {
  const joined = (node: Syntax | undefined): Syntax[] => {
    if (node?.["type"] === "BASE_TABLE") return [node];
    return node?.["type"] === "JOIN"
      ? [...joined(nodeOf(node, "left")), ...joined(nodeOf(node, "right"))]
      : [];
  };
  return joined(nodeOf(select, "from_table"));
}

function isDamir({ table_name, schema_name, catalog_name }: Syntax): boolean {
  return String(table_name).toLowerCase() === "damir" && schema_name === "" && catalog_name === "";
}

/**
 * @returns the measures that are combined
 * @throws NotExact
 */
function checkSelect(select: Syntax, table: Syntax): ReadonlySet<string> {
  const expressions = ["select_list", "group_expressions"].flatMap((property) => nodesOf(select, property));
  const modifiers = nodesOf(select, "modifiers");
  const after = ["having", "qualify"].flatMap((property): Syntax[] => {
    const condition = nodeOf(select, property);
    return condition ? [condition] : [];
  });
  const grouped =
    nodesOf(select, "group_expressions").length > 0 ||
    select["aggregate_handling"] === "FORCE_AGGREGATES" ||
    [...expressions, ...after].some(aggregates);
  const distinct = modifiers.some(
    (modifier) =>
      modifier["type"] === "DISTINCT_MODIFIER" && nodesOf(modifier, "distinct_on_targets").length === 0,
  );
  if (!grouped && !distinct) throw new NotExact();
  if (
    select["sample"] !== null ||
    (Array.isArray(table["column_name_alias"]) && table["column_name_alias"].length > 0)
  ) {
    throw new NotExact();
  }
  const alias = String(table["alias"] === "" ? table["table_name"] : table["alias"]).toLowerCase();
  const check = new ExpressionCheck(alias, grouped);
  checkFrom(nodeOf(select, "from_table"), check);
  for (const expression of [...expressions, ...after]) check.follow(expression);
  const where = nodeOf(select, "where_clause");
  if (where) check.follow(where);
  for (const modifier of modifiers) {
    for (const { expression } of nodesOf(modifier, "orders"))
      if (isSyntax(expression)) check.follow(expression);
    for (const target of nodesOf(modifier, "distinct_on_targets")) check.follow(target);
    for (const property of ["limit", "offset"]) {
      const bound = nodeOf(modifier, property);
      if (bound) check.follow(bound);
    }
  }
  return check.combined;
}

/** True for a call that rows told several times may change. */
function mayAggregate({ class: kind, function_name: name }: Syntax): boolean {
  const called = String(name).toLowerCase();
  return (kind === "FUNCTION" && !scalar.has(called) && !idempotent.has(called)) || kind === "WINDOW";
}

/** True when an expression aggregates the rows of its own SELECT. */
function aggregates(expression: Syntax): boolean {
  if (expression["class"] === "SUBQUERY") return false;
  const { class: kind, function_name: name } = expression;
  if (kind === "FUNCTION" && !scalar.has(String(name).toLowerCase())) return true;
  return Object.values(expression).some((value) =>
    (Array.isArray(value) ? value : [value]).some((inner) => isSyntax(inner) && aggregates(inner)),
  );
}

function checkFrom(node: Syntax | undefined, check: ExpressionCheck): void {
  if (node === undefined || node["sample"] !== null) throw new NotExact();
  switch (node["type"]) {
    case "BASE_TABLE":
      return;
    case "SUBQUERY":
      check.followQuery(node["subquery"]);
      return;
    case "JOIN": {
      if (!joins.has(String(node["ref_type"])) || usedBy(node).some((name) => measures.has(name))) {
        throw new NotExact();
      }
      const condition = nodeOf(node, "condition");
      if (condition) check.follow(condition);
      checkFrom(nodeOf(node, "left"), check);
      checkFrom(nodeOf(node, "right"), check);
      return;
    }
    default:
      throw new NotExact();
  }
}

/** Follows the expressions of a SELECT over `damir`, up to what its answer could change by. */
class ExpressionCheck {
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
