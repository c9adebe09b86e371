import type { DuckDBConnection } from "@duckdb/node-api";
import { rollUpColumns, rollUps } from "../rollups/rollups.js";
import { laterColumns, type LaterColumn } from "./later-columns.js";

const expenseMonths = [
  "make_date(flx_ann_moi // 100, flx_ann_moi % 100, 1) AS mois_traitement",
  "CASE WHEN sns_date // 100 > 1 AND sns_date % 100 BETWEEN 1 AND 12 THEN make_date(sns_date // 100, sns_date % 100, 1) END AS mois_soins",
].join(", ");

const processingMonth = "make_date(flx_ann_moi // 100, flx_ann_moi % 100, 1) AS mois_traitement";

const careMonths = [
  processingMonth,
  // 0000-00 and 0001-01 are how the publisher writes an unknown month of care.
  "CASE WHEN soi_ann > 1 AND soi_moi BETWEEN 1 AND 12 THEN make_date(soi_ann, soi_moi, 1) END AS mois_soins",
].join(", ");

/** Columns that a view adds to those of its files: months as dates, null where the month of care is not known. */
const derived: Record<string, string> = {
  damir: careMonths,
  ...Object.fromEntries(
    rollUps.map((rollUp) => [
      rollUp.name,
      rollUpColumns(rollUp).includes("mois_soins") ? careMonths : processingMonth,
    ]),
  ),
  damir_departement: expenseMonths,
  damir_national: expenseMonths,
};

/**
 * Makes a table's view over its Parquet files. Columns go by name: those that a file lacks, because it was made before they
 * were, are null; so are those that all its files lack.
 * @param files absolute paths
 */
export async function makeView(
  connection: DuckDBConnection,
  name: string,
  files: readonly string[],
): Promise<void> {
  await connection.run(createView(name, files, []));
  if (name !== "damir") return;
  const reader = await connection.runAndReadAll(
    "SELECT column_name FROM duckdb_columns() WHERE table_name = $1",
    [name],
  );
  const later = laterColumns(
    name,
    reader.getRows().map(([column]) => String(column)),
  );
  if (later.length > 0) await connection.run(createView(name, files, later));
}

function createView(name: string, files: readonly string[], later: readonly LaterColumn[]): string {
  const nulls = later.map((column) => `CAST(NULL AS ${column.type}) AS ${column.name}`);
  const columns = ["*", ...nulls, ...(derived[name] === undefined ? [] : [derived[name]])].join(", ");
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(", ");
  return `CREATE OR REPLACE VIEW "${name.replaceAll('"', '""')}" AS SELECT ${columns} FROM read_parquet([${list}], union_by_name = true)`;
}
