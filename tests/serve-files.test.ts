import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readStore, storeFolder } from "damir";
import { expect, it, onTestFinished } from "vitest";
import { writeStore } from "../lib/pipeline/src/server/served-store.fixture.js";
import { root } from "../scripts/setup.mjs";

const damir = join(root, "node_modules", ".bin", "damir");

it("one machine serves its store, another copies it by the command that the first one shows", async () => {
  const [home, copy] = [0, 1].map(() => mkdtempSync(join(tmpdir(), "damir-machine-"))) as [string, string];
  await writeStore(home);
  const server = spawn(damir, ["serve", "files", "--port", "0", "--host", "127.0.0.1", "--home", home]);
  onTestFinished(() => {
    server.kill("SIGKILL");
    for (const folder of [home, copy]) rmSync(folder, { recursive: true, force: true });
  });
  let shown = "";
  for await (const text of server.stdout.setEncoding("utf8") as AsyncIterable<string>) {
    shown += text;
    if (shown.includes("Ctrl-C")) break;
  }
  const [, ...words] = (/npx (damir data pull --from \S+)/.exec(shown)?.[1] ?? "").split(" ");
  expect(words).toHaveLength(4);

  const first = await promisify(execFile)(damir, [...words, "--home", copy]);
  expect(first.stdout).toMatch(/damir\/202401\.parquet : 400 lignes, copié et vérifié\./);
  expect(readStore(storeFolder(copy))?.manifest).toEqual(readStore(storeFolder(home))?.manifest);
  const again = await promisify(execFile)(damir, [...words, "--home", copy, "--json"]);
  expect(
    again.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object),
  ).toMatchObject([
    { event: "plan", files: [], bytes: 0 },
    { event: "done", imported: 0 },
  ]);

  const ended = once(server, "exit");
  server.kill("SIGINT");
  expect(await ended).toEqual([130, null]);
});
