import { beforeAll, describe, expect, it } from "vitest";
import { connect, type Damir } from "../connection/connection.js";
import { jupyterDisplay } from "../display.js";
import { fromDanfo } from "./from-danfo.js";
import { vegaRows } from "../drawing/rows.js";
import { smallHome } from "../testing/small-store.js";

let damir: Damir;
beforeAll(async () => {
  damir = await connect({
    home: await smallHome({ sample: { vide: { select: "SELECT 1 AS x", synthetic: true } } }),
  });
});

describe("computed rows", () => {
  it("keep their columns and sources when some are left out", async () => {
    const result = await damir.sql`SELECT x, x * 2 AS double FROM vide`;
    const kept = result.filter(({ x }) => x !== 1);
    expect(kept.rows).toEqual([]);
    expect(kept.columns).toEqual(result.columns);
    expect(kept.synthetic).toBe(true);
  });

  it("keep the sources of what they were computed from", async () => {
    const result = await damir.sql<{ x: number }>`SELECT x FROM vide`;
    const doubled = result.map(({ x }) => ({
      double: 2 * x,
      nom: "a",
      jour: new Date("2024-01-01"),
      vrai: true,
    }));
    expect(doubled.sources).toEqual(result.sources);
    expect(doubled.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ["double", "number"],
      ["nom", "text"],
      ["jour", "date"],
      ["vrai", "boolean"],
    ]);
    expect(doubled[jupyterDisplay]().data["text/plain"]).toContain("DONNÉES SYNTHÉTIQUES");
  });

  it("of unknown origin are doubtful once synthetic rows were read", async () => {
    await damir.sql`SELECT x FROM vide`;
    const { source } = vegaRows([{ x: 1 }]);
    expect(source).toContain("DONNÉES SYNTHÉTIQUES");
  });
});

describe("fromDanfo", () => {
  it("brings a DataFrame back with its sources, missing values as null", async () => {
    const result = await damir.sql`
      SELECT * FROM (VALUES ('a', 1.5), ('a', 2.5), ('b', NULL)) t(nom, montant), vide`;
    const frame = await result.toDanfo();
    const sums = fromDanfo(frame.loc({ columns: ["nom", "montant"] }), result);
    expect(sums.rows).toEqual([
      { nom: "a", montant: 1.5 },
      { nom: "a", montant: 2.5 },
      { nom: "b", montant: null },
    ]);
    expect(sums.synthetic).toBe(true);
  });
});

describe("toDanfo", () => {
  it("makes a DataFrame with the same rows, dates as texts and missing values kept", async () => {
    const result = await damir.sql`
      SELECT * FROM (VALUES ('a', 1.5::DECIMAL(9,2), DATE '2024-01-01'), ('b', NULL, NULL)) t(nom, montant, jour)`;
    const frame = await result.toDanfo();
    expect(frame.shape).toEqual([2, 3]);
    expect(frame.columns).toEqual(["nom", "montant", "jour"]);
    expect(frame.values).toEqual([
      ["a", 1.5, "2024-01-01"],
      ["b", null, null],
    ]);
  });

  it("refuses an empty or a huge result, with what to do", async () => {
    await expect((await damir.sql`SELECT 1 AS x WHERE false`).toDanfo()).rejects.toThrow(/aucune ligne/);
    await expect((await damir.sql`SELECT * FROM range(100001)`).toDanfo()).rejects.toThrow(/GROUP BY/);
  });
});
