import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStore, storeFolder } from "damir";
import { describe, expect, test } from "vitest";
import { silentEffects } from "./effects.js";
import { isIntact } from "./inventory.js";
import { addOpenDamir } from "./open-damir.js";
import {
  importBytes,
  publishedFile,
  publishedLine,
  publishedRows,
  query,
  received,
  temporaryFolder,
} from "./open-damir.fixture.js";

describe("the store", () => {
  test("its manifest describes the file, its source and the proof", async () => {
    const { home, manifest, month } = await importBytes(publishedFile([{ FLT_REM_MNT: "12.3" }]));
    const table = manifest?.tables["damir"];
    expect(table).toMatchObject({ synthetic: false, licence: "Licence Ouverte 2.0" });
    expect(table?.files).toHaveLength(1);
    expect(table?.files[0]).toMatchObject({
      path: "damir/202501.parquet",
      month: "202501",
      rows: 1,
      bytes: month.bytes,
      sums: { flt_rem_mnt: "12.30", prs_act_cog: "0.0000" },
      source: { name: "A202501.csv" },
    });
    expect(await isIntact(storeFolder(home))).toBe(true);
  });

  test("several months in one command, then one of them again, which replaces it", async () => {
    const home = temporaryFolder();
    const file = (month: string, amount: string) => {
      const path = join(home, `A${month}-${amount}.csv`);
      writeFileSync(path, publishedFile([{ FLX_ANN_MOI: month, FLT_REM_MNT: amount }]));
      return path;
    };
    const first = await addOpenDamir(received(file("202412", "1"), file("202501", "2")), home);
    expect(first.map(({ month, replaced }) => [month, replaced])).toEqual([
      ["202412", false],
      ["202501", false],
    ]);
    for (const amount of ["3", "4"]) {
      const [again] = await addOpenDamir(received(file("202501", amount)), home);
      expect(again?.replaced).toBe(true);
    }
    const files = readStore(storeFolder(home))?.manifest.tables["damir"]?.files ?? [];
    expect(files.map(({ month, sums }) => [month, sums?.["flt_rem_mnt"]])).toEqual([
      ["202412", "1.00"],
      ["202501", "4.00"],
    ]);
    expect(await query(`SELECT sum(flt_rem_mnt) FROM '${storeFolder(home)}/damir/*.parquet'`)).toEqual([
      ["5.00"],
    ]);
    expect(await isIntact(storeFolder(home))).toBe(true);
  });

  test("several months at a time give the same store as one after the other", async () => {
    const home = temporaryFolder();
    const months = ["202410", "202411", "202412", "202501"];
    const files = months.map((month) => {
      const path = join(home, `A${month}.csv`);
      writeFileSync(path, publishedFile(publishedRows(500, month)));
      return path;
    });
    const imported = await addOpenDamir(received(...files), home, silentEffects, { jobs: 3 });
    expect(imported.map(({ month }) => month)).toEqual(months);
    const manifest = readStore(storeFolder(home))?.manifest;
    expect(manifest?.tables["damir"]?.files.map(({ month, rows }) => [month, rows])).toEqual(
      months.map((month) => [month, 500]),
    );
    expect(await isIntact(storeFolder(home))).toBe(true);
    expect(readdirSync(storeFolder(home)).sort()).toEqual(["damir", "manifest.json"]);
  });

  test("progress ends at the size of the file", async () => {
    const home = temporaryFolder();
    const file = join(home, "A202501.csv");
    writeFileSync(file, publishedLine({}));
    writeFileSync(file, publishedFile(publishedRows(2000)));
    const seen: number[][] = [];
    await addOpenDamir(received(file), home, {
      ...silentEffects,
      progress: (_, done, total) => {
        seen.push([done, total]);
      },
    });
    const size = readFileSync(file).length;
    expect(seen.at(-1)).toEqual([size, size]);
  });
});
