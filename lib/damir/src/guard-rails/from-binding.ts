import type { Binder, Definitions, Scopes } from "./binder.js";
import { bindExpression } from "./expression-binding.js";
import { tellsOfMeasures, unknown } from "./expression.js";
import type { Block, Expression, Relation } from "./query-model.js";
import type { SyntaxNode } from "../query/syntax-node.js";
import { keyOf } from "./table-keys.js";

/** What a FROM joins, and what its joins ask of the rows. */
export interface From {
  readonly relations: readonly Relation[];
  readonly conditions: readonly Expression[];
}

const nothing: From = { relations: [], conditions: [] };

/** What a FROM may be: one thing, or one a side of a UNION below it. */
export function bindFrom(
  binding: Binder,
  node: SyntaxNode | undefined,
  definitions: Definitions,
  parents: Scopes,
  scope: object = {},
): From[] {
  if (node === undefined) return [nothing];
  switch (node.type) {
    case "BASE_TABLE":
      return baseTable(binding, node, definitions, parents, scope);
    case "SUBQUERY":
      return binding
        .query(node.subquery?.node, definitions, parents)
        .map((block) => ofRelation(relationOf(block, node.alias ?? "", node.column_name_alias)));
    case "JOIN":
      return bindFrom(binding, node.left, definitions, parents, scope).flatMap((left) => {
        const outer = [left.relations, ...parents];
        return bindFrom(binding, node.right, definitions, outer, scope).map((right) =>
          joined(binding, node, left, right, definitions, parents),
        );
      });
    case "EMPTY":
      return [nothing];
    default:
      return [ofRelation(openRelation(node.alias ?? ""))];
  }
}

function ofRelation(relation: Relation): From {
  return { relations: [relation], conditions: relation.conditions };
}

/** Something whose columns aren't known: a file, a function, PIVOT. */
function openRelation(name: string): Relation {
  return {
    name: name.toLowerCase(),
    columns: undefined,
    tables: [],
    conditions: [],
    use: undefined,
    key: undefined,
    on: [],
    tested: false,
  };
}

function baseTable(
  binding: Binder,
  node: SyntaxNode,
  definitions: Definitions,
  parents: Scopes,
  scope: object,
): From[] {
  const table = node.table_name?.toLowerCase() ?? "";
  const name = node.alias === undefined || node.alias === "" ? table : node.alias;
  const definition = definitions.get(table);
  if (definition) {
    const { query, columns } = definition;
    const names = node.column_name_alias?.length ? node.column_name_alias : columns;
    return binding
      .query(query, definition.definitions, parents)
      .map((block) => ofRelation(relationOf(block, name, names)));
  }
  const columns = binding.surroundings.columns.get(table);
  if (columns === undefined) return [ofRelation(openRelation(name))];
  const use = { table, scope };
  const bound = new Map<string, Expression>(
    columns.map((column, index) => {
      const original = column.toLowerCase();
      return [
        (node.column_name_alias?.[index] ?? original).toLowerCase(),
        { kind: "column", use, name: original },
      ];
    }),
  );
  const key = keyOf(table)?.map((column): Expression => ({ kind: "column", use, name: column }));
  return [
    ofRelation({
      name: name.toLowerCase(),
      columns: bound,
      tables: [use],
      conditions: [],
      use,
      key,
      on: [],
      tested: false,
    }),
  ];
}

/** A subquery, as the query around it sees it. */
function relationOf(block: Block, name: string, names: readonly string[] = []): Relation {
  const [single, ...others] = block.relations;
  return {
    name: name.toLowerCase(),
    columns: new Map(
      block.outputs.map(({ name: output, expression }, index) => [
        (names[index] ?? output).toLowerCase(),
        expression,
      ]),
    ),
    tables: block.grouped ? [] : block.tables,
    conditions: block.conditions,
    use: undefined,
    key: block.grouped ? block.groups : others.length === 0 ? single?.key : undefined,
    on: [],
    tested: false,
  };
}

function joined(
  binding: Binder,
  node: SyntaxNode,
  left: From,
  right: From,
  definitions: Definitions,
  parents: Scopes,
): From {
  const kind = node.join_type ?? "INNER";
  const tested = kind === "SEMI" || kind === "ANTI";
  const all = [...left.relations, ...right.relations];
  const names = { binding, definitions, scopes: [all, ...parents], outputs: [], label: "" };
  const on = [
    ...(node.condition ? [bindExpression(node.condition, names)] : []),
    ...(node.using_columns ?? []).map((column): Expression => {
      const find = ({ relations }: From) =>
        relations.map(({ columns }) => columns?.get(column.toLowerCase())).find((found) => found) ?? unknown;
      return { kind: "call", name: "COMPARE_EQUAL", operands: [find(left), find(right)] };
    }),
  ];
  // What a side that may be missing asks for doesn't drop the rows of the other one.
  const asked = (from: From, optional: boolean) =>
    optional ? from.conditions.filter(tellsOfMeasures) : from.conditions;
  const joins = right.relations.map((relation) => ({
    ...relation,
    tables: tested ? [] : relation.tables,
    tested: relation.tested || tested,
    on: [...relation.on, ...on],
  }));
  return {
    relations: [...left.relations, ...joins],
    conditions: [
      ...asked(left, kind === "RIGHT" || kind === "OUTER" || kind === "FULL"),
      ...asked(right, kind === "LEFT" || kind === "OUTER" || kind === "FULL"),
      ...(kind === "INNER" || kind === "SEMI" ? on : []),
    ],
  };
}
