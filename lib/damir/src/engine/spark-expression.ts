import { call } from "./spark-calls.js";
import { constant, interval } from "./spark-constants.js";
import { isAggregate, isCorrelated } from "./spark-correlation.js";
import { isFractional } from "./spark-kinds.js";
import { parameterName } from "./spark-parameters.js";
import type { SyntaxNode } from "../query/syntax-node.js";
import { constantText, quoted, untranslated, type Translation, type Write } from "./spark-syntax.js";
import { castType, wholeTypes } from "./spark-types.js";
import { windowCall } from "./spark-windows.js";

const comparisons: Readonly<Record<string, string>> = {
  COMPARE_EQUAL: "=",
  COMPARE_NOTEQUAL: "<>",
  COMPARE_LESSTHAN: "<",
  COMPARE_GREATERTHAN: ">",
  COMPARE_LESSTHANOREQUALTO: "<=",
  COMPARE_GREATERTHANOREQUALTO: ">=",
};

/** Names that are no column. */
const bareNames = new Set(["current_date", "current_timestamp"]);

/**
 * An expression in Spark's SQL, between parentheses where it is more than a name, a call or a constant.
 * @throws UserError for what Spark can't be asked
 */
export function expression(node: SyntaxNode, translation: Translation): string {
  const write = (one: SyntaxNode | null | undefined): string => expression(one ?? missing(node), translation);
  switch (node.class) {
    case "COLUMN_REF": {
      const names = node.column_names ?? [];
      const [only = ""] = names;
      return names.length === 1 && bareNames.has(only.toLowerCase()) ? only : names.map(quoted).join(".");
    }
    case "CONSTANT":
      return constant(node.value ?? {});
    case "PARAMETER":
      return `:${parameterName(Number(node.identifier))}`;
    case "STAR":
      return star(node);
    case "COMPARISON":
      return comparison(node.type ?? "", write(node.left), write(node.right));
    case "CONJUNCTION": {
      const word = node.type === "CONJUNCTION_OR" ? " OR " : " AND ";
      return `(${(node.children ?? []).map(write).join(word)})`;
    }
    case "BETWEEN":
      return `(${write(node.input)} BETWEEN ${write(node.lower)} AND ${write(node.upper)})`;
    case "CASE": {
      const checks = (node.case_checks ?? []).map(
        ({ when_expr: when, then_expr: then }) => `WHEN ${write(when)} THEN ${write(then)}`,
      );
      return `CASE ${checks.join(" ")} ELSE ${write(node.else_expr)} END`;
    }
    case "CAST":
      return cast(node, write, translation);
    case "OPERATOR":
      return operator(node, write);
    case "SUBQUERY":
      return subquery(node, write, translation);
    case "FUNCTION":
      return isAggregate(node)
        ? call(
            node,
            (one) => expression(one ?? missing(node), { ...translation, grouped: false }),
            translation,
          )
        : call(node, write, translation);
    case "WINDOW":
      return windowCall(node, write);
    case "COLLATE":
      return write(node.child);
  }
  throw untranslated(
    `une expression de la requête (${(node.class ?? "").toLowerCase()})`,
    "écrivez-la autrement.",
  );
}

function missing(node: SyntaxNode): never {
  throw new Error(`incomplete syntax of ${node.class ?? ""} ${node.type ?? ""}`);
}

function star({
  relation_name: relation = "",
  exclude_list: excluded = [],
  replace_list: replaced = [],
  columns,
}: SyntaxNode): string {
  if (columns === true || replaced.length > 0)
    throw untranslated("COLUMNS(…) et REPLACE", "nommez les colonnes.");
  const all = relation === "" ? "*" : `${quoted(relation)}.*`;
  if (excluded.length === 0) return all;
  const names = excluded.map((item) => {
    if (typeof item === "string") return quoted(item);
    const { column = "" } = item as { column?: string };
    return quoted(column);
  });
  return `${all} EXCEPT (${names.join(", ")})`;
}

function comparison(type: string, left: string, right: string): string {
  if (type === "COMPARE_DISTINCT_FROM") return `(NOT (${left} <=> ${right}))`;
  if (type === "COMPARE_NOT_DISTINCT_FROM") return `(${left} <=> ${right})`;
  const sign = comparisons[type];
  if (sign === undefined) throw new Error(`comparison ${type}`);
  return `(${left} ${sign} ${right})`;
}

function cast(node: SyntaxNode, write: Write, translation: Translation): string {
  const { child, cast_type: type = {}, try_cast: tried } = node;
  const constantChild = constantText(child ?? undefined);
  if (type.id === "INTERVAL" && constantChild !== undefined) return interval(constantChild);
  const target = castType(type);
  const name = tried === true ? "try_cast" : "CAST";
  // A decimal or a floating-point number goes to the nearest whole one, which Spark's own CAST cuts.
  const cut = wholeTypes.has(target) && child && isFractional(child, translation);
  return `${name}(${cut === true ? `round(${write(child)})` : write(child)} AS ${target})`;
}

function operator({ type = "", children = [] }: SyntaxNode, write: Write): string {
  const [first, ...others] = children;
  switch (type) {
    case "OPERATOR_NOT":
      return `(NOT ${write(first)})`;
    case "OPERATOR_IS_NULL":
      return `(${write(first)} IS NULL)`;
    case "OPERATOR_IS_NOT_NULL":
      return `(${write(first)} IS NOT NULL)`;
    case "OPERATOR_COALESCE":
      return `coalesce(${children.map(write).join(", ")})`;
    case "COMPARE_IN":
      return `(${write(first)} IN (${others.map(write).join(", ")}))`;
    case "COMPARE_NOT_IN":
      return `(${write(first)} NOT IN (${others.map(write).join(", ")}))`;
    case "ARRAY_EXTRACT":
      return `try_element_at(${children.map(write).join(", ")})`;
    case "OPERATOR_NULLIF":
      return `nullif(${children.map(write).join(", ")})`;
  }
  throw untranslated(`une opération de la requête (${type.toLowerCase()})`, "écrivez-la autrement.");
}

function subquery(node: SyntaxNode, write: Write, translation: Translation): string {
  const query = node.subquery === undefined ? missing(node) : translation.query(node.subquery.node);
  switch (node.subquery_type) {
    case "SCALAR":
      // Spark wants a value of the group's rows, even where it is the same for all of them.
      return translation.grouped === true && isCorrelated(node.subquery?.node ?? {})
        ? `any_value((${query}))`
        : `(${query})`;
    case "EXISTS":
      return `EXISTS (${query})`;
    case "NOT_EXISTS":
      return `(NOT EXISTS (${query}))`;
    case "ANY":
      if (node.comparison_type === "COMPARE_EQUAL") return `(${write(node.child)} IN (${query}))`;
  }
  throw untranslated(
    "ANY et ALL suivis d'une requête",
    "comparez à (SELECT min(…) …) ou à (SELECT max(…) …).",
  );
}
