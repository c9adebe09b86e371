import { describe, expect, it } from "vitest";
import { sql } from "../query/sql.js";
import { placeInQuery, serverQuery } from "./postgres-parameters.js";

describe("serverQuery", () => {
  it("gives numbers, booleans and dates their types, so that a column can't refuse them", () => {
    const query = sql`SELECT ${1}, ${2 ** 31}, ${0.5}, ${2n ** 70n}, ${7n}, ${true}`;
    expect(serverQuery(query, "inferred")).toEqual({
      text: "SELECT $1::integer, $2::bigint, $3::double precision, $4::numeric, $5::bigint, $6::boolean",
      values: ["1", "2147483648", "0.5", "1180591620717411303424", "7", "true"],
    });
  });

  it("writes a day as a date and another instant as a timestamp, both UTC", () => {
    const query = sql`SELECT ${new Date("2024-03-01")}, ${new Date("2024-03-01T12:30:00.250Z")}`;
    expect(serverQuery(query, "inferred")).toEqual({
      text: "SELECT $1::date, $2::timestamp",
      values: ["2024-03-01", "2024-03-01T12:30:00.250"],
    });
  });

  it("leaves texts and nulls to the server, unless told otherwise", () => {
    const query = sql`SELECT ${"a"}, ${null}`;
    expect(serverQuery(query, "inferred")).toEqual({ text: "SELECT $1, $2", values: ["a", null] });
    expect(serverQuery(query, "typed").text).toBe("SELECT $1::text, $2::text");
  });

  it("types the values of a fragment inside another", () => {
    const region = sql`ben_res_reg IN (${[11, 24]})`;
    expect(serverQuery(sql`SELECT 1 FROM damir WHERE ${region} AND prs_nat = ${1110}`, "inferred").text).toBe(
      "SELECT 1 FROM damir WHERE ben_res_reg IN ($1::integer, $2::integer) AND prs_nat = $3::integer",
    );
  });
});

describe("placeInQuery", () => {
  const query = sql`SELECT é, ${1}, ${"x"} FROM damir WHERE prs_na = ${2} AND a`;
  const place = (form: "inferred" | "typed", word: string) => {
    const { text } = serverQuery(query, form);
    const found = placeInQuery(query, text, Array.from(text.slice(0, text.indexOf(word))).length);
    return query.text.slice(found, found + word.length);
  };

  it("finds in the query what the server points at in the text with types", () => {
    for (const form of ["inferred", "typed"] as const) {
      expect(place(form, "damir")).toBe("damir");
      expect(place(form, "prs_na")).toBe("prs_na");
      expect(place(form, "AND a")).toBe("AND a");
      expect(place(form, "$3")).toBe("$3");
    }
  });

  it("points at the parameter when the server points at its type, and stays within the query", () => {
    const { text } = serverQuery(query, "inferred");
    expect(placeInQuery(query, text, text.indexOf("::integer"))).toBe(query.text.indexOf("$1"));
    expect(placeInQuery(query, text, 10_000)).toBe(query.text.length);
  });
});
