/** `npm run thumbnails [SLUG…]`: draws each starter's thumbnail from its own chart, run on the synthetic sample. */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { executed, joined } from "./notebook-run.mjs";
import { home, root } from "./setup.mjs";
import { starters } from "./starters.mjs";

/** Pixels. */
const [width, height] = [640, 400];

const { Resvg } = createRequire(join(root, "lib/damir/package.json"))("@resvg/resvg-js");

/**
 * The picture of the cell that the notebook tags `vignette`.
 * @param {import("./starters.mjs").Starter} starter
 */
async function pictureOf({ slug, notebook }) {
  const { cells } = JSON.parse(await executed(notebook, "notebook", { DAMIR_HOME: home }));
  const tagged = cells.filter((/** @type {import("./notebook-run.mjs").Cell} */ cell) =>
    cell.metadata.tags?.includes("vignette"),
  );
  if (tagged.length !== 1) throw new Error(`${slug}: ${tagged.length} cells are tagged vignette, not one`);
  const picture = tagged[0].outputs
    .map((/** @type {import("./notebook-run.mjs").Output} */ { data }) => joined(data?.["image/png"]))
    .find((/** @type {string} */ png) => png !== "");
  if (picture === undefined) throw new Error(`${slug}: the cell tagged vignette draws nothing`);
  return picture.trim();
}

const asked = process.argv.slice(2);
const known = starters();
for (const slug of asked) {
  if (!known.some((starter) => starter.slug === slug)) throw new Error(`no starter is called ${slug}`);
}
for (const starter of known.filter(({ slug }) => asked.length === 0 || asked.includes(slug))) {
  const picture = await pictureOf(starter);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}">` +
    `<rect width="100%" height="100%" fill="white"/>` +
    `<image width="${width}" height="${height}" preserveAspectRatio="xMidYMid meet" xlink:href="data:image/png;base64,${picture}"/></svg>`;
  writeFileSync(starter.thumbnail, new Resvg(svg).render().asPng());
  console.log(`${starter.slug}: ${starter.thumbnail}`);
}
