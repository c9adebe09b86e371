import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStore, storeFolder } from "damir";
import { describe, expect, test } from "vitest";
import { datasetOf, readCatalogue } from "../catalogue/catalogue.js";
import { temporaryFolder } from "../open-damir.fixture.js";
import { StoreWriter } from "../store-writer.js";
import { downloadsFolder } from "./download-place.js";
import { monthsIn, publishedMonth, pullSetting } from "./pull.fixture.js";
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
    const removal = plan("accidents", year(2023));
    expect(removal.stored.map(({ table }) => table)).toEqual(["accidents", "accidents_usagers"]);
    await remove(removal, home);
    expect(readdirSync(join(storeFolder(home), "accidents"))).toEqual(["2022.parquet"]);
    expect(existsSync(join(storeFolder(home), "accidents_usagers", "2023.parquet"))).toBe(false);
    expect(readdirSync(folder)).toEqual(["usagers-2022.csv.json"]);
  });

  test("what isn't kept apart is refused, with what can be typed", async () => {
    const { plan } = await setting();
    expect(() => plan("meteo", year(2025))).toThrow(
      /^meteo s'enlève en entier, sans période : toutes ses années sont rangées ensemble\. damir data remove meteo$/,
    );
    expect(() => plan("contours", year(2025))).toThrow(/contours s'enlève en entier/);
    expect(() => plan("accidents", ["2023-05"])).toThrow(
      /par années entières : damir data remove accidents 2023$/,
    );
    expect(() => plan("accidents", year(2019))).toThrow(/Rien à enlever : accidents \(2019\) n'est pas dans/);
    expect(() => plan("open-damir", ["2024-01"])).toThrow(/Rien à enlever : open-damir \(202401\)/);
  });

  test("a whole dataset leaves the others", async () => {
    const { home, plan } = await setting();
    await remove(plan("meteo"), home);
    expect(existsSync(join(storeFolder(home), "meteo", "01.parquet"))).toBe(false);
    expect(plan("accidents").stored).toHaveLength(3);
  });

  test("removing a month takes its file, its downloads and nothing else", async () => {
    const { sites, home, run } = await pullSetting();
    for (const of of ["202401", "202402"]) sites.files.set(`cnam/A${of}.csv.gz`, publishedMonth(of));
    await run({ "open-damir": ["2024"] }, { keep: true });
    const dataset = datasetOf(catalogue, "open-damir");
    await remove(planRemoval(dataset, ["2024-01"], home), home);
    expect(monthsIn(home)).toEqual(["202402"]);
    expect(readdirSync(join(home, "downloads/open-damir")).sort()).toEqual([
      "A202402.csv.gz",
      "A202402.csv.gz.json",
    ]);
    expect(readdirSync(join(storeFolder(home), "damir"))).toEqual(["202402.parquet"]);
    await remove(planRemoval(dataset, undefined, home), home);
    expect(readStore(storeFolder(home))?.manifest.tables).not.toHaveProperty("damir");
    expect(() => planRemoval(dataset, undefined, home)).toThrow(/Rien à enlever/);
    expect((await run({ "open-damir": ["2024"] })).imported).toHaveLength(2);
  });
});
