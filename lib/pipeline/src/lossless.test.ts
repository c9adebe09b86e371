import { join } from "node:path";
import { expect, test } from "vitest";
import { withDuckDB } from "./duckdb.js";
import { proveLossless } from "./lossless.js";
import type { ColumnTotal } from "./open-damir-lines.js";
import { temporaryFolder } from "./open-damir.fixture.js";
import { readVariables } from "./variables.js";

const variable = (name: string) => {
  const found = readVariables().find((variable) => variable.name === name);
  if (!found) throw new Error(`no variable ${name}`);
  return found;
};
const totals: ColumnTotal[] = [
  { variable: variable("flt_rem_mnt"), filled: 2n, sum: 31n },
  { variable: variable("etb_dcs_mco"), filled: 1n, sum: 2n },
  { variable: variable("prs_act_nbr"), filled: 0n, sum: 0n },
];

test.each([
  ["the same rows", "(0.51, 'ZZ', NULL), (-0.20, NULL, NULL), (NULL, NULL, NULL)", undefined],
  ["a row less", "(0.51, 'ZZ', NULL), (-0.20, NULL, NULL)", /rows: 3 published, 2 in the store/],
  [
    "a cent less",
    "(0.50, 'ZZ', NULL), (-0.20, NULL, NULL), (NULL, NULL, NULL)",
    /sum of flt_rem_mnt: 0.31 published, 0.30/,
  ],
  [
    "a null made zero",
    "(0.51, 'ZZ', 0), (-0.20, NULL, NULL), (NULL, NULL, NULL)",
    /count of prs_act_nbr: 0 published, 1/,
  ],
  [
    "a text cut",
    "(0.51, 'Z', NULL), (-0.20, NULL, NULL), (NULL, NULL, NULL)",
    /sum of etb_dcs_mco: 2 published, 1/,
  ],
])("a Parquet file that has %s", async (_, values, fault) => {
  const folder = temporaryFolder();
  const parquet = join(folder, "month.parquet");
  await withDuckDB(folder, { memory: "200MB", threads: 1 }, async (connection) => {
    await connection.run(
      `COPY (SELECT a::DECIMAL(18,2) AS flt_rem_mnt, b::VARCHAR AS etb_dcs_mco, c::BIGINT AS prs_act_nbr
       FROM (VALUES ${values}) t(a, b, c)) TO '${parquet}'`,
    );
    const proof = proveLossless(connection, parquet, 3, totals);
    if (fault) await expect(proof).rejects.toThrow(fault);
    else await expect(proof).resolves.toBeUndefined();
  });
});
