import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readStore, storeFolder } from "damir";
import { describe, expect, test } from "vitest";
import { datasetOf, readCatalogue } from "../catalogue/catalogue.js";
import { withDuckDB } from "../duckdb.js";
import { temporaryFolder } from "../open-damir.fixture.js";
import { StoreWriter } from "../store-writer.js";
import { checkStore } from "../store-check.js";
import { downloadsFolder } from "./download-place.js";
import { monthsIn, publishedMonth, pullSetting } from "./pull.fixture.js";
import { PublishedSites } from "./published-sites.fixture.js";
import { planRemoval, remove } from "./removal.js";

const catalogue = readCatalogue();

/** A home with two years of accidents, a département of weather, and what was downloaded for them. */
async function setting() {
  const home = temporaryFolder();
  await StoreWriter.use(storeFolder(home), async (writer) => {
    for (const [table, name] of [
      ["accidents", "2022"],
      ["accidents", "2023"],
      ["accidents_usagers", "2023"],
      ["meteo", "01"],
    ] as const) {
      const parquet = join(writer.workFolder, "x.parquet");
      writeFileSync(parquet, `${table} ${name}`);
      const description = { title: table, producer: "x", licence: "x", synthetic: false };
      await writer.add(table, description, { name, parquet, rows: 1 });
    }
  });
  const folder = join(downloadsFolder(home), "accidents");
  mkdirSync(folder, { recursive: true });
  for (const year of [2022, 2023]) writeFileSync(join(folder, `usagers-${year}.csv.json`), "{}");
  const plan = (id: string, months?: string[]) => planRemoval(datasetOf(catalogue, id), months, home);
  return { home, folder, plan };
}

const year = (of: number) =>
  Array.from({ length: 12 }, (_, month) => `${of}-${String(month + 1).padStart(2, "0")}`);

describe("removing", () => {
  test("a year of a dataset that is kept by years takes that year, in all its tables", async () => {
    const { home, folder, plan } = await setting();
    const removal = await plan("accidents", year(2023));
    expect(removal.stored.map(({ table }) => table)).toEqual(["accidents", "accidents_usagers"]);
    await remove(removal, home);
    expect(readdirSync(join(storeFolder(home), "accidents"))).toEqual(["2022.parquet"]);
    expect(existsSync(join(storeFolder(home), "accidents_usagers", "2023.parquet"))).toBe(false);
    expect(readdirSync(folder)).toEqual(["usagers-2022.csv.json"]);
  });

  test("what isn't kept apart is refused, with what can be typed", async () => {
    const { plan } = await setting();
    await expect(plan("contours", year(2025))).rejects.toThrow(
      /^contours s'enlève en entier, sans période : il se télécharge en entier aussi\. damir data remove contours$/,
    );
    await expect(plan("accidents", ["2023-05"])).rejects.toThrow(
      /par années entières : damir data remove accidents 2023$/,
    );
    await expect(plan("meteo", ["2025-07"])).rejects.toThrow(
      /par années entières : damir data remove meteo 2025$/,
    );
    await expect(plan("accidents", year(2019))).rejects.toThrow(
      /Rien à enlever : accidents \(2019\) n'est pas dans/,
    );
    await expect(plan("open-damir", ["2024-01"])).rejects.toThrow(/Rien à enlever : open-damir \(202401\)/);
    // The weather of this test isn't readable.
    await expect(plan("meteo", year(2025))).rejects.toThrow(/^meteo\/01\.parquet ne se lit pas : rien n'est/);
  });

  test("a whole dataset leaves the others", async () => {
    const { home, plan } = await setting();
    await remove(await plan("meteo"), home);
    expect(existsSync(join(storeFolder(home), "meteo", "01.parquet"))).toBe(false);
    expect((await plan("accidents")).stored).toHaveLength(3);
  });

  test("removing a month takes its file, its downloads and nothing else", async () => {
    const { sites, home, run } = await pullSetting();
    for (const of of ["202401", "202402"]) sites.files.set(`cnam/A${of}.csv.gz`, publishedMonth(of));
    await run({ "open-damir": ["2024"] }, { keep: true });
    const dataset = datasetOf(catalogue, "open-damir");
    await remove(await planRemoval(dataset, ["2024-01"], home), home);
    expect(monthsIn(home)).toEqual(["202402"]);
    expect(readdirSync(join(home, "downloads/open-damir")).sort()).toEqual([
      "A202402.csv.gz",
      "A202402.csv.gz.json",
    ]);
    expect(readdirSync(join(storeFolder(home), "damir"))).toEqual(["202402.parquet"]);
    await remove(await planRemoval(dataset, undefined, home), home);
    expect(readStore(storeFolder(home))?.manifest.tables).not.toHaveProperty("damir");
    await expect(planRemoval(dataset, undefined, home)).rejects.toThrow(/Rien à enlever/);
    expect((await run({ "open-damir": ["2024"] })).imported).toHaveLength(2);
  });

  test("a year of weather leaves the others as they were, and comes back with the next pull", async () => {
    const { sites, home, run } = await pullSetting();
    const day = (departement: string, of: string) =>
      `${departement}014002;ARBENT;46.2;5.6;534;${of};${of.slice(3, 4)}.5;1;;;;;;;;;;;;;;;;`;
    const header = "NUM_POSTE;NOM_USUEL;LAT;LON;ALTI;AAAAMMJJ;RR;QRR;TN;QTN;TX;QTX;TM;QTM";
    for (const [departement, ...days] of [
      ["01", "20250301", "20250302", "20260301"],
      ["03", "20250301"],
      ["05", "20260301"],
    ] as const) {
      const text = [header, ...days.map((of) => day(departement, of).split(";").slice(0, 14).join(";"))];
      sites.files.set(
        `object.files.data.gouv.fr/meteofrance/data/synchro_ftp/BASE/QUOT/Q_${departement}_latest-2025-2026_RR-T-Vent.csv.gz`,
        PublishedSites.file(gzipSync(`${text.join("\n")}\n`)),
      );
    }
    const stored = async () => {
      const files = readStore(storeFolder(home))?.manifest.tables["meteo"]?.files ?? [];
      const paths = files.map(({ path }) => `'${join(storeFolder(home), path)}'`).join(", ");
      return withDuckDB(home, { memory: "200MB", threads: 1 }, async (connection) =>
        (
          await connection.runAndReadAll(
            `SELECT departement, jour::VARCHAR, rr FROM read_parquet([${paths}]) ORDER BY ALL`,
          )
        ).getRows(),
      );
    };
    await run({ meteo: ["2025"] });
    const whole = await stored();
    expect(whole).toHaveLength(5);
    expect((await run({ meteo: ["2025"] })).unchanged).toHaveLength(3);

    const meteo = datasetOf(catalogue, "meteo");
    const removal = await planRemoval(meteo, year(2025), home);
    expect(removal.rows.map(({ rows }) => rows)).toEqual([2, 1]);
    await remove(removal, home);
    expect(await stored()).toEqual([
      ["01", "2026-03-01", 6.5],
      ["05", "2026-03-01", 6.5],
    ]);
    expect(await checkStore(storeFolder(home))).toMatchObject({ faults: [], leftovers: [] });
    await expect(planRemoval(meteo, year(2025), home)).rejects.toThrow(/Rien à enlever : meteo \(2025\)/);

    const again = await run({ meteo: ["2025"] });
    expect(again.failures).toEqual([]);
    // The file of the département that had no day of that year is still whole.
    expect(again.unchanged).toEqual([expect.stringMatching(/^Q_05_/)]);
    expect(await stored()).toEqual(whole);
    expect((await run({ meteo: ["2025"] })).unchanged).toHaveLength(3);
  });
});
