import type { SyntaxNode } from "../query/syntax-node.js";

/** What adds up the rows of a group. */
const aggregates = new Set(
  `any_value approx_count_distinct arg_max arg_min array_agg avg bool_and bool_or corr count count_if count_star covar_pop covar_samp
   first last list listagg max max_by mean median min min_by mode quantile_cont regr_intercept regr_r2 regr_slope stddev stddev_pop
   stddev_samp string_agg sum var_pop var_samp variance`.split(/\s+/),
);

/** True for a function that adds up the rows of a group. */
export function isAggregate({ class: kind, function_name: name = "" }: SyntaxNode): boolean {
  return kind === "FUNCTION" && aggregates.has(name.toLowerCase());
}

/** True for a query that names, with its table, a column of the query around it. */
export function isCorrelated(query: SyntaxNode): boolean {
  const own = new Set<string>();
  const named = new Set<string>();
  visit(query, (node) => {
    for (const name of [node.table_name, node.alias])
      if (name !== undefined && name !== "") own.add(name.toLowerCase());
    const [table, column] = node.class === "COLUMN_REF" ? (node.column_names ?? []) : [];
    if (table !== undefined && column !== undefined) named.add(table.toLowerCase());
  });
  return [...named].some((table) => !own.has(table));
}

function visit(node: unknown, see: (node: SyntaxNode) => void): void {
  if (Array.isArray(node)) for (const item of node) visit(item, see);
  if (typeof node !== "object" || node === null || Array.isArray(node)) return;
  see(node);
  for (const value of Object.values(node)) visit(value, see);
}
