import type { DuckDBConnection } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import { openDuckDB } from "./duckdb-engine.js";
import { sparkSql } from "./spark-sql.js";
import type { SyntaxNode } from "../query/syntax-node.js";

describe("a query in Spark's SQL", () => {
  let parser: DuckDBConnection;
  beforeAll(async () => {
    parser = await openDuckDB();
  });

  const translated = async (text: string, most?: number): Promise<string> => {
    const reader = await parser.runAndReadAll("SELECT json_serialize_sql($1::VARCHAR)", [text]);
    const tree = JSON.parse(String(reader.value(0, 0))) as { statements: { node: SyntaxNode }[] };
    const types = new Map([
      ["jour", "DATE"],
      ["taux", "DECIMAL(5,2)"],
    ]);
    const [first] = tree.statements;
    if (first === undefined) throw new Error(`${text} isn't read`);
    return sparkSql(first.node, {
      typeOf: (column) => types.get(column),
      ...(most === undefined ? {} : { most }),
    });
  };

  it.each([
    ["SELECT a / 100 AS x FROM t", "SELECT (CAST(`a` AS DOUBLE) / CAST(100 AS DOUBLE)) AS `x` FROM `t`"],
    ["SELECT a AS x FROM t WHERE b = $1", "SELECT `a` AS `x` FROM `t` WHERE (`b` = :v1)"],
    [
      "SELECT a FROM t ORDER BY a DESC LIMIT 3 OFFSET 2",
      "SELECT `a` FROM `t` ORDER BY `a` DESC NULLS LAST LIMIT 3 OFFSET 2",
    ],
    ["SELECT count(*) FROM t", "SELECT count(*) AS `count_star()` FROM `t`"],
    ["SELECT -1.50 AS d, 'l''été\\' AS e", "SELECT (-1.50BD) AS `d`, 'l\\'été\\\\' AS `e`"],
    [
      "SELECT jour - DATE '2024-01-01' AS n FROM t",
      "SELECT datediff(`jour`, CAST('2024-01-01' AS DATE)) AS `n` FROM `t`",
    ],
    [
      "SELECT taux::INTEGER AS n, a::INTEGER AS m FROM t",
      "SELECT CAST(round(`taux`) AS INT) AS `n`, CAST(`a` AS INT) AS `m` FROM `t`",
    ],
    [
      "SELECT strftime(d, '%d %B l''an %Y') AS t",
      "SELECT date_format(`d`, 'dd\\' \\'MMMM\\' l\\'\\'an \\'yyyy') AS `t`",
    ],
    [
      "SELECT sum(a) FILTER (WHERE b) AS x FROM t GROUP BY ALL",
      "SELECT sum(`a`) FILTER (WHERE `b`) AS `x` FROM `t` GROUP BY ALL",
    ],
    [
      "WITH x AS (SELECT 1 AS a) SELECT a FROM x UNION ALL SELECT 2",
      "WITH `x` AS (SELECT 1 AS `a`) (SELECT `a` FROM `x`) UNION ALL (SELECT 2)",
    ],
  ])("%s", async (text, expected) => {
    expect(await translated(text)).toBe(expected);
  });

  it("never writes a name or a text that could be taken for code", async () => {
    expect(await translated('SELECT "a`; DROP TABLE t" AS "b``" FROM "t`"')).toBe(
      "SELECT `a``; DROP TABLE t` AS `b````` FROM `t```",
    );
    expect(await translated("SELECT '\\'' OR 1=1 --' AS t")).toContain("\\\\");
  });

  it("limits the rows of a query that has no limit of its own", async () => {
    expect(await translated("SELECT a FROM t ORDER BY 1", 20)).toBe(
      "SELECT `a` FROM `t` ORDER BY 1 NULLS LAST LIMIT 20",
    );
    expect(await translated("SELECT a FROM t LIMIT 3", 20)).toBe("SELECT `a` FROM `t` LIMIT 3");
  });

  it.each([
    ["SELECT DISTINCT ON (a) a, b FROM t", /DISTINCT ON.*row_number/],
    ["SELECT a FROM t USING SAMPLE 10%", /USING SAMPLE|TABLESAMPLE/],
    ["SUMMARIZE t", /SUMMARIZE/],
    ["SELECT a FROM t UNION BY NAME SELECT b FROM u", /UNION BY NAME/],
    ["SELECT a FROM t ORDER BY ALL", /ORDER BY ALL/],
    ["SELECT * FROM read_csv('x.csv')", /read_csv/],
    ["SELECT strftime(d, '%V') AS s FROM t", /%V/],
    ["SELECT a > ANY (SELECT 1) AS b", /ANY et ALL/],
  ])("refuses %s, saying what to write", async (text, message) => {
    await expect(translated(text)).rejects.toThrow(message);
  });
});
