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

async function html(text: string): Promise<string> {
  const result = await damir.sql([text] as unknown as TemplateStringsArray);
  return String(result[jupyterDisplay]().data["text/html"]);
}

describe("table of a result", () => {
  it("writes numbers as French readers do", async () => {
    const table = await html(
      "SELECT 1234567.5::DECIMAL(18,2) AS flt_rem_mnt, -1234 AS ecart, 1110::SMALLINT AS prs_nat, 2024 AS annee, 0.12345 AS part",
    );
    for (const cell of ["1\u202f234\u202f567,50", "\u22121\u202f234", ">1110<", ">2024<", "0,123"]) {
      expect(table).toContain(cell);
    }
    expect(table).toContain("flt_rem_mnt (€)");
    expect(table).toContain("Nature de Prestation");
  });

  it("writes dates, booleans and missing values in French", async () => {
    const table = await html("SELECT DATE '2024-03-01' AS jour, true AS ok, NULL::INTEGER AS rien");
    for (const cell of ["1er mars 2024", ">oui<", ">–<"]) expect(table).toContain(cell);
  });

  it("escapes what comes from data and from names", async () => {
    const table = await html(`SELECT '<img src=x onerror=alert(1)>' AS "<b>nom"`);
    expect(table).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(table).toContain("&lt;b&gt;nom");
    expect(table).not.toContain("<img");
  });

  it("shows the first rows of many and says how many there are", async () => {
    const table = await html("SELECT * FROM range(4052)");
    expect(table).toContain("4\u202f052 lignes, dont les 20 premières ici");
    expect(table.match(/<tr>/g)).toHaveLength(1 + 20);
  });

  it("aligns the plain text", async () => {
    const result = await damir.sql`SELECT * FROM (VALUES ('Ain', 5), ('Aisne', 1234)) t(nom, actes)`;
    expect(result[jupyterDisplay]().data["text/plain"]).toBe(
      "nom    actes\nAin        5\nAisne  1\u202f234\n\n2 lignes",
    );
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
