/** Bundles the scripts that published pages carry: each one file that needs nothing else, with the licences of what is in it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = fileURLToPath(new URL(".", import.meta.url));
const root = join(folder, "..", "..");

/** Writes `dist/page/page.js` and `dist/page/charts.js`. */
export async function bundlePage() {
  mkdirSync(join(folder, "dist", "page"), { recursive: true });
  for (const name of ["page", "charts"]) {
    const { outputFiles, metafile } = await build({
      absWorkingDir: root,
      entryPoints: [join(folder, "page", `${name}.ts`)],
      bundle: true,
      write: false,
      metafile: true,
      minify: true,
      charset: "utf8",
      format: "iife",
      target: "es2022",
      legalComments: "none",
      logLevel: "warning",
    });
    const script = `${licences(Object.keys(metafile.inputs))}${outputFiles[0]?.text ?? ""}`;
    // A page's script block ends at the first of these.
    if (/<\/script|<!--/i.test(script)) throw new Error(`${name}.js can't stand in a page`);
    writeFileSync(join(folder, "dist", "page", `${name}.js`), script);
  }
}

/**
 * A comment with the texts of the licences of the packages that files belong to, each text once.
 * @param {string[]} files from the root
 */
function licences(files) {
  const packages = new Set(
    files.flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []),
  );
  /** @type {Map<string, string[]>} */
  const texts = new Map();
  for (const path of [...packages].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(root, path, "package.json"), "utf8"));
    const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"]
      .map((end) => join(root, path, end))
      .find(existsSync);
    const text = file === undefined ? String(license) : readFileSync(file, "utf8").trim();
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version}`]);
  }
  if (texts.size === 0) return "";
  const parts = [...texts].map(([text, names]) => `${names.join(", ")}\n\n${text.replaceAll("*/", "* /")}`);
  return `/*!\n${parts.join("\n\n")}\n*/\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundlePage();
