import { createHash } from "node:crypto";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { laterColumns, rollUpColumns, rollUps, type StoredTable, type StoreFile } from "damir";
import { escapeIdentifier } from "pg";
import { sqlText } from "../duckdb.js";
import { serverType } from "./server-type.js";
import { tableKeys, type TableKeys } from "./table-keys.js";

/** A column that comes from the files of the store. */
export interface StoredColumn {
  name: string;
  /** In the Parquet files. */
  type: string;
  /** In PostgreSQL. */
  serverType: string;
}

/** A column that PostgreSQL computes from the others of its row when they are loaded. */
export interface ComputedColumn {
  name: string;
  serverType: string;
  expression: string;
}

/** A part of a table that is loaded, verified and replaced as a whole: a processing month, or the whole table. */
export interface TablePart {
  /** Name of the PostgreSQL table: `damir_202401`, or the table's own. */
  name: string;
  /** Value of `flx_ann_moi`, of a part that is a month. */
  month?: number;
  files: readonly StoreFile[];
  /** Absolute paths of the Parquet files. */
  paths: readonly string[];
}

/** A table as PostgreSQL has it. */
export interface TableDefinition {
  name: string;
  columns: readonly StoredColumn[];
  computed: readonly ComputedColumn[];
  keys: TableKeys;
  /** True for what comes a month a file: each is a partition. */
  byMonth: boolean;
  parts: readonly TablePart[];
  /** Changes when the table must be made anew. */
  digest: string;
}

const month = (digits: string) => `make_date(${digits} / 100, ${digits} % 100, 1)`;

const careMonths = {
  mois_traitement: month("flx_ann_moi"),
  mois_soins: "CASE WHEN soi_ann > 1 AND soi_moi BETWEEN 1 AND 12 THEN make_date(soi_ann, soi_moi, 1) END",
};

const expenseMonths = {
  mois_traitement: month("flx_ann_moi"),
  mois_soins: `CASE WHEN sns_date / 100 > 1 AND sns_date % 100 BETWEEN 1 AND 12 THEN ${month("sns_date")} END`,
};

/** The columns that the views of the DuckDB store add, in PostgreSQL's terms. */
const computedColumns: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  damir: careMonths,
  ...Object.fromEntries(
    rollUps.map((rollUp) => [
      rollUp.name,
      rollUpColumns(rollUp).includes("mois_soins")
        ? careMonths
        : { mois_traitement: careMonths.mois_traitement },
    ]),
  ),
  damir_departement: expenseMonths,
  damir_national: expenseMonths,
};

/** Changes when what the loader makes of the same files does. */
const version = 1;

/**
 * Reads what a table's files hold, and says how PostgreSQL will hold it: the same columns, in the same order, as the table's view.
 * @throws UserError for a column that PostgreSQL can't hold
 */
export async function defineTable(
  name: string,
  { store, description }: StoredTable,
  connection: DuckDBConnection,
): Promise<TableDefinition> {
  const pathOf = (file: StoreFile) => join(store.folder, file.path);
  const reader = await connection.runAndReadAll(
    `DESCRIBE SELECT * FROM read_parquet([${description.files.map(pathOf).map(sqlText).join(", ")}], union_by_name = true)`,
  );
  const found = reader.getRows().map(([column, type]) => ({ name: String(column), type: String(type) }));
  const later = laterColumns(
    name,
    found.map((column) => column.name),
  );
  const columns = [...found, ...later].map((column) => ({
    ...column,
    serverType: serverType(column.type, `${name}.${column.name}`),
  }));
  const computed = Object.entries(computedColumns[name] ?? {}).map(([column, expression]) => ({
    name: column,
    serverType: "date",
    expression,
  }));
  const keys = tableKeys(name);
  const byMonth =
    columns.some((column) => column.name === "flx_ann_moi") &&
    description.files.every((file) => file.month !== undefined);
  const parts = byMonth
    ? description.files.map((file) => ({
        name: `${name}_${String(file.month)}`,
        month: Number(file.month),
        files: [file],
        paths: [pathOf(file)],
      }))
    : [{ name, files: description.files, paths: description.files.map(pathOf) }];
  const digest = createHash("sha256")
    .update(JSON.stringify({ version, columns, computed, keys, byMonth }))
    .digest("hex");
  return { name, columns, computed, keys, byMonth, parts, digest };
}

/**
 * DuckDB's reading of a part's files, in their order: columns go by name, and those of the table that the files lack are null.
 * @param columns of the whole table
 */
export function rowsOfPart({ paths }: TablePart, columns: readonly StoredColumn[]): string {
  const nulls = columns.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${escapeIdentifier(name)}`);
  const files = `read_parquet([${paths.map(sqlText).join(", ")}], union_by_name = true)`;
  return `(FROM ${files} UNION ALL BY NAME SELECT ${nulls.join(", ")} WHERE false)`;
}

/** The statement that makes a part, or with PARTITION BY the table that parts are attached to. */
export function createTable(
  { columns, computed, byMonth, keys }: TableDefinition,
  qualifiedName: string,
  part?: TablePart,
): string {
  const lines = [
    ...columns.map((column) => {
      const required = byMonth && column.name === "flx_ann_moi" ? " NOT NULL" : "";
      return `${escapeIdentifier(column.name)} ${column.serverType}${required}`;
    }),
    ...computed.map(
      (column) =>
        `${escapeIdentifier(column.name)} ${column.serverType} GENERATED ALWAYS AS (${column.expression}) STORED`,
    ),
    ...(keys.primary ? [`PRIMARY KEY (${keys.primary.map(escapeIdentifier).join(", ")})`] : []),
    // What lets the part be attached without being read again.
    ...(part?.month === undefined ? [] : [`CHECK (flx_ann_moi = ${part.month})`]),
  ];
  const partitioned = byMonth && part === undefined ? " PARTITION BY LIST (flx_ann_moi)" : "";
  return `CREATE TABLE ${qualifiedName} (\n  ${lines.join(",\n  ")}\n)${partitioned}`;
}
