import { describe, expect, it } from "vitest";
import { statementOf } from "./statement.js";

describe("statementOf", () => {
  it.each([
    ["SELECT 1", "SELECT 1"],
    ["SELECT 1 ;\n ", "SELECT 1"],
    ["SELECT 1; -- la fin ; 'x", "SELECT 1"],
    ["SELECT 1 /* ; */;/* fin */", "SELECT 1"],
    ["SELECT ';-- non' AS a;", "SELECT ';-- non' AS a"],
    ["SELECT 'l''an;' AS a ; ", "SELECT 'l''an;' AS a"],
    ['SELECT 1 AS "a;" ;', 'SELECT 1 AS "a;"'],
    ["SELECT $1, $$it's; --$$;", "SELECT $1, $$it's; --$$"],
    ["-- début\nSELECT 1 -- fin", "-- début\nSELECT 1"],
  ])("of %j is %j", (text, statement) => {
    expect(statementOf(text)).toBe(statement);
  });
});
