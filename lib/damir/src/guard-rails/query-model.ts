/** A value that can be reasoned on. Dates are `AAAA-MM-JJ`. */
export type Scalar = number | string | boolean | null;

/** One occurrence of a table in a query: a table that is named twice has two. */
export interface TableUse {
  readonly table: string;
  /** What stands in the same FROM has the same scope. */
  readonly scope: object;
}

/**
 * An expression of a query, told by the columns of the tables: names of subqueries and common table expressions are replaced by
 * what they stand for.
 */
export type Expression =
  | { readonly kind: "column"; readonly use: TableUse; readonly name: string }
  | { readonly kind: "constant"; readonly value: Scalar }
  | { readonly kind: "call"; readonly name: string; readonly operands: readonly Expression[] }
  | { readonly kind: "case"; readonly checks: readonly CaseCheck[]; readonly otherwise: Expression }
  | { readonly kind: "aggregate"; readonly aggregation: Aggregation }
  | {
      readonly kind: "query";
      readonly test: string;
      readonly operand: Expression | undefined;
      readonly blocks: readonly Block[];
    };

export interface CaseCheck {
  readonly when: Expression;
  readonly then: Expression;
}

/** A column of a table. */
export type ColumnExpression = Extract<Expression, { kind: "column" }>;

/** A call of an aggregate function, over the rows of a block. */
export interface Aggregation {
  /** Its place in the syntax tree: a UNION below it makes several aggregations of one. */
  readonly place: object;
  readonly name: string;
  readonly distinct: boolean;
  readonly window: boolean;
  readonly operands: readonly Expression[];
  /** What the rows it takes meet beside those of its block. */
  readonly filter: Expression | undefined;
  readonly partitions: readonly Expression[];
  /** Name of the output column that it is in, where it has one. */
  readonly label: string;
  readonly block: Block;
}

/** One SELECT of a query, told by the tables under it. A UNION under it makes one block of each of its sides. */
export interface Block {
  /** The tables whose rows it goes over one by one: not those that a subquery aggregates. */
  readonly tables: readonly TableUse[];
  /** What joins its FROM. */
  readonly relations: readonly Relation[];
  /** What the rows meet: WHERE and inner joins, those of its subqueries included. */
  readonly conditions: readonly Expression[];
  readonly groups: readonly Expression[];
  /** True when a row it gives stands for several. */
  readonly grouped: boolean;
  readonly outputs: readonly Output[];
  readonly aggregations: readonly Aggregation[];
  /** All that it computes: outputs, conditions, groups, orders. What `*` passes on isn't read. */
  readonly expressions: readonly Expression[];
}

/** A column that a block gives. */
export interface Output {
  readonly name: string;
  readonly expression: Expression;
}

/** A table, subquery or common table expression in a FROM. */
export interface Relation {
  readonly name: string;
  /** By name in lower case; undefined where they aren't known. */
  readonly columns: ReadonlyMap<string, Expression> | undefined;
  readonly tables: readonly TableUse[];
  readonly conditions: readonly Expression[];
  /** The table itself, where it is one. */
  readonly use: TableUse | undefined;
  /** Expressions of which no two of its rows have the same values; undefined where that isn't known. */
  readonly key: readonly Expression[] | undefined;
  /** What its join asks. */
  readonly on: readonly Expression[];
  /** True where a join only asks whether it has a row. */
  readonly tested: boolean;
}
