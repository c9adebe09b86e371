import type { SqlValue } from "./sql.js";
import type { SyntaxTree } from "./reading.js";

/**
 * The column that a query compares with a value, as in `prs_nat = 'consultation'` or `IN`; undefined where there is none.
 * @param value as the query writes it, or binds it
 */
export function comparedColumn(
  tree: SyntaxTree,
  bound: readonly SqlValue[],
  value: string,
): string | undefined {
  let found: string | undefined;
  const visit = (node: unknown): void => {
    if (found !== undefined || typeof node !== "object" || node === null) return;
    const operands = Array.isArray(node) ? [] : operandsOf(node as Record<string, unknown>);
    const column = operands.find((operand) => operand["type"] === "COLUMN_REF");
    if (column !== undefined && operands.some((operand) => valueOf(operand, bound) === value)) {
      found = (column["column_names"] as string[]).at(-1)?.toLowerCase();
      return;
    }
    Object.values(node).forEach(visit);
  };
  visit(tree);
  return found;
}

function operandsOf(node: Record<string, unknown>): Record<string, unknown>[] {
  if (!String(node["type"]).startsWith("COMPARE_")) return [];
  const { left, right, children, input, lower, upper } = node;
  return [left, right, input, lower, upper, ...(Array.isArray(children) ? (children as unknown[]) : [])]
    .filter((operand) => typeof operand === "object" && operand !== null)
    .map((operand) => operand as Record<string, unknown>);
}

function valueOf(operand: Record<string, unknown>, bound: readonly SqlValue[]): unknown {
  if (operand["type"] === "VALUE_CONSTANT") return (operand["value"] as { value?: unknown }).value;
  if (operand["type"] === "VALUE_PARAMETER") return bound[Number(operand["identifier"]) - 1];
  return undefined;
}
