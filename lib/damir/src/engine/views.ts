const expenseMonths = [
  "make_date(flx_ann_moi // 100, flx_ann_moi % 100, 1) AS mois_traitement",
  "CASE WHEN sns_date // 100 > 1 AND sns_date % 100 BETWEEN 1 AND 12 THEN make_date(sns_date // 100, sns_date % 100, 1) END AS mois_soins",
].join(", ");

/** Columns that a view adds to those of its files: months as dates, null where the month of care is not known. */
const derived: Record<string, string> = {
  damir: [
    "make_date(flx_ann_moi // 100, flx_ann_moi % 100, 1) AS mois_traitement",
    // 0000-00 and 0001-01 are how the publisher writes an unknown month of care.
    "CASE WHEN soi_ann > 1 AND soi_moi BETWEEN 1 AND 12 THEN make_date(soi_ann, soi_moi, 1) END AS mois_soins",
  ].join(", "),
  damir_departement: expenseMonths,
  damir_national: expenseMonths,
};

/**
 * The statement that makes a table's view over its Parquet files. Columns go by name: those that a file lacks, because it
 * was made before they were, are null.
 * @param files absolute paths
 */
export function createView(name: string, files: readonly string[]): string {
  const columns = derived[name] === undefined ? "*" : `*, ${derived[name]}`;
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(", ");
  return `CREATE VIEW "${name.replaceAll('"', '""')}" AS SELECT ${columns} FROM read_parquet([${list}], union_by_name = true)`;
}
