import { describe, expect, it } from "vitest";
import { sql, type SqlValue } from "./sql.js";

describe("sql", () => {
  it("binds values instead of writing them", () => {
    const hostile = "x'; DROP TABLE damir; --";
    const { text, values } = sql`SELECT * FROM damir WHERE nom = ${hostile} AND code = ${11}`;
    expect(text).toBe("SELECT * FROM damir WHERE nom = $1 AND code = $2");
    expect(values).toEqual([hostile, 11]);
  });

  it("numbers the values of nested fragments after those before them", () => {
    const region = sql`ben_res_reg = ${53}`;
    const filter = sql`${region} AND age_ben_snds IN (${0}, ${20})`;
    const { text, values } = sql`SELECT ${1} FROM damir WHERE ${filter} LIMIT ${10}`;
    expect(text).toBe("SELECT $1 FROM damir WHERE ben_res_reg = $2 AND age_ben_snds IN ($3, $4) LIMIT $5");
    expect(values).toEqual([1, 53, 0, 20, 10]);
  });

  it("binds a list as many values", () => {
    const { text, values } = sql`SELECT * FROM damir WHERE serie IN (${["1", "2"]}) AND annee = ${2024}`;
    expect(text).toBe("SELECT * FROM damir WHERE serie IN ($1, $2) AND annee = $3");
    expect(values).toEqual(["1", "2", 2024]);
    expect(() => sql`SELECT 1 WHERE x IN (${[]})`).toThrow(/La liste n° 1 de la requête est vide/);
  });

  it("leaves alone what looks like a placeholder in a quoted text", () => {
    const { text, values } = sql`SELECT ${1} WHERE ${sql`x = 'cout $1' AND y = ${2}`}`;
    expect(text).toBe("SELECT $1 WHERE x = 'cout $1' AND y = $2");
    expect(values).toEqual([1, 2]);
  });

  it.each([
    [Number.NaN, /NaN/],
    [{}, /de type object/],
  ])("refuses %j with its position, in French", (value, message) => {
    expect(() => sql`SELECT ${1}, ${value as unknown as SqlValue}`).toThrow(message);
    expect(() => sql`SELECT ${1}, ${value as unknown as SqlValue}`).toThrow(/La valeur n° 2/);
  });

  it("says how it is written to those who call it as a function", () => {
    expect(() => sql("SELECT 1" as never)).toThrow(/sans parenthèses/);
  });

  it.each([
    [undefined, /La valeur n° 1 de la requête n'est pas définie \(undefined\)/],
    [new Date("x"), /date invalide/],
    [new Set([1]), /resultat\.rows\.map/],
  ])("refuses %s and says what to write", (value, message) => {
    expect(() => sql`SELECT ${value as never}`).toThrow(message);
  });
});
