import type { Binder, Definitions, Scopes } from "./binder.js";
import { unknown } from "./expression.js";
import { boundValue, literal } from "./literal.js";
import type { Aggregation, Block, Expression, Output } from "./query-model.js";
import type { SyntaxNode } from "../query/syntax-node.js";

/** What the names of an expression may stand for. */
export interface Names {
  readonly binding: Binder;
  /** Where its aggregations take their rows; undefined where there can't be any. */
  readonly block?: Block & { readonly aggregations: Aggregation[] };
  readonly definitions: Definitions;
  /** What the FROM joins, then that of the queries around. */
  readonly scopes: Scopes;
  readonly outputs: readonly Output[];
  /** Output column that the expression is in. */
  readonly label: string;
}

const aggregateFunctions = new Set(
  "sum avg mean count count_star min max median mode sum_no_overflow fsum sumkahan kahan_sum favg stddev stddev_pop stddev_samp variance var_pop var_samp quantile quantile_cont quantile_disc percentile_cont percentile_disc list array_agg string_agg group_concat any_value first last arbitrary arg_max arg_min max_by min_by approx_count_distinct count_if countif bool_and bool_or corr covar_pop covar_samp regr_slope regr_intercept regr_r2 product histogram".split(
    " ",
  ),
);

/** Tells an expression by the tables under its names. */
export function bindExpression(node: SyntaxNode, names: Names): Expression {
  const bind = (child: SyntaxNode) => bindExpression(child, names);
  switch (node.class) {
    case "CONSTANT": {
      const value = node.value && literal(node.value);
      return value === undefined ? unknown : { kind: "constant", value };
    }
    case "PARAMETER": {
      const value = names.binding.surroundings.values[Number(node.identifier) - 1];
      return value === undefined ? unknown : { kind: "constant", value: boundValue(value) };
    }
    case "COLUMN_REF":
      return column(node.column_names ?? [], names);
    case "COMPARISON":
      return call(node.type, [node.left, node.right], bind);
    case "CONJUNCTION":
    case "OPERATOR":
      return call(node.type, node.children, bind);
    case "BETWEEN":
      return call(node.type, [node.input, node.lower, node.upper], bind);
    case "CAST":
      return call(`cast ${node.cast_type?.id ?? ""}`, [node.child ?? undefined], bind);
    case "CASE":
      return {
        kind: "case",
        checks: (node.case_checks ?? []).map(({ when_expr, then_expr }) => ({
          when: bind(when_expr),
          then: bind(then_expr),
        })),
        otherwise: node.else_expr ? bind(node.else_expr) : { kind: "constant", value: null },
      };
    case "SUBQUERY":
      return {
        kind: "query",
        test: node.subquery_type ?? "",
        operand: node.child ? bind(node.child) : undefined,
        blocks: names.binding.query(node.subquery?.node, names.definitions, names.scopes),
      };
    case "FUNCTION":
    case "WINDOW":
      return called(node, names);
    default:
      return unknown;
  }
}

function call(
  name: string | undefined,
  operands: readonly (SyntaxNode | undefined)[] | undefined,
  bind: (child: SyntaxNode) => Expression,
): Expression {
  return {
    kind: "call",
    name: name ?? "unknown",
    operands: (operands ?? []).map((operand) => (operand ? bind(operand) : unknown)),
  };
}

function called(node: SyntaxNode, names: Names): Expression {
  const name = node.function_name?.toLowerCase() ?? "";
  const bind = (child: SyntaxNode) => bindExpression(child, names);
  if (!aggregateFunctions.has(name) || names.block === undefined) return call(name, node.children, bind);
  const aggregation: Aggregation = {
    place: node,
    name,
    distinct: node.distinct ?? false,
    window: node.class === "WINDOW",
    operands: (node.children ?? []).map(bind),
    filter: node.filter ? bind(node.filter) : undefined,
    partitions: (node.partitions ?? []).map(bind),
    label: names.label,
    block: names.block,
  };
  names.block.aggregations.push(aggregation);
  return { kind: "aggregate", aggregation };
}

/** `colonne` or `table.colonne`. A column of the FROM comes before an output column of the same name, as in DuckDB. */
function column(path: readonly string[], { scopes, outputs }: Names): Expression {
  const name = path.at(-1)?.toLowerCase() ?? "";
  const table = path.at(-2)?.toLowerCase();
  for (const relations of scopes) {
    for (const { name: alias, columns } of relations) {
      if (table !== undefined && alias !== table) continue;
      const found = columns?.get(name);
      if (found) return found;
    }
    if (relations === scopes[0] && table === undefined) {
      const output = outputs.find(({ name: known }) => known.toLowerCase() === name);
      if (output) return output.expression;
    }
  }
  return unknown;
}
