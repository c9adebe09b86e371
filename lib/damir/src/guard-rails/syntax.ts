/** What the rules read of the trees of DuckDB's `json_serialize_sql`: only the fields named here, any of which may be left out. */
export interface SyntaxNode {
  readonly class?: string;
  readonly type?: string;
  readonly alias?: string;
  /** Expressions. */
  readonly column_names?: readonly string[];
  readonly value?: SyntaxValue;
  readonly identifier?: string;
  readonly left?: SyntaxNode;
  readonly right?: SyntaxNode;
  readonly children?: readonly SyntaxNode[];
  readonly child?: SyntaxNode | null;
  readonly cast_type?: { readonly id?: string };
  readonly function_name?: string;
  readonly distinct?: boolean;
  readonly filter?: SyntaxNode | null;
  readonly partitions?: readonly SyntaxNode[];
  readonly input?: SyntaxNode;
  readonly lower?: SyntaxNode;
  readonly upper?: SyntaxNode;
  readonly case_checks?: readonly { readonly when_expr: SyntaxNode; readonly then_expr: SyntaxNode }[];
  readonly else_expr?: SyntaxNode;
  readonly subquery_type?: string;
  readonly subquery?: { readonly node: SyntaxNode };
  readonly relation_name?: string;
  readonly exclude_list?: readonly unknown[];
  readonly columns?: boolean;
  /** Queries. */
  readonly select_list?: readonly SyntaxNode[];
  readonly from_table?: SyntaxNode;
  readonly where_clause?: SyntaxNode | null;
  readonly group_expressions?: readonly SyntaxNode[];
  readonly having?: SyntaxNode | null;
  readonly qualify?: SyntaxNode | null;
  readonly aggregate_handling?: string;
  readonly modifiers?: readonly SyntaxModifier[];
  readonly cte_map?: {
    readonly map?: readonly {
      readonly key: string;
      readonly value: { readonly query: { readonly node: SyntaxNode }; readonly aliases?: readonly string[] };
    }[];
  };
  /** Tables. */
  readonly table_name?: string;
  readonly column_name_alias?: readonly string[];
  readonly condition?: SyntaxNode | null;
  readonly join_type?: string;
  readonly using_columns?: readonly string[];
}

/** A constant of the text. */
export interface SyntaxValue {
  readonly is_null?: boolean;
  readonly type?: {
    readonly id?: string;
    readonly type_info?: { readonly scale?: number } | null;
  };
  readonly value?: unknown;
}

/** ORDER BY, DISTINCT, LIMIT. */
export interface SyntaxModifier {
  readonly type: string;
  readonly orders?: readonly { readonly expression: SyntaxNode }[];
}
