/** Keeps, of the addons that a package of cmake-ts's kind brings, the one that this Node.js loads: node docker/trim-addon.mjs PACKAGE */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const folder = resolve(process.argv[2] ?? "");
const build = join(folder, "build");
createRequire(import.meta.url)(folder);
const { sharedObjects } = /** @type {{ sharedObjects: string[] }} */ (process.report.getReport());
const loaded = sharedObjects.find((file) => file.startsWith(build));
if (!loaded) throw new Error(`${folder} loads no addon of its own`);

for (const entry of readdirSync(build, { withFileTypes: true, recursive: true })) {
  const file = join(entry.parentPath, entry.name);
  if (entry.isFile() && file.endsWith(".node") && file !== loaded) rmSync(file);
}
// Else each start would look for the others, newest first, and warn that they are missing.
const manifest = join(build, "manifest.json");
const kept = Object.entries(JSON.parse(readFileSync(manifest, "utf8"))).filter(
  ([, path]) => join(build, path) === loaded,
);
if (kept.length !== 1) throw new Error(`${manifest} names ${loaded} ${kept.length} times`);
writeFileSync(manifest, JSON.stringify(Object.fromEntries(kept)));
