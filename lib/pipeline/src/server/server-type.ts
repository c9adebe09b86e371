import { UserError } from "damir";

/** Texts are compared by their bytes, as DuckDB does: rows come in the same order, and a prefix is found by an index. */
const text = 'text COLLATE "C"';

const serverTypes: Readonly<Record<string, string>> = {
  BOOLEAN: "boolean",
  TINYINT: "smallint",
  UTINYINT: "smallint",
  SMALLINT: "smallint",
  USMALLINT: "integer",
  INTEGER: "integer",
  UINTEGER: "bigint",
  BIGINT: "bigint",
  UBIGINT: "numeric(20,0)",
  HUGEINT: "numeric(39,0)",
  FLOAT: "real",
  DOUBLE: "double precision",
  VARCHAR: text,
  DATE: "date",
  TIMESTAMP: "timestamp",
  "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
};

/**
 * The type that holds in PostgreSQL what a type of DuckDB's holds.
 * @param column whose type it is, for the message: `meteo.rr`
 * @throws UserError for a type that no table of the store has: a list, a structure …
 */
export function serverType(type: string, column: string): string {
  const known =
    serverTypes[type] ?? (/^DECIMAL\(\d+,\d+\)$/.test(type) ? type.replace("DECIMAL", "numeric") : "");
  if (known === "")
    throw new UserError(`La colonne ${column} est du type ${type}, que le chargement ne connaît pas.`);
  return known;
}
