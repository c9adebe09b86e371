/** The steps from a fresh clone to a lab that can start. Each is skipped when it is done already. */
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { StartError } from "./failure.mjs";
import { findPython } from "./python.mjs";
import { runTool } from "./step.mjs";

export const root = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");
export const venv = join(root, ".venv");
const windows = process.platform === "win32";

/** npm puts the packages' own programs first on PATH, a Node of theirs among them: this is the user's. */
export const userNode = process.env["npm_node_execpath"] ?? process.execPath;

/** Folder of the stores, as the library understands `DAMIR_HOME`. */
export const home = resolve(process.env["DAMIR_HOME"] || join(root, ".damir"));

/**
 * A program of the project's Python environment, or of another one.
 * @param {string} name
 * @param {string} [folder]
 */
export function venvProgram(name, folder = venv) {
  return windows ? join(folder, "Scripts", `${name}.exe`) : join(folder, "bin", name);
}

/** @param {string[]} parts */
function digest(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex");
}

/**
 * Fingerprint of source folders: names, sizes and dates, so that an unchanged tree costs milliseconds.
 * @param {string[]} folders
 */
function treeDigest(...folders) {
  /** @type {string[]} */
  const lines = [];
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath ?? entry.path, entry.name);
      const { size, mtimeMs } = statSync(path);
      lines.push(`${path} ${size} ${mtimeMs}`);
    }
  }
  return digest(...lines.sort());
}

/** @param {string} file */
const contents = (file) => readFileSync(join(root, file), "utf8");

/** @returns {import("./step.mjs").Step} */
export function nodePackages() {
  return {
    title: "Paquets Node.js (npm)",
    megabytes: 1000,
    stamp: join(root, "node_modules", ".atelier-npm"),
    fingerprint: digest(contents("package-lock.json"), root),
    run: () => installPackages(root),
  };
}

/**
 * Installs exactly what a folder's lock names.
 * @param {string} cwd
 */
async function installPackages(cwd) {
  const npm = process.env["npm_execpath"];
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  if (npm) await runTool(userNode, [npm, ...args], { cwd });
  else await runTool(windows ? "npm.cmd" : "npm", args, { cwd, shell: windows });
}

const workspaces = ["kernel", "lib/damir", "lib/pipeline", "lib/publish", "lib/cli"];
const extension = join(root, "lib", "labextension");
const published = join(root, "lib", "publish");
const extensionSources = ["src", "schema"].map((folder) => join(extension, folder));

/** @returns {import("./step.mjs").Step} */
export function build() {
  const sources = [
    ...workspaces.map((folder) => join(root, folder, "src")),
    ...extensionSources,
    join(published, "page"),
  ];
  return {
    title: "Compilation (TypeScript)",
    stamp: join(root, "node_modules", ".atelier-build"),
    fingerprint: digest(
      contents("tsconfig.base.json"),
      contents("lib/labextension/bundle.mjs"),
      contents("lib/publish/bundle.mjs"),
      treeDigest(...sources),
    ),
    intact: () =>
      [...workspaces, "lib/labextension"].every((folder) => existsSync(join(root, folder, "dist"))) &&
      existsSync(join(published, "dist", "page")),
    run: async () => {
      const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
      await runTool(userNode, [tsc, "--build", ...workspaces], { cwd: root });
      await runTool(userNode, [join(extension, "bundle.mjs")], { cwd: root });
      await runTool(userNode, [join(published, "bundle.mjs")], { cwd: root });
    },
  };
}

/**
 * JupyterLab's types, which checking the extension needs and starting the lab does not.
 * @returns {import("./step.mjs").Step}
 */
export function extensionTypes() {
  return {
    title: "Types de JupyterLab (pour vérifier l'extension)",
    megabytes: 400,
    stamp: join(extension, "node_modules", ".atelier-npm"),
    fingerprint: digest(contents("lib/labextension/package-lock.json"), root),
    run: () => installPackages(extension),
  };
}

/**
 * @param {string} [folder] environment to make
 * @param {string} [lock] what it holds
 * @returns {import("./step.mjs").Step}
 */
export function pythonEnvironment(folder = venv, lock = "requirements.lock") {
  return {
    title: `JupyterLab (environnement Python du projet, ${basename(folder)})`,
    megabytes: 400,
    stamp: join(folder, ".atelier-pip"),
    fingerprint: digest(contents(lock), root),
    intact: () => existsSync(venvProgram("jupyter-lab", folder)),
    run: async () => {
      const python = await findPython();
      rmSync(folder, { recursive: true, force: true });
      await runTool(python.command, [...python.args, "-m", "venv", folder]);
      await runTool(
        venvProgram("python", folder),
        ["-m", "pip", "install", "--quiet", "--require-hashes", "--only-binary=:all:", "-r", lock],
        { cwd: root, env: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: "1" } },
      );
      // A parser made of a grammar each time Jupyter starts, longer than all the rest: for a format of JSON schemas that nothing here
      // uses, and that jsonschema goes without.
      await runTool(venvProgram("python", folder), [
        ...["-m", "pip", "uninstall", "--quiet", "--yes", "rfc3987-syntax", "lark"],
      ]);
      // JupyterLab keeps CommonJS scripts in there, which our "type": "module" would reach.
      writeFileSync(join(folder, "package.json"), "{}\n");
    },
  };
}

/**
 * @param {string} [folder] environment that gets them
 * @returns {import("./step.mjs").Step}
 */
export function kernelspec(folder = venv) {
  const overrides = contents("scripts/overrides.json");
  const spec = join(folder, "share", "jupyter", "kernels", "typescript", "kernel.json");
  const installed = join(folder, "share", "jupyter", "labextensions", "atelier-damir");
  return {
    title: "Noyau TypeScript, accueil et réglages du labo",
    stamp: join(folder, ".atelier-kernelspec"),
    fingerprint: digest(
      root,
      userNode,
      overrides,
      contents("lib/labextension/bundle.mjs"),
      treeDigest(join(root, "kernel", "src"), ...extensionSources),
    ),
    intact: () => existsSync(spec) && existsSync(installed),
    run: async () => {
      await runTool(userNode, [
        join(root, "kernel", "dist", "bin.js"),
        "install",
        "--prefix",
        folder,
        // DuckDB's work runs on libuv's threads: more of them than the default 4 lets queries run side by side.
        "--env",
        "UV_THREADPOOL_SIZE=16",
        // What starters import first.
        "--preload",
        "damir",
      ]);
      const settings = join(folder, "share", "jupyter", "lab", "settings");
      mkdirSync(settings, { recursive: true });
      writeFileSync(join(settings, "overrides.json"), overrides);
      rmSync(installed, { recursive: true, force: true });
      cpSync(join(extension, "dist"), installed, { recursive: true });
    },
  };
}

/** @returns {import("./step.mjs").Step} */
export function sample() {
  const sources = [join(root, "lib", "pipeline", "src", "sample"), join(root, "data")];
  return {
    title: "Échantillon synthétique de DAMIR",
    megabytes: 150,
    stamp: join(home, "sample", ".atelier-sample"),
    fingerprint: treeDigest(...sources),
    intact: () => existsSync(join(home, "sample", "manifest.json")),
    run: async () => {
      await runTool(userNode, [
        join(root, "lib", "cli", "bin", "damir.js"),
        "data",
        "sample",
        "--force",
        "--home",
        home,
      ]);
    },
  };
}

/** Every step of `npm start`, in order. */
export const setupSteps = [nodePackages, build, pythonEnvironment, kernelspec, sample];

/** @throws {StartError} when this Node is too old. */
export function checkNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 20) {
    throw new StartError(
      `Node.js ${process.versions.node} est trop ancien : il faut la version 20 ou plus récente. Installez-la (nodejs.org), puis relancez.`,
    );
  }
}
