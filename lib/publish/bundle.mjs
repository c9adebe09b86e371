/** Bundles the scripts that published pages carry: each one file that needs nothing else. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** Writes `dist/page/page.js` and `dist/page/charts.js`. */
export async function bundlePage() {
  await build({
    entryPoints: ["page", "charts"].map((name) => join(folder, "page", `${name}.ts`)),
    outdir: join(folder, "dist", "page"),
    bundle: true,
    minify: true,
    charset: "utf8",
    format: "iife",
    target: "es2022",
    // The licences of what is inside go along.
    legalComments: "inline",
    logLevel: "warning",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundlePage();
