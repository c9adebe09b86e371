import { orderTerms } from "./spark-order.js";
import { functionCall } from "./spark-functions.js";
import { isDate, isNonZero, isQuotient } from "./spark-kinds.js";
import type { SyntaxNode, SyntaxOrder } from "../query/syntax-node.js";
import { constantText, text, untranslated, type Translation, type Write } from "./spark-syntax.js";

/** Operators written between two operands, the same in both. */
const signs = new Set(["+", "-", "*", "&", "|"]);

/** A function or an operator. */
export function call(node: SyntaxNode, write: Write, translation: Translation): string {
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
    const within = orders.length > 0 ? ` WITHIN GROUP (ORDER BY ${orderTerms(orders, write)})` : "";
    return `listagg(${distinct === true ? "DISTINCT " : ""}CAST(${a} AS STRING), ${args.length > 1 ? b : "','"})${within}${filtered(filter, write)}`;
  }
  if (orders.length > 0) {
    if (name !== "list" && name !== "array_agg")
      throw untranslated(`ORDER BY dans ${name}`, "triez dans une sous-requête.");
    return orderedList(a, orders, write).replace("/*filter*/", filtered(filter, write));
  }
  return `${functionCall(node, distinct === true ? [`DISTINCT ${a}`, ...args.slice(1)] : args)}${filtered(filter, write)}`;
}

function filtered(filter: SyntaxNode | null | undefined, write: Write): string {
  return filter ? ` FILTER (WHERE ${write(filter)})` : "";
}

/** A list in the order of what it is sorted on: Spark gathers structures, sorts them, and keeps the value. */
function orderedList(value: string, orders: readonly SyntaxOrder[], write: Write): string {
  const keys = orders.map(({ expression: on }, index) => `${write(on)} AS k${index}`);
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
