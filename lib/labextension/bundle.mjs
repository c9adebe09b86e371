/**
 * Bundles the extension as JupyterLab loads it: one script that registers itself as a module-federation container.
 *
 * esbuild and the forty lines below stand in for JupyterLab's own builder, which would add 450 MB and a minute to every first start.
 * What they must honour is the container's contract (`init` receives the shared modules, `get` gives a factory).
 */
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = fileURLToPath(new URL(".", import.meta.url));
const { name, version, description, license, jupyterlab } = JSON.parse(
  readFileSync(join(folder, "package.json"), "utf8"),
);

/**
 * Writes the prebuilt extension.
 * @param {string} [target] folder to write, replaced if it is there
 * @returns {Promise<string>} path of the script
 */
export async function bundleExtension(target = join(folder, "dist")) {
  /** @type {Set<string>} */
  const shared = new Set();
  const { outputFiles } = await build({
    entryPoints: [join(folder, "src", "index.ts")],
    bundle: true,
    write: false,
    minify: true,
    charset: "utf8",
    format: "iife",
    globalName: "extension",
    target: "es2022",
    jsx: "transform",
    loader: { ".css": "text" },
    plugins: [sharedModules(shared)],
  });
  const code = outputFiles[0]?.text ?? "";
  // The code needs its shared modules before it runs: it runs when JupyterLab asks for it.
  const script = `(()=>{const load=(sharedModules)=>{${code}return extension};${container([...shared].sort())}})();\n`;
  const file = `static/remoteEntry.${createHash("sha256").update(script).digest("hex").slice(0, 16)}.js`;
  rmSync(target, { recursive: true, force: true });
  mkdirSync(join(target, "static"), { recursive: true });
  writeFileSync(join(target, file), script);
  cpSync(join(folder, "schema"), join(target, "schemas", name), { recursive: true });
  const build_ = { load: file, extension: "./extension" };
  writeFileSync(
    join(target, "package.json"),
    `${JSON.stringify({ name, version, description, license, jupyterlab: { ...jupyterlab, _build: build_ } }, null, 2)}\n`,
  );
  return join(target, file);
}

/**
 * Takes JupyterLab's packages from the running application.
 * @param {Set<string>} used receives their names
 * @returns {import("esbuild").Plugin}
 */
function sharedModules(used) {
  return {
    name: "shared-modules",
    setup(builder) {
      builder.onResolve({ filter: /^(@jupyterlab|@lumino)\/|^react$/ }, ({ path }) => {
        used.add(path);
        return { path, namespace: "shared" };
      });
      builder.onLoad({ filter: /.*/, namespace: "shared" }, ({ path }) => ({
        contents: `module.exports = sharedModules[${JSON.stringify(path)}];`,
      }));
    },
  };
}

/** @param {string[]} shared names of the modules to take from JupyterLab */
function container(shared) {
  return `let scope;(window._JUPYTERLAB??={})[${JSON.stringify(name)}]={init:async(given)=>{scope=given},get:async()=>{const modules={};await Promise.all(${JSON.stringify(shared)}.map(async(key)=>{const versions=Object.values(scope[key]??{});const chosen=versions.find((version)=>version.loaded)??versions[0];if(!chosen)throw new Error(key+" is not shared by this JupyterLab");modules[key]=(await chosen.get())()}));const exported=load(modules);return()=>exported}};`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await bundleExtension());
