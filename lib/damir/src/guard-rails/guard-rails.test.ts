import type { DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDuckDB } from "../engine/duckdb-engine.js";
import { readingOf } from "../query/reading.js";
import type { SqlValue } from "../query/sql.js";
import { knownTables } from "../testing/known-tables.js";
import { codes, records } from "../testing/record-trap-cases.js";
import { amounts, counts, joins, months, places } from "../testing/trap-cases.js";
import { checkRules, guardRailRules, warningsOf } from "./guard-rails.js";

const allCases = [amounts, counts, records, codes, months, places, joins];

describe("warningsOf", () => {
  let parser: DuckDBConnection;
  beforeAll(async () => {
    parser = await openDuckDB();
  });
  afterAll(() => {
    parser.closeSync();
  });

  const rulesOf = async (text: string, values: readonly SqlValue[] = [], tables = knownTables()) =>
    warningsOf(await readingOf(parser, text), values, tables).map(({ rule }) => rule);

  it.each(
    allCases.flat().map(([text, rules, ...values]) => ({
      text,
      rules,
      values,
    })),
  )("$text: $rules", async ({ text, rules, values }) => {
    expect(await rulesOf(text, values)).toEqual(rules);
  });

  it("has at least three queries that each rule speaks of, and three that it doesn't", () => {
    for (const cases of allCases) {
      const spoken = new Set(cases.flatMap(([, rules]) => rules));
      for (const rule of spoken)
        expect(cases.filter(([, rules]) => rules.includes(rule)).length).toBeGreaterThan(2);
      expect(cases.filter(([, rules]) => rules.length === 0).length).toBeGreaterThanOrEqual(3 * spoken.size);
    }
    const all = allCases.flat().flatMap(([, rules]) => rules);
    expect([...new Set(all)].sort()).toEqual(
      guardRailRules()
        .map(({ rule }) => rule)
        .sort(),
    );
  });

  it("names the months that are incomplete, and the units that are mixed", async () => {
    const reading = await readingOf(
      parser,
      "SELECT mois_soins, sum(flt_act_qte) FROM damir WHERE prs_nat IN (1110, 1125) GROUP BY 1",
    );
    const why = warningsOf(reading, [], knownTables()).map((warning) => warning.why);
    expect(why[0]).toContain(
      "flt_act_qte est additionnée sur des natures qui ne comptent pas la même chose : actes, majorations",
    );
    expect(why[1]).toContain("Les soins d'octobre 2025 à décembre 2025 sont incomplets");
  });

  it("knows when the consultation of general practitioners changed its code", async () => {
    const read = (code: number, since: string) =>
      rulesOf(
        `SELECT sum(flt_act_qte) FROM damir WHERE prs_nat = ${code} AND ${since}`,
        [],
        knownTables(201501, 202512),
      );
    expect(await read(1110, "true")).toEqual(["code-remplace"]);
    expect(await read(1110, "flx_ann_moi >= 201801")).toEqual([]);
    expect(await read(1110, "soi_ann = 2024")).toEqual([]);
    expect(await read(1111, "flx_ann_moi <= 201712")).toEqual([]);
  });

  it("takes zones for what the old files have", async () => {
    const old = knownTables(200901, 201412);
    expect(await rulesOf("SELECT ben_res_zeat, sum(flt_rem_mnt) FROM damir GROUP BY 1", [], old)).toEqual([]);
    expect(await rulesOf("SELECT ben_res_reg, sum(flt_rem_mnt) FROM damir GROUP BY 1", [], old)).toEqual([
      "zones-et-regions",
    ]);
  });

  it.each([
    "PIVOT damir ON ben_res_reg USING sum(prs_rem_mnt)",
    "SELECT sum(prs_pai_mnt) FROM query('SELECT * FROM damir')",
    "SELECT sum(prs_pai_mnt) FROM read_csv('damir.csv')",
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT sum(n) FROM r",
    "SELECT nimporte, sum(nimporte.prs_pai_mnt) FROM ailleurs.nimporte GROUP BY ALL",
    "DESCRIBE SELECT * FROM damir",
  ])("says nothing of what it can't follow: %s", async (text) => {
    expect(await rulesOf(text)).toEqual([]);
  });

  it("gives up on a query that unfolds without end", async () => {
    const names = Array.from(
      { length: 12 },
      (_, index) => `c${index + 1} AS (SELECT a.prs_nat FROM c${index} a, c${index} b)`,
    );
    const text = `WITH c0 AS (SELECT * FROM damir), ${names.join(", ")} SELECT sum(flt_act_qte) FROM damir, c12`;
    expect(await rulesOf(text)).toEqual([]);
  });

  it("refuses to silence a rule that doesn't exist", () => {
    expect(() => {
      checkRules(["type-98"]);
    }).toThrow(/« type-98 ».*type-99/);
    expect(() => {
      checkRules(["type-99"]);
    }).not.toThrow();
  });
});
