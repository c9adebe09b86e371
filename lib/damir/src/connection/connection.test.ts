import { mkdtempSync, writeFileSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { connect, type Damir } from "./connection.js";
import { jupyterDisplay } from "../display.js";
import { sql } from "../query/sql.js";
import { smallHome } from "../testing/small-store.js";
import { UserError } from "../user-error.js";

const damirRows = `SELECT * FROM (VALUES
  (202501, 11::SMALLINT, 2025::SMALLINT, 1::SMALLINT, 1110::SMALLINT, 10.10::DECIMAL(18,2), 3::BIGINT),
  (202501, 11::SMALLINT, 0::SMALLINT, 0::SMALLINT, 1110::SMALLINT, 0.20::DECIMAL(18,2), 1::BIGINT),
  (202501, 99::SMALLINT, 2024::SMALLINT, 12::SMALLINT, 1972::SMALLINT, -2.00::DECIMAL(18,2), NULL)
) t(flx_ann_moi, ben_res_reg, soi_ann, soi_moi, prs_nat, flt_rem_mnt, flt_act_nbr)`;

describe("connect", () => {
  let damir: Damir;
  beforeAll(async () => {
    const home = await smallHome({
      sample: {
        damir: { select: damirRows, synthetic: true },
        population: { select: "SELECT '01' AS departement, 650000 AS population", synthetic: true },
      },
    });
    damir = await connect({ home });
  });

  it("sums money to the cent and gives plain numbers", async () => {
    const result = await damir.sql<{ rembourse: number; actes: number }>`
      SELECT sum(flt_rem_mnt) AS rembourse, sum(flt_act_nbr) AS actes FROM damir`;
    expect(result.rows).toEqual([{ rembourse: 8.3, actes: 4 }]);
  });

  it("gives months as dates, and null where the month of care is unknown", async () => {
    const { rows } = await damir.sql`
      SELECT soi_ann, mois_soins, mois_traitement FROM damir ORDER BY soi_ann`;
    expect(rows).toEqual([
      { soi_ann: 0, mois_soins: null, mois_traitement: new Date("2025-01-01") },
      { soi_ann: 2024, mois_soins: new Date("2024-12-01"), mois_traitement: new Date("2025-01-01") },
      { soi_ann: 2025, mois_soins: new Date("2025-01-01"), mois_traitement: new Date("2025-01-01") },
    ]);
  });

  it("binds texts, numbers and dates, and composes fragments", async () => {
    const month = sql`mois_traitement = ${new Date("2025-01-01")}`;
    const { rows } = await damir.sql`
      SELECT count(*) AS n FROM damir WHERE ${month} AND prs_nat = ${1110} AND ${"a"} = 'a'`;
    expect(rows).toEqual([{ n: 2 }]);
  });

  it("runs a query once, when awaited, and lets it stand in another", async () => {
    const regions = damir.sql`SELECT DISTINCT ben_res_reg FROM damir`;
    expect(await regions.result()).toBe(await regions.result());
    const { rows } = await damir.sql`SELECT count(*) AS n FROM (${regions})`;
    expect(rows).toEqual([{ n: 2 }]);
  });

  it("knows the sources of a result, through joins and common table expressions", async () => {
    const result = await damir.sql`
      WITH acts AS (SELECT count(*) AS n FROM damir) SELECT * FROM acts, population`;
    expect(result.sources.map(({ table }) => table).sort()).toEqual(["damir", "population"]);
    expect(result.synthetic).toBe(true);
    const { data } = result[jupyterDisplay]();
    expect(data["text/html"]).toContain("DONNÉES SYNTHÉTIQUES");
    expect(data["text/plain"]).toContain("DONNÉES SYNTHÉTIQUES");
  });

  it.each([
    [
      "SELECT * FROM damirr",
      /La table « damirr » n'existe pas\. Cherchiez-vous damir \? Tables disponibles : damir, population/,
    ],
    [
      "SELECT nimporte FROM damir",
      /La colonne « nimporte » n'existe pas dans damir\.[\s\S]*\nligne 1 : SELECT nimporte FROM damir\n {17}\^$/,
    ],
    ["SELEC 1", /n'est pas bien écrite[\s\S]*SELEC/],
    ["SELECT 'a'::INTEGER", /« a » n'est pas un nombre/],
    [" -- rien", /La requête est vide/],
  ])("explains %s in French", async (text, message) => {
    const query = damir.sql([text] as unknown as TemplateStringsArray);
    await expect(query).rejects.toThrow(message);
    await expect(query).rejects.toBeInstanceOf(UserError);
  });

  it("stops counting the rows of a join without its condition", async () => {
    const query = damir.sql`SELECT 1 AS a FROM range(100000) AS x(i), range(100000) AS y(j)`;
    const result = await query;
    expect(result.length).toBe(1_000_000_000);
    expect(result.details.notes).toEqual([expect.stringContaining("un milliard de lignes ou plus")]);
  });

  it("says that it was closed", async () => {
    const home = await smallHome({ sample: { un: { select: "SELECT 1 AS x", synthetic: true } } });
    const closed = await connect({ home });
    await closed.close();
    await expect(closed.sql`SELECT x FROM un`).rejects.toThrow(/La connexion est fermée/);
  });

  it("never rounds a decimal that a number can't hold", async () => {
    await expect(damir.sql`SELECT 12345678901234567.89::DECIMAL(20,2) AS gros`).rejects.toThrow(
      /« gros » contient 12345678901234567\.89.*CAST\(gros AS VARCHAR\)/,
    );
  });

  it("gives times, instants, lists and structures as values that show", async () => {
    const result = await damir.sql`
      SELECT TIMESTAMPTZ '2024-01-01 12:00:00+00' AS instant, TIME '10:00' AS heure, [1, 2] AS liste,
             {'a': 1.5::DECIMAL(9, 2)} AS structure, INTERVAL 1 DAY AS duree`;
    expect(result.rows).toEqual([
      {
        instant: new Date("2024-01-01T12:00:00Z"),
        heure: "10:00:00",
        liste: [1, 2],
        structure: { a: 1.5 },
        duree: "1 day",
      },
    ]);
    expect(result[jupyterDisplay]().data["text/plain"]).toContain("1er janv. 2024");
  });

  it("keeps integers beyond 2^53 exact", async () => {
    const { rows } = await damir.sql`SELECT 9007199254740993 AS grand, 12 AS petit`;
    expect(rows).toEqual([{ grand: 9007199254740993n, petit: 12 }]);
  });

  it("lists the tables, and leaves the code lists to the dictionary", async () => {
    const home = await smallHome({
      sample: {
        population: { select: "SELECT 1 AS x FROM range(1234)", synthetic: true, title: "Population" },
        nomenclature_prs_nat: { select: "SELECT 1 AS code", synthetic: false },
      },
    });
    expect((await connect({ home })).tables().rows).toEqual([
      { table: "population", contenu: "Population", lignes: 1234, periode: "", donnees: "synthétiques" },
    ]);
  });

  it.each([
    "DELETE FROM damir",
    "CREATE TABLE mien AS SELECT * FROM damir",
    "CREATE VIEW v AS SELECT * FROM damir",
    "COPY (SELECT 1) TO '/tmp/damir-copy.csv'",
    "SELECT 1; DROP VIEW damir",
    "PIVOT damir ON ben_res_reg USING sum(flt_rem_mnt); DROP VIEW damir",
    "EXPLAIN ANALYZE CREATE TABLE mien AS SELECT 1",
    "ATTACH '/tmp/x.duckdb'",
    "SET memory_limit = '1GB'",
  ])("only reads: refuses %s", async (text) => {
    await expect(damir.sql([text] as unknown as TemplateStringsArray)).rejects.toThrow(/lecture seule/);
    expect((await damir.sql`SELECT count(*) AS n FROM damir`).rows).toEqual([{ n: 3 }]);
  });

  it.each([
    "SELECT * FROM query('SELECT * FROM damir')",
    "SELECT * FROM query_table('damir')",
    "PIVOT damir ON ben_res_reg USING sum(flt_rem_mnt)",
    "SELECT * FROM information_schema.tables",
  ])("marks rows whose origin it can't follow: %s", async (text) => {
    const result = await damir.sql([text] as unknown as TemplateStringsArray);
    expect(result.synthetic).toBe(true);
    expect(result[jupyterDisplay]().data["text/plain"]).toContain("DONNÉES SYNTHÉTIQUES");
  });

  it.each([
    "SELECT * FROM range(3)",
    "WITH x AS (SELECT 1 AS a) SELECT * FROM x",
    "SELECT unnest([1, 2]) AS a",
  ])("doesn't mark rows that a query makes itself: %s", async (text) => {
    const result = await damir.sql([text] as unknown as TemplateStringsArray);
    expect(result.sources).toEqual([]);
  });
});

describe("stores", () => {
  it("prefers imported tables, keeps the sample for the others, and says which is which", async () => {
    const home = await smallHome({
      sample: {
        damir: { select: "SELECT 1 AS flx_ann_moi, 1 AS soi_ann, 1 AS soi_moi", synthetic: true },
        population: { select: "SELECT 1 AS habitants", synthetic: true },
      },
      store: {
        damir: {
          select:
            "SELECT 202501 AS flx_ann_moi, 2025 AS soi_ann, 1 AS soi_moi UNION ALL SELECT 202501, 2024, 12",
          synthetic: false,
          title: "Open DAMIR",
          updated: "2026-03-30",
        },
      },
    });
    const damir = await connect({ home });
    const real = await damir.sql`SELECT count(*) AS n FROM damir`;
    expect(real.rows).toEqual([{ n: 2 }]);
    expect(real.synthetic).toBe(false);
    expect(real[jupyterDisplay]().data["text/plain"]).toContain(
      "Source : Open DAMIR (CNAM, mise à jour 2026-03-30)",
    );
    const mixed = await damir.sql`SELECT * FROM damir, population`;
    expect(mixed[jupyterDisplay]().data["text/plain"]).toContain(
      "DONNÉES SYNTHÉTIQUES, à ne pas publier : population",
    );
  });

  it("says what to do when there is no data", async () => {
    const home = mkdtempSync(join(tmpdir(), "damir-empty-"));
    await expect(connect({ home })).rejects.toThrow(/Aucune donnée dans .*npx damir data sample/);
  });

  it("says what to do when a manifest is damaged", async () => {
    const home = mkdtempSync(join(tmpdir(), "damir-bad-"));
    mkdirSync(join(home, "sample"));
    writeFileSync(join(home, "sample", "manifest.json"), "{");
    await expect(connect({ home })).rejects.toThrow(/manifeste .* est illisible/);
  });
});
