import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { writeSnapshot } from "../compiler/snapshot.js";
import { packagedNode } from "../kernelspec.js";

const kernelFolder = fileURLToPath(new URL("../../", import.meta.url));
/** The `node_modules` of the project, where a kernel installed there would find packages. */
export const projectModules = fileURLToPath(new URL("../../../node_modules", import.meta.url));
/** The Node.js that runs kernels in tests. */
export const kernelNode = packagedNode() ?? process.execPath;
/** What the compiler of kernels in tests starts from. */
export const snapshot = join(kernelFolder, "dist", "compiler.blob");
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
      writeSnapshot({ node: kernelNode, file: snapshot, modulePath: projectModules, preload: [] });
    } finally {
      rmSync(lock, { recursive: true });
    }
  }
}

function isStale(): boolean {
  const source = join(kernelFolder, "src");
  const written = modified(snapshot);
  return readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.c?ts$/.test(name))
    .some((name) => {
      const built = modified(join(kernelFolder, "dist", name.replace(/ts$/, "js")));
      return built < modified(join(source, name)) || (/^(language|compiler)\//.test(name) && written < built);
    });
}

/** Milliseconds; 0 when the file doesn't exist. */
function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
