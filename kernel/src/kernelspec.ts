import { accessSync, constants, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSnapshot } from "./compiler/snapshot.js";
import { UserError } from "./user-error.js";

const require = createRequire(import.meta.url);

/** What `atelier-kernel install` is told. */
export interface KernelspecOptions {
  /** The Jupyter prefix, for instance a virtual environment's folder. */
  prefix: string;
  /** Folder of packages for notebooks outside a project; by default the one the kernel was installed in. */
  modulePath?: string;
  /** More environment variables for the kernel's process. */
  env?: Record<string, string>;
  /** Packages whose types the compiler knows from the start, so that the first cell that imports them waits less. */
  preload?: string[];
}

/** Where the kernelspec was written, and the Node.js it starts. */
export interface InstalledKernelspec {
  folder: string;
  node: string;
  /** False when no packaged Node.js ≥ 24 was found and the current one is used. */
  packagedNode: boolean;
  /** Why there is no snapshot of the compiler, if there is none: the kernel works, and starts more slowly. */
  snapshotFailure?: string;
}

/** Flags the kernel's Node.js needs: interrupting may cut a callback short, which its checks would take for a corruption. */
export const nodeFlags = ["--no-force-async-hooks-checks", "--no-warnings", "--max-semi-space-size=8"];

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="8" fill="#2f5d8a"/><text x="32" y="43" text-anchor="middle" font-family="sans-serif" font-size="30" font-weight="700" fill="#fff">TS</text></svg>
`;

/**
 * Writes the kernelspec `typescript` under a Jupyter prefix.
 * @throws {UserError} when the folder can't be written
 */
export function installKernelspec(options: KernelspecOptions): InstalledKernelspec {
  const folder = join(resolve(options.prefix), "share", "jupyter", "kernels", "typescript");
  const packaged = packagedNode();
  const node = packaged ?? process.execPath;
  const modulePath = options.modulePath ?? ownModules();
  const snapshot = join(folder, "compiler.blob");
  const program = fileURLToPath(new URL("bin.js", import.meta.url));
  const spec = {
    argv: [node, ...nodeFlags, program, "run", "{connection_file}", "--snapshot", snapshot],
    display_name: "TypeScript",
    language: "typescript",
    interrupt_mode: "message",
    env: { NODE_PATH: modulePath, ...options.env },
    metadata: { debugger: false },
  };
  try {
    mkdirSync(folder, { recursive: true });
    writeWhole(join(folder, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
    writeWhole(join(folder, "logo-svg.svg"), logo);
  } catch (error) {
    throw new UserError(
      `Le noyau TypeScript ne peut pas être installé dans ${folder} (${(error as Error).message}). ` +
        "Vérifiez les droits sur ce dossier et la place sur le disque.",
    );
  }
  const installed = { folder, node, packagedNode: packaged !== undefined };
  try {
    writeSnapshot({ node, file: snapshot, modulePath, preload: options.preload ?? [] });
    return installed;
  } catch (error) {
    return { ...installed, snapshotFailure: (error as Error).message };
  }
}

/** The Node.js 24 that comes as an npm package for this platform, if it was installed. */
export function packagedNode(): string | undefined {
  const platform = process.platform === "win32" ? "win" : process.platform;
  try {
    const folder = dirname(require.resolve(`node-${platform}-${process.arch}/package.json`));
    const binary = join(folder, "bin", platform === "win" ? "node.exe" : "node");
    accessSync(binary, constants.X_OK);
    return binary;
  } catch {
    return undefined;
  }
}

/** The `node_modules` folder that holds the kernel's own dependencies. */
function ownModules(): string {
  return dirname(dirname(require.resolve("zeromq/package.json")));
}

function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.partial`, text);
  renameSync(`${path}.partial`, path);
}
