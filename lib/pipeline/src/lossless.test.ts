import { join } from "node:path";
import { expect, test } from "vitest";
import { withDuckDB } from "./duckdb.js";
import { proveLossless } from "./lossless.js";
import { RunningTotals } from "./month-totals.js";
import { temporaryFolder } from "./open-damir.fixture.js";
import { weightsOf } from "./row-digest.js";
import { readVariables } from "./variables.js";

const variable = (name: string) => {
  const found = readVariables().find((variable) => variable.name === name);
  if (!found) throw new Error(`no variable ${name}`);
  return found;
};
const columns = [
  variable("flt_rem_mnt"),
  variable("etb_dcs_mco"),
  variable("prs_act_nbr"),
  variable("prs_nat"),
];

type Row = [amount: bigint | null, text: string | null, number: bigint | null, nature: bigint | null];

/** What reading such rows counts: amounts in cents. */
function totalsOf(rows: Row[]) {
  const totals = new RunningTotals(columns);
  for (const row of rows) {
    totals.emptyCount = 0;
    const weights = row.map((value, column) => {
      if (value === null) totals.empty[totals.emptyCount++] = column;
      if (typeof value !== "string") return value ?? 0n;
      totals.texts[column] = totals.textField(value);
      return BigInt(value.length);
    });
    totals.countExactly(weights);
  }
  return totals.totals();
}

const published: Row[] = [
  [51n, "ZZ", null, 1n],
  [-20n, null, null, 2n],
  [null, "M", null, 3n],
];

test.each<[string, string, RegExp | undefined]>([
  ["the same rows", "(0.51, 'ZZ', NULL, 1), (-0.20, NULL, NULL, 2), (NULL, 'M', NULL, 3)", undefined],
  [
    "the same rows in another order",
    "(-0.20, NULL, NULL, 2), (NULL, 'M', NULL, 3), (0.51, 'ZZ', NULL, 1)",
    undefined,
  ],
  ["a row less", "(0.51, 'ZZ', NULL, 1), (-0.20, NULL, NULL, 2)", /rows: 3 published, 2 in the store/],
  [
    "a cent less",
    "(0.50, 'ZZ', NULL, 1), (-0.20, NULL, NULL, 2), (NULL, 'M', NULL, 3)",
    /sum of flt_rem_mnt: 0.31 published, 0.30/,
  ],
  [
    "a null made zero",
    "(0.51, 'ZZ', 0, 1), (-0.20, NULL, NULL, 2), (NULL, 'M', NULL, 3)",
    /count of prs_act_nbr: 0 published, 1/,
  ],
  [
    "a text cut",
    "(0.51, 'Z', NULL, 1), (-0.20, NULL, NULL, 2), (NULL, 'M', NULL, 3)",
    /sum of etb_dcs_mco: 3 published, 2/,
  ],
  [
    "two rows that swap an amount",
    "(-0.20, 'ZZ', NULL, 1), (0.51, NULL, NULL, 2), (NULL, 'M', NULL, 3)",
    /isn't lossless\. digest of the rows: \d+ published, \d+ in the store; second digest/,
  ],
  [
    "two rows that swap a text",
    "(0.51, 'M', NULL, 1), (-0.20, NULL, NULL, 2), (NULL, 'ZZ', NULL, 3)",
    /isn't lossless\. digest of the rows/,
  ],
  [
    "a null that changes rows",
    "(0.51, 'ZZ', NULL, 1), (NULL, NULL, NULL, 2), (-0.20, 'M', NULL, 3)",
    /isn't lossless\. digest of the rows/,
  ],
  [
    "a text replaced by one of its length",
    "(0.51, 'ZY', NULL, 1), (-0.20, NULL, NULL, 2), (NULL, 'M', NULL, 3)",
    /isn't lossless\. digest of the rows/,
  ],
])("a Parquet file that has %s", async (_, values, fault) => {
  const totals = totalsOf(published);
  await prove(values, (connection, parquet) => {
    const proof = proveLossless(connection, parquet, totals);
    return fault ? expect(proof).rejects.toThrow(fault) : expect(proof).resolves.toBeUndefined();
  });
});

test("no two variables have the same weight: values that change columns change the digest", () => {
  const weights = weightsOf(readVariables());
  expect(new Set(weights).size).toBe(weights.length);
});

test("numbers larger than doubles hold are in the digest, to the last unit", async () => {
  const totals = totalsOf([
    [900_719_925_474_099_301n, "Z", 9_223_372_036_854_775_807n, 1n],
    [-900_719_925_474_099_302n, "Z", -2_147_483_647n, 2n],
  ]);
  const rows = (first: string, second: string) =>
    `(${first}, 'Z', 9223372036854775807, 1), (${second}, 'Z', -2147483647, 2)`;
  await prove(rows("9007199254740993.01", "-9007199254740993.02"), (connection, parquet) =>
    expect(proveLossless(connection, parquet, totals)).resolves.toBeUndefined(),
  );
  await prove(rows("9007199254740993.02", "-9007199254740993.03"), (connection, parquet) =>
    expect(proveLossless(connection, parquet, totals)).rejects.toThrow("digest of the rows"),
  );
});

test("a column that the published file doesn't have must be null everywhere", async () => {
  const totals = totalsOf(published);
  await prove("(0.51, 'ZZ', NULL, 1), (-0.20, NULL, NULL, 2), (NULL, 'M', NULL, 3)", (connection, parquet) =>
    expect(proveLossless(connection, parquet, totals, [variable("prs_rem_typ")])).rejects.toThrow(
      "count of prs_rem_typ: 0 published, 3 in the store",
    ),
  );
});

/** Writes rows to a Parquet file, with a PRS_REM_TYP of 0, and looks at it. */
async function prove(
  values: string,
  look: (connection: Parameters<typeof proveLossless>[0], parquet: string) => Promise<void>,
): Promise<void> {
  const folder = temporaryFolder();
  const parquet = join(folder, "month.parquet");
  await withDuckDB(folder, { memory: "200MB", threads: 1 }, async (connection) => {
    await connection.run(
      `COPY (SELECT a::DECIMAL(18,2) AS flt_rem_mnt, b::VARCHAR AS etb_dcs_mco, c::BIGINT AS prs_act_nbr,
       d::SMALLINT AS prs_nat, 0::SMALLINT AS prs_rem_typ FROM (VALUES ${values}) t(a, b, c, d)) TO '${parquet}'`,
    );
    await look(connection, parquet);
  });
}
