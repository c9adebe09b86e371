import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const kernelFolder = fileURLToPath(new URL("../../", import.meta.url));
const lock = join(kernelFolder, "node_modules", ".build-lock");

/** Builds the kernel when a source is newer than its JavaScript; test files that run at the same time build it once. */
export async function ensureBuilt(): Promise<void> {
  mkdirSync(join(kernelFolder, "node_modules"), { recursive: true });
  while (isStale()) {
    try {
      mkdirSync(lock);
    } catch {
      // A test run that was killed can't have removed its lock.
      const taken = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - taken > 120_000) rmSync(lock, { recursive: true, force: true });
      await sleep(200);
      continue;
    }
    try {
      const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
      execFileSync(process.execPath, [tsc, "--build", "--force", kernelFolder], { stdio: "inherit" });
    } finally {
      rmSync(lock, { recursive: true });
    }
  }
}

function isStale(): boolean {
  const source = join(kernelFolder, "src");
  return readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .some((name) => {
      const built = statSync(join(kernelFolder, "dist", name.replace(/\.ts$/, ".js")), {
        throwIfNoEntry: false,
      });
      return (built?.mtimeMs ?? 0) < statSync(join(source, name)).mtimeMs;
    });
}
