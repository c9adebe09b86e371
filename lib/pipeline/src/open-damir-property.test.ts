import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { importBytes, publishedFile, query, type PublishedRow } from "./open-damir.fixture.js";
import { isZone } from "./open-damir-header.js";
import { readVariables } from "./variables.js";

test("any valid table in the published format is imported without loss", async () => {
  const variables = readVariables().filter(({ name }) => name !== "flx_ann_moi" && !isZone(name));
  const value = (index: number) => {
    const variable = variables[index];
    if (!variable) throw new Error("no such variable");
    const { kind, min, max, scale } = variable;
    if (kind === "text") {
      return fc
        .stringMatching(/^[ !-:<-~]{0,6}$/)
        .map((text) => ({ text, stored: text === "" ? null : text }));
    }
    const small = fc.bigInt({ min: min > -500n ? min : -500n, max: max < 500n ? max : 500n });
    const units = fc.oneof(small, fc.bigInt({ min, max }));
    return fc.oneof(
      {
        weight: 9,
        arbitrary: units.map((number) => ({
          text: published(number, scale),
          stored: stored(number, scale),
        })),
      },
      { weight: 1, arbitrary: fc.constant({ text: "", stored: null }) },
    );
  };
  const tables = fc.shuffledSubarray([...variables.keys()], { minLength: 30 }).chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      rows: fc.array(fc.tuple(...columns.map(value)), { minLength: 1, maxLength: 8 }),
      trailing: fc.boolean(),
      zipped: fc.boolean(),
      end: fc.constantFrom("\n", "\r\n"),
    }),
  );
  await fc.assert(
    fc.asyncProperty(tables, async ({ columns, rows, trailing, zipped, end }) => {
      const names = columns.map((index) => variables[index]?.name ?? "");
      const text = publishedFile(
        rows.map((row): PublishedRow =>
          Object.fromEntries(row.map(({ text }, column) => [names[column]?.toUpperCase() ?? "", text])),
        ),
        { names: ["FLX_ANN_MOI", ...names.map((name) => name.toUpperCase())], trailing, end },
      );
      const { parquet, month } = await importBytes(zipped ? gzipSync(text) : text);
      const found = await query(`SELECT ${names.join(", ")} FROM '${parquet}'`);
      const expected = rows.map((row) => row.map(({ stored }) => stored));
      expect(found.map((row) => JSON.stringify(row)).sort()).toEqual(
        expected.map((row) => JSON.stringify(row)).sort(),
      );
      expect(month.shortRows).toBe(0);
    }),
    { numRuns: 60 },
  );
});

/** A number as CNAM writes it: no leading zero, no useless decimals. */
function published(units: bigint, scale: number): string {
  const text = stored(units, scale);
  return scale === 0
    ? text
    : text
        .replace(/0+$/, "")
        .replace(/\.$/, "")
        .replace(/^(-?)0\./, "$1.");
}

/** The same number as DuckDB writes it. */
function stored(units: bigint, scale: number): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return `${units < 0n ? "-" : ""}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ""}`;
}
