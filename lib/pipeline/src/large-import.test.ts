import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { projectRoot, readStore, storeFolder } from "damir";
import { beforeAll, describe, expect, test } from "vitest";
import type * as pipeline from "./index.js";
import { isIntact } from "./inventory.js";
import { publishedFile, publishedRows, query, received, temporaryFolder } from "./open-damir.fixture.js";

const built = pathToFileURL(join(projectRoot, "lib/pipeline/dist/index.js")).href;

// Reading threads and killed processes need the compiled program: the one of these sources.
beforeAll(async () => {
  const compiler = join(projectRoot, "node_modules/typescript/bin/tsc");
  await promisify(execFile)(process.execPath, [compiler, "--build", "lib/pipeline"], { cwd: projectRoot });
});

describe("a file large enough to be read by several threads", () => {
  const [header = "", ...some] = publishedFile(publishedRows(4000)).trimEnd().split("\n");
  const copies = 75;
  const lines = Array.from({ length: copies }, () => some).flat();

  async function importLines(changed: string[], end = "\n") {
    const home = temporaryFolder();
    const file = join(home, "A202501.csv");
    writeFileSync(file, [header, ...changed].join("\n") + end);
    const { addOpenDamir } = (await import(built)) as typeof pipeline;
    const [month] = await addOpenDamir(received(file), home);
    const path = readStore(storeFolder(home))?.manifest.tables["damir"]?.files[0]?.path ?? "";
    return { month, parquet: join(storeFolder(home), path) };
  }

  /** The last lines of the file stand in a block that isn't the first. */
  const withLine = (index: number, line: string) => lines.toSpliced(index, 1, line);
  const last = lines.length - 1;

  test("its rows are all there, sorted", async () => {
    expect(lines.join("\n").length).toBeGreaterThan(33 * 2 ** 20);
    const small = temporaryFolder();
    writeFileSync(join(small, "A.csv"), publishedFile(publishedRows(4000)));
    const { addOpenDamir } = (await import(built)) as typeof pipeline;
    const [once] = await addOpenDamir(received(join(small, "A.csv")), small);
    const { month, parquet } = await importLines(lines);
    expect(month).toMatchObject({ rows: lines.length, shortRows: 0 });
    const cents = Number(once?.sums["flt_rem_mnt"]?.replace(".", ""));
    expect(Number(month?.sums["flt_rem_mnt"]?.replace(".", ""))).toBe(cents * copies);
    const natures = (await query(`SELECT prs_nat FROM '${parquet}'`)).map(([nature]) => Number(nature));
    expect(natures).toEqual([...natures].sort((a, b) => a - b));
  });

  test("short rows, the absence of a last end of line and empty lines at the end change nothing else", async () => {
    const short = (lines[last - 5] ?? "").split(";").slice(0, -3).join(";");
    const { month } = await importLines(withLine(last - 5, short), "");
    expect(month).toMatchObject({ rows: lines.length, shortRows: 1 });
    expect((await importLines(lines, "\n\n\n")).month).toMatchObject({ rows: lines.length, shortRows: 0 });
  });

  test.each<[string, string[], RegExp]>([
    [
      "a letter in an amount",
      withLine(last - 9, (lines[last - 9] ?? "").replace(/^202501;/, "202501;x")),
      new RegExp(`ligne ${last - 7}, champ ORG_CLE_REG : « x0 »`),
    ],
    [
      "another month",
      withLine(last, (lines[last] ?? "").replace(/^202501;/, "202502;")),
      new RegExp(`ligne ${last + 2}, champ FLX_ANN_MOI : « 202502 », alors que .* 202501`),
    ],
    ["an empty line", withLine(last - 1, ""), new RegExp(`ligne ${last + 1} : ligne vide au milieu`)],
    [
      "an end in the middle of a line",
      withLine(last, (lines[last] ?? "").slice(0, 40)),
      /ligne \d+ : le fichier s'arrête|ligne \d+, champ/,
    ],
  ])("%s is refused, with its line", async (_, changed, message) => {
    await expect(importLines(changed, "")).rejects.toThrow(message);
  });

  test("the first fault of the file is the one that is told", async () => {
    const twice = withLine(last - 1, "nonsense").toSpliced(150_000, 1, "202501;y");
    await expect(importLines(twice)).rejects.toThrow(/ligne 150002, champ ORG_CLE_REG : « y »/);
  });
});

describe("an import killed at any moment", () => {
  test("leaves a valid store, and the next one finishes the job", async () => {
    const home = temporaryFolder();
    const [older, newer] = [join(home, "A202412.csv.gz"), join(home, "A202501.csv.gz")];
    writeFileSync(older, gzipSync(publishedFile(publishedRows(50, "202412"))));
    writeFileSync(newer, gzipSync(publishedFile(publishedRows(6000))));
    const start = (file: string) =>
      spawn(process.execPath, [
        "--input-type=module",
        "--eval",
        `import { addOpenDamir } from ${JSON.stringify(built)};
         await addOpenDamir([{ path: ${JSON.stringify(file)} }], ${JSON.stringify(home)});`,
      ]);
    const codeOf = async (file: string) => (await once(start(file), "exit"))[0] as number | null;
    expect(await codeOf(older)).toBe(0);
    const begun = performance.now();
    expect(await codeOf(newer)).toBe(0);
    const duration = performance.now() - begun;
    const store = storeFolder(home);

    const kills = 50;
    let killed = 0;
    for (let kill = 0; kill < kills; kill++) {
      const child = start(newer);
      // Random moments, spread over the whole run.
      const moment = (duration * (kill + Math.random())) / kills;
      const timer = setTimeout(() => child.kill("SIGKILL"), moment);
      await once(child, "exit");
      clearTimeout(timer);
      if (child.signalCode === "SIGKILL") killed += 1;
      expect(await isIntact(store)).toBe(true);
      const files = readStore(store)?.manifest.tables["damir"]?.files;
      expect(files?.map(({ month, rows }) => [month, rows])).toEqual([
        ["202412", 50],
        ["202501", 6000],
      ]);
    }
    expect(killed).toBeGreaterThan(kills / 2);
    expect(await codeOf(newer)).toBe(0);
    expect(readdirSync(store).sort()).toEqual(["damir", "manifest.json"]);
    expect(readdirSync(join(store, "damir"))).toHaveLength(2);
    expect(readdirSync(home).sort()).toEqual(["A202412.csv.gz", "A202501.csv.gz", "store"]);
  }, 180_000);
});
