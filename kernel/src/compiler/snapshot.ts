import { execFileSync } from "node:child_process";
import { renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compilerFlags } from "./compiler.js";

/** What goes into a snapshot of the compiler. */
export interface SnapshotOptions {
  /** The Node.js that will start from it: no other can. */
  node: string;
  /** Where to write it. */
  file: string;
  /** Folder of the packages that notebooks import. */
  modulePath: string;
  /** Packages whose types are parsed ahead. */
  preload: string[];
}

/**
 * Writes a snapshot of the compiler, ready to work: takes seconds and about 50 MB.
 * @throws what Node.js has against it; no file is left then
 */
export function writeSnapshot({ node, file, modulePath, preload }: SnapshotOptions): void {
  const partial = `${file}.partial`;
  const builder = fileURLToPath(new URL("../../dist/compiler/snapshot-builder.cjs", import.meta.url));
  const flags = [...compilerFlags, "--no-warnings", "--snapshot-blob", partial, "--build-snapshot"];
  try {
    execFileSync(node, [...flags, builder, modulePath, ...preload], {
      stdio: ["ignore", "ignore", "pipe"],
      timeout: 120_000,
    });
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
