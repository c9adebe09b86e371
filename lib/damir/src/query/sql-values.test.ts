import { beforeAll, describe, expect, it } from "vitest";
import { openDuckDB } from "../engine/duckdb-engine.js";
import { exactNumber, fromDuckDB } from "./sql-values.js";

type Read = (expression: string) => Promise<unknown>;
let read: Read;
beforeAll(async () => {
  const connection = await openDuckDB();
  read = async (expression) => {
    const reader = await connection.runAndReadAll(`SELECT ${expression} AS valeur`);
    return fromDuckDB(reader.value(0, 0), "valeur");
  };
  return () => {
    connection.closeSync();
  };
});

describe("a decimal", () => {
  it.each([
    ["0.10::DECIMAL(18,2)", 0.1],
    ["-13342058546.16::DECIMAL(18,2)", -13342058546.16],
    ["9999999999999.99::DECIMAL(18,2)", 9999999999999.99],
    ["-9999999999999.99::DECIMAL(18,2)", -9999999999999.99],
    ["sum(x) FROM (VALUES (0.1::DECIMAL(9,2)), (0.2::DECIMAL(9,2))) t(x)", 0.3],
    ["9007199254740992::DECIMAL(38,0)", 9007199254740992],
    ["0.000000000000000000000000000001::DECIMAL(38,30)", 1e-30],
  ])("%s is %s", async (expression, value) => {
    expect(
      await read(
        expression.replace("sum(x) FROM", "(SELECT sum(x) FROM") + (expression.startsWith("sum") ? ")" : ""),
      ),
    ).toBe(value);
  });

  it("that shares its number with another is refused rather than moved by a cent", async () => {
    // Numbers are 1/64 apart there: .90 and .91 are the same one.
    await expect(read("90071992547409.90::DECIMAL(18,2)")).rejects.toThrow(
      /90071992547409\.90.*CAST\(valeur AS VARCHAR\)/,
    );
    await expect(read("9007199254740993::DECIMAL(18,0)")).rejects.toThrow(/sans perdre de chiffres/);
    expect(await read("CAST(90071992547409.90::DECIMAL(18,2) AS VARCHAR)")).toBe("90071992547409.90");
  });

  it("keeps every cent it gives, around the limit of 15 digits and of 2^53", () => {
    for (const around of [10n ** 15n, 2n ** 53n, 4n * 10n ** 15n]) {
      for (let units = around - 200n; units <= around + 200n; units++) {
        for (const signed of [units, -units]) {
          const number = exactNumber(signed, 2);
          if (number !== undefined) expect(BigInt(number.toFixed(2).replace(".", ""))).toBe(signed);
          else expect(units >= 10n ** 15n).toBe(true);
        }
      }
    }
  });
});

describe("an integer", () => {
  it.each([
    ["9007199254740991", 9007199254740991],
    ["9007199254740992", 9007199254740992n],
    ["-9007199254740993", -9007199254740993n],
    ["(SELECT sum(x) FROM (VALUES (9007199254740991), (2)) t(x))", 9007199254740993n],
    ["(SELECT sum(x) FROM (VALUES (9223372036854775807), (1)) t(x))", 9223372036854775808n],
    ["(SELECT sum(x) FROM (VALUES (1::BIGINT), (2::BIGINT)) t(x))", 3],
    ["count(*)", 1],
  ])("%s is %s", async (expression, value) => {
    expect(await read(expression)).toBe(value);
  });
});

describe("other values", () => {
  it.each([
    ["NULL", null],
    ["TIMESTAMP_S '2024-02-29 12:00:00'", new Date("2024-02-29T12:00:00Z")],
    ["TIMESTAMP_MS '2024-02-29 12:00:00.5'", new Date("2024-02-29T12:00:00.500Z")],
    ["TIMESTAMP_NS '2024-02-29 12:00:00'", new Date("2024-02-29T12:00:00Z")],
    ["DATE '1900-01-01'", new Date("1900-01-01")],
    ["DATE 'infinity'", "infinity"],
    [
      "[{'a': 0.1::DECIMAL(9,2), 'b': [NULL, DATE '2024-01-01']}]",
      [{ a: 0.1, b: [null, new Date("2024-01-01")] }],
    ],
    ["MAP {'x': 9007199254740993, 'y': 1}", { x: 9007199254740993n, y: 1 }],
    ["'a'::ENUM('a', 'b')", "a"],
  ])("%s is %s", async (expression, value) => {
    expect(await read(expression)).toEqual(value);
  });
});
