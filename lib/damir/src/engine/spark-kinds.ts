import type { SyntaxNode } from "../query/syntax-node.js";
import type { Translation } from "./spark-syntax.js";

/** True for a number that a CAST to a whole one has to round. */
export function isFractional(node: SyntaxNode, translation: Translation): boolean {
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
export function isQuotient({ function_name: name = "", class: kind, children = [] }: SyntaxNode): boolean {
  return (
    (kind === "FUNCTION" || kind === "WINDOW") &&
    (name === "/" || name === "avg" || (["*", "+", "-"].includes(name) && children.some(isQuotient)))
  );
}

/** True for a constant by which one can divide. */
export function isNonZero(node: SyntaxNode | undefined): boolean {
  if (node?.class !== "CONSTANT") return false;
  const { type, value } = node.value ?? {};
  return /INT|DECIMAL|DOUBLE/.test(type?.id ?? "") && typeof value === "number" && value !== 0;
}

/** True for what is known to be a day: a difference of two is a number of days. */
export function isDate(node: SyntaxNode | undefined, translation: Translation): boolean {
  if (node?.class === "CAST") return node.cast_type?.id === "DATE";
  if (node?.class === "COLUMN_REF") return translation.typeOf(node.column_names?.at(-1) ?? "") === "DATE";
  return (
    node?.class === "FUNCTION" &&
    ["make_date", "last_day", "min", "max"].includes(node.function_name ?? "") &&
    (node.function_name === "make_date" || isDate(node.children?.[0], translation))
  );
}
