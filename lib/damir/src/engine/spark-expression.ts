import { sharedFunctions, sparkFunctions } from "./spark-functions.js";
import { parameterName } from "./spark-parameters.js";
import {
  constantText,
  quoted,
  text,
  untranslated,
  type SyntaxNode,
  type SyntaxOrder,
  type SyntaxValue,
  type Translation,
} from "./spark-syntax.js";
import { castType, wholeTypes } from "./spark-types.js";

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
      return call(node, write, translation);
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

/** The terms of an ORDER BY, empty values last as DuckDB has them. */
export function orderTerms(orders: readonly SyntaxOrder[], translation: Translation): string {
  return orders
    .map(({ type, null_order: nulls, expression: on }) => {
      if (on.class === "STAR") throw untranslated("ORDER BY ALL", "nommez les colonnes.");
      const direction = type === "DESCENDING" ? " DESC" : "";
      const place = nulls === "NULLS_FIRST" ? " NULLS FIRST" : " NULLS LAST";
      return `${expression(on, translation)}${direction}${place}`;
    })
    .join(", ");
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

function constant({ is_null: isNull, type, value }: SyntaxValue): string {
  if (isNull === true) return "NULL";
  const id = type?.id ?? "";
  switch (id) {
    case "VARCHAR":
      return text(String(value));
    case "BOOLEAN":
      return value === true ? "TRUE" : "FALSE";
    case "INTEGER":
    case "TINYINT":
    case "SMALLINT":
      return signed(String(value));
    case "BIGINT":
      return signed(`${String(value)}L`);
    case "HUGEINT":
      return signed(`${hugeInteger(value)}BD`);
    case "DECIMAL":
      return signed(`${decimal(value, type?.type_info?.scale ?? 0)}BD`);
    case "DOUBLE":
    case "FLOAT":
      return `CAST(${text(String(value))} AS DOUBLE)`;
  }
  throw untranslated(`une constante du type ${id}`, "écrivez-la comme un texte, avec CAST.");
}

function signed(number: string): string {
  return number.startsWith("-") ? `(${number})` : number;
}

function hugeInteger(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const { upper = 0, lower = 0 } = value as { upper?: number | string; lower?: number | string };
  return ((BigInt(upper) << 64n) + BigInt(lower)).toString();
}

/** A decimal from its digits without the point. */
function decimal(value: unknown, scale: number): string {
  const whole = hugeInteger(value);
  if (scale === 0) return whole;
  const negative = whole.startsWith("-");
  const digits = (negative ? whole.slice(1) : whole).padStart(scale + 1, "0");
  return `${negative ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function comparison(type: string, left: string, right: string): string {
  if (type === "COMPARE_DISTINCT_FROM") return `(NOT (${left} <=> ${right}))`;
  if (type === "COMPARE_NOT_DISTINCT_FROM") return `(${left} <=> ${right})`;
  const sign = comparisons[type];
  if (sign === undefined) throw new Error(`comparison ${type}`);
  return `(${left} ${sign} ${right})`;
}

type Write = (node: SyntaxNode | null | undefined) => string;

const intervalUnits: Readonly<Record<string, string>> = {
  year: "YEAR",
  month: "MONTH",
  day: "DAY",
  hour: "HOUR",
  minute: "MINUTE",
  second: "SECOND",
};

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

function interval(said: string): string {
  const [, count = "", unit = ""] =
    /^\s*(-?\d+)\s*(year|month|week|day|hour|minute|second)s?\s*$/i.exec(said) ?? [];
  if (unit.toLowerCase() === "week") return `INTERVAL '${Number(count) * 7}' DAY`;
  const known = intervalUnits[unit.toLowerCase()];
  if (known === undefined)
    throw untranslated(`INTERVAL '${said}'`, "écrivez INTERVAL '3 months', '1 year' ou '7 days'.");
  return `INTERVAL '${count}' ${known}`;
}

function isFractional(node: SyntaxNode, translation: Translation): boolean {
  if (node.class === "COLUMN_REF")
    return /^(DECIMAL|DOUBLE|FLOAT)/.test(translation.typeOf(node.column_names?.at(-1) ?? "") ?? "");
  if (node.class === "CONSTANT") return /^(DECIMAL|DOUBLE)$/.test(node.value?.type?.id ?? "");
  if (node.class === "CAST") return /^(DECIMAL|DOUBLE|FLOAT)$/.test(node.cast_type?.id ?? "");
  if (node.class !== "FUNCTION" && node.class !== "WINDOW") return false;
  if (isQuotient(node)) return true;
  const passing = new Set([
    "+",
    "-",
    "*",
    "sum",
    "min",
    "max",
    "any_value",
    "coalesce",
    "abs",
    "lag",
    "lead",
  ]);
  return (
    passing.has(node.function_name ?? "") &&
    (node.children ?? []).some((child) => isFractional(child, translation))
  );
}

/** True for what is a floating-point number in both. */
function isQuotient({ function_name: name = "", class: kind, children = [] }: SyntaxNode): boolean {
  return (
    (kind === "FUNCTION" || kind === "WINDOW") &&
    (name === "/" || name === "avg" || (["*", "+", "-"].includes(name) && children.some(isQuotient)))
  );
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
      return `(${query})`;
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

/** Operators written between two operands, the same in both. */
const signs = new Set(["+", "-", "*", "&", "|"]);

function call(node: SyntaxNode, write: Write, translation: Translation): string {
  const { function_name: name = "", children = [], order_bys: order, distinct, filter } = node;
  const args = children.map(write);
  const [a = "", b = ""] = args;
  if (node.is_operator === true || name === "||") {
    if (args.length === 1 && (name === "-" || name === "+")) return `(${name}${a})`;
    if (name === "-" && isDate(children[0], translation) && isDate(children[1], translation))
      return `datediff(${a}, ${b})`;
    if (signs.has(name)) return `(${a} ${name} ${b})`;
    if (name === "/") return quotient(a, b, children[1]);
    if (name === "//") return `(${a} div nullif(${b}, 0))`;
    if (name === "%") return isNonZero(children[1]) ? `(${a} % ${b})` : `try_mod(${a}, ${b})`;
    if (name === "||") return `(${a} || ${b})`;
    if (name === "^" || name === "**") return `power(${a}, ${b})`;
  }
  const like = { "~~": "LIKE", "!~~": "NOT LIKE", "~~*": "ILIKE", "!~~*": "NOT ILIKE" }[name];
  if (like !== undefined) return `(${a} ${like} ${pattern(children[1], b)})`;
  const orders = order?.orders ?? [];
  if (name === "round") return rounded(children, args);
  if (name === "string_agg" || name === "listagg" || name === "group_concat") {
    const within = orders.length > 0 ? ` WITHIN GROUP (ORDER BY ${orderTerms(orders, translation)})` : "";
    return `listagg(${distinct === true ? "DISTINCT " : ""}CAST(${a} AS STRING), ${args.length > 1 ? b : "','"})${within}${filtered(filter, write)}`;
  }
  if (orders.length > 0) {
    if (name !== "list" && name !== "array_agg")
      throw untranslated(`ORDER BY dans ${name}`, "triez dans une sous-requête.");
    return orderedList(a, orders, translation).replace("/*filter*/", filtered(filter, write));
  }
  return `${named(node, distinct === true ? [`DISTINCT ${a}`, ...args.slice(1)] : args)}${filtered(filter, write)}`;
}

function filtered(filter: SyntaxNode | null | undefined, write: Write): string {
  return filter ? ` FILTER (WHERE ${write(filter)})` : "";
}

function named({ function_name: name = "", children = [] }: SyntaxNode, args: readonly string[]): string {
  const lower = name.toLowerCase();
  const known = Object.hasOwn(sparkFunctions, lower) ? sparkFunctions[lower] : undefined;
  if (known !== undefined) return known(args, children);
  // One that neither has is named by the cluster's own error.
  if (sharedFunctions.has(lower) || /^\w+$/.test(name)) return `${name}(${args.join(", ")})`;
  throw untranslated(`l'opérateur ${name}`, "prenez une fonction qui fait de même.");
}

/** A list in the order of what it is sorted on: Spark gathers structures, sorts them, and keeps the value. */
function orderedList(value: string, orders: readonly SyntaxOrder[], translation: Translation): string {
  const keys = orders.map(({ expression: on }, index) => `${expression(on, translation)} AS k${index}`);
  const descending = orders.filter(({ type }) => type === "DESCENDING").length;
  if (descending > 0 && descending < orders.length)
    throw untranslated("une liste triée dans les deux sens", "triez dans le même sens.");
  const sorted = `sort_array(collect_list(struct(${[...keys, `${value} AS v`].join(", ")}))/*filter*/, ${descending === 0})`;
  return `transform(${sorted}, x -> x.v)`;
}

/** Division as DuckDB does it: never cut, and by zero infinite. */
function quotient(a: string, b: string, divisor: SyntaxNode | undefined): string {
  const [left, right] = [`CAST(${a} AS DOUBLE)`, `CAST(${b} AS DOUBLE)`];
  if (isNonZero(divisor)) return `(${left} / ${right})`;
  return `coalesce(try_divide(${left}, ${right}), ${left} * power(${right}, -1))`;
}

function isNonZero(node: SyntaxNode | undefined): boolean {
  if (node?.class !== "CONSTANT") return false;
  const { type, value } = node.value ?? {};
  return /INT|DECIMAL|DOUBLE/.test(type?.id ?? "") && typeof value === "number" && value !== 0;
}

function isDate(node: SyntaxNode | undefined, translation: Translation): boolean {
  if (node?.class === "CAST") return node.cast_type?.id === "DATE";
  if (node?.class === "COLUMN_REF") return translation.typeOf(node.column_names?.at(-1) ?? "") === "DATE";
  return (
    node?.class === "FUNCTION" &&
    ["make_date", "last_day", "min", "max"].includes(node.function_name ?? "") &&
    (node.function_name === "make_date" || isDate(node.children?.[0], translation))
  );
}

/** A pattern of LIKE: DuckDB's has no escape. */
function pattern(node: SyntaxNode | undefined, written: string): string {
  const constantPattern = constantText(node);
  return constantPattern === undefined ? written : text(constantPattern.replaceAll("\\", "\\\\"));
}

/** Half away from zero, of a floating-point number as DuckDB computes it; Spark's own rounds the digits it would write. */
function rounded(nodes: readonly SyntaxNode[], args: readonly string[]): string {
  const [value = "", digits] = args;
  const count = nodes[1]?.value?.value;
  const [node] = nodes;
  if (
    digits === undefined ||
    node === undefined ||
    typeof count !== "number" ||
    count < 1 ||
    !isQuotient(node)
  ) {
    return `round(${args.join(", ")})`;
  }
  const unit = `CAST('1e${count}' AS DOUBLE)`;
  return `(round(${value} * ${unit}) / ${unit})`;
}

const frameEnds: Readonly<Record<string, string>> = {
  UNBOUNDED_PRECEDING: "UNBOUNDED PRECEDING",
  UNBOUNDED_FOLLOWING: "UNBOUNDED FOLLOWING",
  CURRENT_ROW_ROWS: "CURRENT ROW",
  CURRENT_ROW_RANGE: "CURRENT ROW",
};

function windowCall(node: SyntaxNode, write: Write): string {
  const { children = [], partitions = [], orders = [], filter_expr: filter, distinct } = node;
  if ((node.exclude_clause ?? "NO_OTHER") !== "NO_OTHER")
    throw untranslated("EXCLUDE dans une fenêtre", "filtrez avant.");
  if (distinct === true)
    throw untranslated("DISTINCT dans une fenêtre", "dédoublonnez dans une sous-requête.");
  const args = children.map((child) =>
    filter ? `CASE WHEN ${write(filter)} THEN ${write(child)} END` : write(child),
  );
  if (filter && args.length === 0)
    throw untranslated("count(*) FILTER dans une fenêtre", "comptez CASE WHEN … THEN 1 END.");
  const more = [node.offset_expr, node.default_expr].flatMap((one) => (one ? [write(one)] : []));
  const nulls = node.ignore_nulls === true ? " IGNORE NULLS" : "";
  const order = orders.map(({ type, null_order: place, expression: on }) => {
    return `${write(on)}${type === "DESCENDING" ? " DESC" : ""}${place === "NULLS_FIRST" ? " NULLS FIRST" : " NULLS LAST"}`;
  });
  const over = [
    partitions.length > 0 ? `PARTITION BY ${partitions.map(write).join(", ")}` : "",
    order.length > 0 ? `ORDER BY ${order.join(", ")}` : "",
    frame(node, write),
  ].filter((part) => part !== "");
  return `${named(node, [...args, ...more])}${nulls} OVER (${over.join(" ")})`;
}

function frame({ start = "", end = "", start_expr: from, end_expr: to }: SyntaxNode, write: Write): string {
  if (start === "UNBOUNDED_PRECEDING" && end === "CURRENT_ROW_RANGE") return "";
  const rows = start.endsWith("_ROWS") || end.endsWith("_ROWS");
  const range = start.endsWith("_RANGE") || end.endsWith("_RANGE");
  if (!rows && !range && start !== "UNBOUNDED_PRECEDING")
    throw untranslated("une fenêtre en GROUPS", "prenez ROWS ou RANGE.");
  return `${rows ? "ROWS" : "RANGE"} BETWEEN ${bound(start, from, write)} AND ${bound(end, to, write)}`;
}

function bound(place: string, by: SyntaxNode | null | undefined, write: Write): string {
  const known = frameEnds[place];
  if (known !== undefined) return known;
  return `${write(by)} ${place.includes("PRECEDING") ? "PRECEDING" : "FOLLOWING"}`;
}
