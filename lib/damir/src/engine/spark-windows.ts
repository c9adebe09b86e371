import { functionCall } from "./spark-functions.js";
import type { SyntaxNode } from "../query/syntax-node.js";
import { untranslated, type Write } from "./spark-syntax.js";

const frameEnds: Readonly<Record<string, string>> = {
  UNBOUNDED_PRECEDING: "UNBOUNDED PRECEDING",
  UNBOUNDED_FOLLOWING: "UNBOUNDED FOLLOWING",
  CURRENT_ROW_ROWS: "CURRENT ROW",
  CURRENT_ROW_RANGE: "CURRENT ROW",
};

/** A function over a window: the empty values of its order come last, as everywhere. */
export function windowCall(node: SyntaxNode, write: Write): string {
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
  return `${functionCall(node, [...args, ...more])}${nulls} OVER (${over.join(" ")})`;
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
