import { describe, expect, it } from "vitest";
import { UserError } from "../user-error.js";
import { answerOfServer } from "./postgres-answer.js";

const types = {
  boolean: 16,
  bigint: 20,
  integer: 23,
  text: 25,
  json: 114,
  double: 701,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  interval: 1186,
  numeric: 1700,
  textList: 1009,
  numericList: 1231,
};

/** The modifier of a declared `numeric(precision, scale)`. */
const declared = (precision: number, scale: number) => ((precision << 16) | scale) + 4;

function column(type: keyof typeof types, texts: (string | null)[], modifier = -1, name = "valeur") {
  const answer = answerOfServer(
    [{ name, dataTypeID: types[type], dataTypeModifier: modifier }],
    texts.map((text) => [text]),
    false,
  );
  return { ...answer.columns[0], values: answer.values[0] };
}

describe("answerOfServer", () => {
  it("gives integers as numbers, as bigint beyond what a number holds", () => {
    expect(column("bigint", ["3", "-9007199254740991", "9007199254740993", null])).toMatchObject({
      kind: "number",
      type: "BIGINT",
      values: [3, -9007199254740991, 9007199254740993n, null],
    });
  });

  it("gives money to the cent, with the two digits of its declaration or of what was summed", () => {
    const declaredMoney = column("numeric", ["0.10", "-2.00", null], declared(18, 2), "rembourse");
    expect(declaredMoney).toMatchObject({
      type: "DECIMAL(18,2)",
      values: [0.1, -2, null],
      style: { decimals: 2, grouping: true },
    });
    expect(column("numeric", ["13342058546.16", "90071992547409.91"])).toMatchObject({
      type: "DECIMAL(38,2)",
      values: [13342058546.16, 90071992547409.91],
      style: { decimals: 2 },
    });
  });

  it("refuses money that a number would round, and names the column", () => {
    const tooMuch = () => column("numeric", ["90071992547409.93"], declared(38, 2), "total");
    expect(tooMuch).toThrow(UserError);
    expect(tooMuch).toThrow(/« total » contient 90071992547409\.93/);
    expect(() => column("numeric", ["-900719925474099.93"])).toThrow(UserError);
  });

  it("rounds quotients and means, which no number holds exactly", () => {
    expect(column("numeric", ["0.33333333333333333333", "2.50"])).toMatchObject({
      type: "DOUBLE",
      values: [0.3333333333333333, 2.5],
      style: { decimals: 3 },
    });
  });

  it("gives sums of whole numbers as whole numbers, however large", () => {
    expect(column("numeric", ["28372856833", "99999999999999999999"])).toMatchObject({
      type: "HUGEINT",
      values: [28372856833, 99999999999999999999n],
      style: { decimals: 0 },
    });
  });

  it("gives dates at midnight UTC and instants in UTC, and leaves infinite ones as they are", () => {
    expect(column("date", ["2024-01-31", "infinity", null])).toMatchObject({
      kind: "date",
      values: [new Date("2024-01-31"), "infinity", null],
    });
    expect(column("timestamp", ["2024-01-31 12:30:00.5"]).values).toEqual([
      new Date("2024-01-31T12:30:00.5Z"),
    ]);
    expect(column("timestamptz", ["2024-01-31 12:30:00+00"]).values).toEqual([
      new Date("2024-01-31T12:30:00Z"),
    ]);
  });

  it("gives booleans, doubles, texts, JSON, lists, and what is left as text", () => {
    expect(column("boolean", ["t", "f", null]).values).toEqual([true, false, null]);
    expect(column("double", ["1e-7", "Infinity", "NaN"]).values).toEqual([1e-7, Infinity, NaN]);
    expect(column("text", ["", "été"])).toMatchObject({ kind: "text", values: ["", "été"] });
    expect(column("json", ['{"a":[1]}'])).toMatchObject({ kind: "other", values: [{ a: [1] }] });
    expect(column("textList", ['{a,"b,c",NULL}'])).toMatchObject({
      type: "VARCHAR[]",
      values: [["a", "b,c", null]],
    });
    expect(column("numericList", ["{1.50,2.25}"]).values).toEqual([[1.5, 2.25]]);
    expect(column("interval", ["1 day"]).values).toEqual(["1 day"]);
  });

  it("doesn't group the digits of codes and months, and names twins as DuckDB does", () => {
    expect(column("integer", ["202501"], -1, "flx_ann_moi").style).toEqual({ decimals: 0, grouping: false });
    const twin = { name: "a", dataTypeID: types.integer, dataTypeModifier: -1 };
    const { columns, values } = answerOfServer([twin, twin, twin], [["1", "2", "3"]], true);
    expect(columns.map(({ name }) => name)).toEqual(["a", "a_1", "a_2"]);
    expect(values).toEqual([[1], [2], [3]]);
  });

  it("gives columns without values where there is no row", () => {
    const { columns, values, more } = answerOfServer(
      [{ name: "total", dataTypeID: types.numeric, dataTypeModifier: -1 }],
      [],
      false,
    );
    expect(columns).toMatchObject([{ name: "total", kind: "number" }]);
    expect(values).toEqual([[]]);
    expect(more).toBe(false);
  });
});
