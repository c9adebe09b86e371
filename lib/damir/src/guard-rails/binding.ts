import type { Binder, Definitions, Scopes, Surroundings } from "./binder.js";
import { bindExpression, type Names } from "./expression-binding.js";
import { partsOf } from "./expression.js";
import { bindFrom, type From } from "./from-binding.js";
import type { Aggregation, Block, Expression, Output, Relation } from "./query-model.js";
import type { SyntaxNode } from "../query/syntax-node.js";

/** A query that unfolds into more than this many SELECT isn't read further: its rules would take longer than it does. */
const mostBlocks = 500;

/** The query has too many parts to be reasoned on. */
export class TooLarge extends Error {}

/** Tells a query by the tables under it. */
export class Binding implements Binder {
  /** Every SELECT met, the subqueries' included. */
  readonly blocks: Block[] = [];

  constructor(readonly surroundings: Surroundings) {}

  query(node: SyntaxNode | undefined, outside: Definitions, parents: Scopes): Block[] {
    if (node === undefined) return [];
    const definitions = new Map(outside);
    for (const { key, value } of node.cte_map?.map ?? []) {
      const definition = { query: value.query.node, columns: value.aliases ?? [] };
      definitions.set(key.toLowerCase(), { ...definition, definitions: new Map(definitions) });
    }
    switch (node.type) {
      case "SELECT_NODE":
        return bindFrom(this, node.from_table, definitions, parents).map((from) =>
          this.#select(node, from, definitions, parents),
        );
      case "SET_OPERATION_NODE": {
        const sides = node.children ?? [node.left, node.right];
        return sides.flatMap((side) => this.query(side, definitions, parents));
      }
      case "CTE_NODE":
        return this.query(node.child ?? undefined, definitions, parents);
      case "RECURSIVE_CTE_NODE":
        return this.query(node.left, definitions, parents);
      default:
        return [];
    }
  }

  #select(node: SyntaxNode, from: From, definitions: Definitions, parents: Scopes): Block {
    if (this.blocks.length >= mostBlocks) throw new TooLarge();
    const aggregations: Aggregation[] = [];
    const outputs: Output[] = [];
    const conditions = [...from.conditions];
    const groups: Expression[] = [];
    const expressions: Expression[] = [];
    const block = {
      tables: from.relations.flatMap(({ tables }) => tables),
      relations: from.relations,
      conditions,
      groups,
      grouped: false,
      outputs,
      aggregations,
      expressions,
    };
    const names: Names = {
      binding: this,
      block,
      definitions,
      scopes: [from.relations, ...parents],
      outputs,
      label: "",
    };
    const bind = (expression: SyntaxNode, label = "") => bindExpression(expression, { ...names, label });
    for (const item of node.select_list ?? []) {
      if (item.type === "STAR" && item.columns !== true) outputs.push(...starOf(item, from.relations));
      else {
        const name = nameOf(item);
        const expression = bind(item, name);
        outputs.push({ name, expression });
        expressions.push(expression);
      }
    }
    if (node.where_clause) conditions.push(bind(node.where_clause));
    for (const group of node.group_expressions ?? []) {
      const position = group.type === "VALUE_CONSTANT" ? Number(group.value?.value) : 0;
      groups.push(outputs[position - 1]?.expression ?? bind(group));
    }
    if (node.aggregate_handling === "FORCE_AGGREGATES") {
      groups.push(...outputs.map(({ expression }) => expression).filter((item) => !aggregates(item)));
    }
    const later = [node.having, node.qualify].flatMap((item) => item ?? []);
    const orders = (node.modifiers ?? []).flatMap(({ orders }) => orders ?? []);
    expressions.push(
      ...conditions,
      ...groups,
      ...[...later, ...orders.map(({ expression }) => expression)].map((item) => bind(item)),
    );
    const distinct = node.modifiers?.some(({ type }) => type === "DISTINCT_MODIFIER") ?? false;
    block.grouped = groups.length > 0 || distinct || aggregations.some(({ window }) => !window);
    if (distinct && groups.length === 0) groups.push(...outputs.map(({ expression }) => expression));
    this.blocks.push(block);
    return block;
  }
}

/** The name of an output column. */
function nameOf({ alias, column_names, function_name }: SyntaxNode): string {
  return alias === undefined || alias === "" ? (column_names?.at(-1) ?? function_name ?? "") : alias;
}

function starOf(item: SyntaxNode, relations: readonly Relation[]): Output[] {
  const left = item.relation_name?.toLowerCase() ?? "";
  const excluded = new Set((item.exclude_list ?? []).map((name) => String(name).toLowerCase()));
  return relations
    .filter(({ name }) => left === "" || name === left)
    .flatMap(({ columns }) => [...(columns ?? [])])
    .filter(([name]) => !excluded.has(name))
    .map(([name, expression]) => ({ name, expression }));
}

/** True when an expression is computed by aggregating in its own block, and not in one below. */
function aggregates(expression: Expression): boolean {
  for (const part of partsOf(expression)) if (part.kind === "aggregate") return true;
  return false;
}
