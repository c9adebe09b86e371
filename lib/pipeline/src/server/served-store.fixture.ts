import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { storeFolder } from "damir";
import { StoreWriter } from "../store-writer.js";

/** A table of a test's store: its rows as a SELECT of DuckDB's, a file a month or one for all. */
export interface TestTable {
  select: string;
  /** Processing months `AAAAMM`: `select` is read once for each, with `$month` in it. */
  months?: readonly number[];
  synthetic?: boolean;
  /** Columns whose sums stand in the manifest. */
  measures?: readonly string[];
}

/** Two months of Open DAMIR, with the columns that queries of tests need: each nature, region, age and sex, and nulls. */
export const openDamir = {
  months: [202401, 202402],
  measures: ["flt_rem_mnt", "flt_act_qte"],
  synthetic: true,
  select: `
  SELECT $month::INTEGER AS flx_ann_moi,
         (CASE WHEN i % 17 = 0 THEN 0 ELSE 2024 + i % 2 END)::SMALLINT AS soi_ann,
         (CASE WHEN i % 17 = 0 THEN 0 ELSE 1 + i % 12 END)::SMALLINT AS soi_moi,
         [1110, 1111, 1972, 3313][1 + i % 4]::SMALLINT AS prs_nat,
         [11, 24, 53, 93, 99][1 + (i * 7) % 5]::SMALLINT AS ben_res_reg,
         [0, 20, 70, 99][1 + (i * 3) % 4]::SMALLINT AS age_ben_snds,
         (1 + i % 2)::SMALLINT AS ben_sex_cod,
         (i % 36)::SMALLINT AS pse_spe_snds,
         (((i * 7919) % 100003) / 100 - 20)::DECIMAL(18,2) AS flt_rem_mnt,
         (CASE WHEN i % 9 = 0 THEN NULL ELSE i % 13 END)::BIGINT AS flt_act_qte,
         (CASE WHEN i % 5 = 0 THEN NULL ELSE chr(65 + (i % 26)::INTEGER) END) AS etb_dcs_mco
  FROM range(($month % 100) * 100, ($month % 100) * 100 + 400) t(i)`,
} satisfies TestTable;

/** What a store of the tests holds, unless told otherwise. */
export const testTables: Readonly<Record<string, TestTable>> = {
  damir: openDamir,
  regions: {
    select:
      "SELECT * FROM (VALUES (11::SMALLINT, 'Île-de-France'), (24::SMALLINT, 'Centre-Val de Loire'), (53::SMALLINT, 'Bretagne'), (93::SMALLINT, 'PACA et Corse')) t(ben_res_reg, nom)",
  },
  textes: {
    // What COPY must escape, and what must stay apart: null, the empty text, the text \\N.
    select: `SELECT * FROM (VALUES (1, 'a' || chr(9) || 'b' || chr(10) || 'c' || chr(13) || 'd'), (2, 'é\\N\\t"''🩺'), (3, ''), (4, NULL), (5, '\\N'))
             t(numero, texte)`,
  },
  mesures: {
    select: `SELECT DATE '2024-02-29' AS jour, TIMESTAMP '2024-02-29 12:34:56.789' AS instant, true AS vrai, 0.1::DOUBLE AS flottant,
                    -123456789012.3456::DECIMAL(18,4) AS exact, 9007199254740993::BIGINT AS grand
             UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL`,
  },
};

/** Writes a store of real Parquet files into the imported part of a home. */
export async function writeStore(
  home: string,
  tables: Readonly<Record<string, TestTable>> = testTables,
): Promise<void> {
  const connection = await (await DuckDBInstance.create()).connect();
  try {
    await StoreWriter.use(storeFolder(home), async (writer) => {
      for (const [name, table] of Object.entries(tables)) {
        for (const month of table.months ?? [undefined])
          await addFile(writer, connection, name, table, month);
      }
    });
  } finally {
    connection.closeSync();
  }
}

async function addFile(
  writer: StoreWriter,
  connection: DuckDBConnection,
  name: string,
  { select, synthetic, measures }: TestTable,
  month: number | undefined,
): Promise<void> {
  const parquet = join(writer.workFolder, `${name}.parquet`);
  await connection.run(
    `COPY (${select.replaceAll("$month", String(month))}) TO '${parquet}' (FORMAT parquet)`,
  );
  const sums = (measures ?? []).map((measure) => `sum(${measure})::VARCHAR`);
  const reader = await connection.runAndReadAll(
    `SELECT ${["count(*)::INTEGER", ...sums].join(", ")} FROM '${parquet}'`,
  );
  const [rows, ...values] = reader.getRows()[0] ?? [];
  await writer.add(
    name,
    {
      title: `Table ${name}`,
      producer: "CNAM",
      licence: "Licence Ouverte 2.0",
      updated: "2024-06-30",
      synthetic: synthetic ?? false,
    },
    {
      name: month === undefined ? name : String(month),
      ...(month === undefined ? {} : { month: String(month) }),
      parquet,
      rows: Number(rows),
      ...(measures
        ? { sums: Object.fromEntries(measures.map((measure, index) => [measure, String(values[index])])) }
        : {}),
    },
  );
}
