import type { SyntaxType } from "../query/syntax-node.js";
import { untranslated } from "./spark-syntax.js";

const types: Readonly<Record<string, string>> = {
  VARCHAR: "STRING",
  BOOLEAN: "BOOLEAN",
  TINYINT: "TINYINT",
  SMALLINT: "SMALLINT",
  INTEGER: "INT",
  BIGINT: "BIGINT",
  HUGEINT: "DECIMAL(38,0)",
  UTINYINT: "SMALLINT",
  USMALLINT: "INT",
  UINTEGER: "BIGINT",
  UBIGINT: "DECIMAL(20,0)",
  FLOAT: "FLOAT",
  DOUBLE: "DOUBLE",
  DATE: "DATE",
  TIMESTAMP: "TIMESTAMP_NTZ",
  "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
};

/**
 * Spark's name of a type that DuckDB writes so, in a table or a CAST; undefined where it has none.
 * @internal
 */
export function sparkType(type: string): string | undefined {
  return /^DECIMAL\(\d+,\d+\)$/.test(type) ? type : types[type];
}

/** Spark's name of a type of the tree. */
export function castType({ id = "", type_info: info }: SyntaxType): string {
  if (id === "DECIMAL") return `DECIMAL(${info?.width ?? 18},${info?.scale ?? 3})`;
  if (id === "LIST" && info?.child_type) return `ARRAY<${castType(info.child_type)}>`;
  const type = types[id];
  if (type === undefined)
    throw untranslated(
      `le type ${id}`,
      "prenez INTEGER, BIGINT, DECIMAL, DOUBLE, VARCHAR, DATE ou TIMESTAMP.",
    );
  return type;
}

/** Types that hold whole numbers. */
export const wholeTypes: ReadonlySet<string> = new Set(["TINYINT", "SMALLINT", "INT", "BIGINT"]);
