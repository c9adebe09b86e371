import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { writeApi } from "./api.mjs";
import { root } from "./setup.mjs";

const fresh = mkdtempSync(join(tmpdir(), "api-"));
afterAll(() => {
  rmSync(fresh, { recursive: true });
});

function pages(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return new Map(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

it("has committed pages that say what the docstrings say (else: npm run api)", async () => {
  await writeApi(fresh);
  const committed = pages(join(root, "docs", "api"));
  const written = pages(fresh);
  expect(written.get("README.md")).toContain("functions/connect.md");
  expect([...committed.keys()]).toEqual([...written.keys()]);
  const stale = [...written].filter(([name, text]) => committed.get(name) !== text).map(([name]) => name);
  expect(stale).toEqual([]);
});
