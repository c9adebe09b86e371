import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStore } from "damir";
import { expect, test } from "vitest";
import { isIntact } from "./inventory.js";
import { fingerprintOf, temporaryFolder } from "./open-damir.fixture.js";
import { StoreWriter } from "./store-writer.js";

const description = { title: "T", producer: "P", licence: "L", synthetic: false };

async function put(folder: string, name: string, bytes: string, month?: string) {
  return StoreWriter.use(folder, (writer) => {
    const parquet = join(writer.workFolder, "x.parquet");
    writeFileSync(parquet, bytes);
    return writer.add("t", description, {
      name,
      parquet,
      rows: 1,
      ...(month === undefined ? {} : { month }),
    });
  });
}

const paths = (folder: string) => readStore(folder)?.manifest.tables["t"]?.files.map((file) => file.path);

test("a file enters with its size and checksum; nothing else stays", async () => {
  const folder = join(temporaryFolder(), "home", "store");
  const { added, replaced } = await put(folder, "t", "abc");
  expect(replaced).toBeUndefined();
  expect(added).toEqual({
    path: "t/t.parquet",
    rows: 1,
    bytes: 3,
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  });
  expect(Object.keys(fingerprintOf(join(folder, "..")))).toEqual([
    "store",
    "store/manifest.json",
    "store/t",
    "store/t/t.parquet",
  ]);
  expect(await isIntact(folder)).toBe(true);
});

test("a month, or a name where there are no months, is replaced and the others stay", async () => {
  const folder = temporaryFolder();
  await put(folder, "202501", "a", "202501");
  await put(folder, "202502", "b", "202502");
  const again = await put(folder, "202501", "c", "202501");
  expect(again.replaced?.path).toBe("t/202501.parquet");
  expect(existsSync(join(folder, "t/202501.parquet"))).toBe(false);
  expect(readFileSync(join(folder, again.added.path), "utf8")).toBe("c");
  expect(paths(folder)).toEqual([again.added.path, "t/202502.parquet"]);
  await put(folder, "alone", "d");
  const alone = await put(folder, "alone", "e");
  const aloneAgain = await put(folder, "alone", "f");
  expect(aloneAgain.replaced).toEqual(alone.added);
  expect(paths(folder)).toHaveLength(3);
});

test("the same bytes again are no loss", async () => {
  const folder = temporaryFolder();
  for (let time = 0; time < 3; time++) await put(folder, "202501", "same", "202501");
  expect(paths(folder)).toHaveLength(1);
  expect(await isIntact(folder)).toBe(true);
});

test("a failed task leaves the store as it was", async () => {
  const folder = temporaryFolder();
  await put(folder, "202501", "a", "202501");
  const before = fingerprintOf(folder);
  const failed = StoreWriter.use(folder, (writer) => {
    writeFileSync(join(writer.workFolder, "x"), "half");
    return Promise.reject(new Error("fault"));
  });
  await expect(failed).rejects.toThrow("fault");
  expect(fingerprintOf(folder)).toEqual(before);
});

test("what an interrupted run left is removed, and nothing else", async () => {
  const folder = temporaryFolder();
  await put(folder, "202501", "a", "202501");
  mkdirSync(join(folder, "import.partial", "deep"), { recursive: true });
  for (const left of [
    "import.partial/deep/x.csv",
    "manifest.json.partial",
    "t/202502.parquet",
    "t/x.parquet.partial",
  ]) {
    writeFileSync(join(folder, left), "left");
  }
  for (const mine of ["notes.txt", "t/notes.txt"]) writeFileSync(join(folder, mine), "mine");
  await put(folder, "202503", "b", "202503");
  expect(Object.keys(fingerprintOf(folder))).toEqual([
    "manifest.json",
    "notes.txt",
    "t",
    "t/202501.parquet",
    "t/202503.parquet",
    "t/notes.txt",
  ]);
});

test("isIntact sees a changed, a cut and a missing file", async () => {
  const folder = temporaryFolder();
  const { added } = await put(folder, "t", "abc");
  const path = join(folder, added.path);
  for (const [bytes, intact] of [
    ["abd", false],
    ["ab", false],
    ["abc", true],
  ] as const) {
    writeFileSync(path, bytes);
    expect(await isIntact(folder)).toBe(intact);
  }
  expect(await isIntact(join(folder, "none"))).toBe(false);
});

test("a process that ends while its threads still write leaves nothing, and no fault", async () => {
  const [scripts, home] = [temporaryFolder(), join(temporaryFolder(), "home")];
  const [thread, main] = [join(scripts, "thread.cjs"), join(scripts, "main.mjs")];
  // What the threads of an import do, without pause: files come between the reading of the folder and its removal.
  const threadSource = `
    const { writeFileSync } = require("node:fs");
    const { join } = require("node:path");
    const { workerData: { folder, until } } = require("node:worker_threads");
    for (let n = 0; Date.now() < until; n++) {
      try { writeFileSync(join(folder, "part-" + (n % 500) + ".csv"), "x"); } catch {}
    }`;
  const mainSource = `
    import { mkdirSync } from "node:fs";
    import { join } from "node:path";
    import { Worker } from "node:worker_threads";
    const { StoreWriter } = await import(${JSON.stringify(new URL("../dist/store-writer.js", import.meta.url).href)});
    await StoreWriter.use(${JSON.stringify(join(home, "store"))}, async ({ workFolder }) => {
      const folder = join(workFolder, "month-0");
      mkdirSync(folder);
      const workerData = { folder, until: Date.now() + 2000 };
      for (let n = 0; n < 2; n++) new Worker(${JSON.stringify(thread)}, { workerData });
      await new Promise((resolve) => setTimeout(resolve, 1000));
      process.exit(130);
    });`;
  writeFileSync(thread, threadSource);
  writeFileSync(main, mainSource);
  // The command-line tools run on the user's Node, whose removal of folders isn't that of the Node of the tests.
  const child = spawn(process.env["npm_node_execpath"] ?? process.execPath, [main], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  await once(child, "close");
  expect({ code: child.exitCode, err }).toEqual({ code: 130, err: "" });
  expect(existsSync(home)).toBe(false);
});
