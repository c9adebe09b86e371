/** What is read of the trees of DuckDB's `json_serialize_sql`: only the fields named here, any of which may be left out. */
export interface SyntaxNode {
  readonly class?: string;
  readonly type?: string;
  readonly alias?: string;
  readonly column_names?: readonly string[];
  readonly value?: SyntaxValue;
  readonly identifier?: string;
  readonly left?: SyntaxNode;
  readonly right?: SyntaxNode;
  readonly children?: readonly SyntaxNode[];
  readonly child?: SyntaxNode | null;
  readonly cast_type?: SyntaxType;
  readonly try_cast?: boolean;
  readonly function_name?: string;
  readonly is_operator?: boolean;
  readonly distinct?: boolean;
  readonly filter?: SyntaxNode | null;
  readonly filter_expr?: SyntaxNode | null;
  readonly order_bys?: { readonly orders?: readonly SyntaxOrder[] } | null;
  readonly partitions?: readonly SyntaxNode[];
  readonly orders?: readonly SyntaxOrder[];
  readonly start?: string;
  readonly end?: string;
  readonly start_expr?: SyntaxNode | null;
  readonly end_expr?: SyntaxNode | null;
  readonly offset_expr?: SyntaxNode | null;
  readonly default_expr?: SyntaxNode | null;
  readonly ignore_nulls?: boolean;
  readonly exclude_clause?: string;
  readonly input?: SyntaxNode;
  readonly lower?: SyntaxNode;
  readonly upper?: SyntaxNode;
  readonly case_checks?: readonly { readonly when_expr: SyntaxNode; readonly then_expr: SyntaxNode }[];
  readonly else_expr?: SyntaxNode;
  readonly subquery_type?: string;
  readonly comparison_type?: string;
  readonly subquery?: { readonly node: SyntaxNode };
  readonly relation_name?: string;
  readonly exclude_list?: readonly unknown[];
  readonly replace_list?: readonly unknown[];
  readonly columns?: boolean;
  readonly select_list?: readonly SyntaxNode[];
  readonly from_table?: SyntaxNode;
  readonly where_clause?: SyntaxNode | null;
  readonly group_expressions?: readonly SyntaxNode[];
  readonly group_sets?: readonly (readonly number[])[];
  readonly having?: SyntaxNode | null;
  readonly qualify?: SyntaxNode | null;
  readonly sample?: unknown;
  readonly aggregate_handling?: string;
  readonly modifiers?: readonly SyntaxModifier[];
  readonly cte_map?: { readonly map?: readonly SyntaxCte[] };
  readonly setop_type?: string;
  readonly setop_all?: boolean;
  readonly union_all?: boolean;
  readonly table_name?: string;
  readonly schema_name?: string;
  readonly column_name_alias?: readonly string[];
  readonly condition?: SyntaxNode | null;
  readonly join_type?: string;
  readonly ref_type?: string;
  readonly using_columns?: readonly string[];
  readonly function?: SyntaxNode;
  readonly values?: readonly (readonly SyntaxNode[])[];
  readonly show_type?: string;
}

/** A query of a WITH. */
export interface SyntaxCte {
  readonly key: string;
  readonly value: { readonly query: { readonly node: SyntaxNode }; readonly aliases?: readonly string[] };
}

/** A term of an ORDER BY. */
export interface SyntaxOrder {
  readonly type: string;
  readonly null_order: string;
  readonly expression: SyntaxNode;
}

/** ORDER BY, DISTINCT, LIMIT. */
export interface SyntaxModifier {
  readonly type: string;
  readonly orders?: readonly SyntaxOrder[];
  readonly distinct_on_targets?: readonly SyntaxNode[];
  readonly limit?: SyntaxNode | null;
  readonly offset?: SyntaxNode | null;
}

/** A type as the tree has it. */
export interface SyntaxType {
  readonly id?: string;
  readonly type_info?: {
    readonly width?: number;
    readonly scale?: number;
    readonly child_type?: SyntaxType;
  } | null;
}

/** A constant of the text. */
export interface SyntaxValue {
  readonly is_null?: boolean;
  readonly type?: SyntaxType;
  readonly value?: unknown;
}
