import {
  ExpressionCheck,
  isColumnOfDamir,
  isDamir,
  measures,
  NotExact,
  scalar,
  tablesOf,
} from "./expression-check.js";
import { columnNames, everyNode, isSyntax, nodeOf, nodesOf, type Syntax } from "./syntax.js";

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
