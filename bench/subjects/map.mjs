/**
 * A map of the 96 départements of the métropole, warm: built from its rows, then drawn as a PNG. Against a bare Vega-Lite
 * specification of the same shapes and colours, without classes, insets, hatching, zoom or texts: `npm run bench -- map [RUNS]`.
 */
import { performance } from "node:perf_hooks";
import { Resvg } from "@resvg/resvg-js";
import * as vega from "vega";
import * as vegaLite from "vega-lite";
import { map, territories } from "../../lib/damir/dist/index.js";
import { contours } from "../../lib/damir/dist/drawing/contours.js";

/** What is asked of a warm build, in milliseconds. */
const must = 100;

/** Measures and prints. */
export async function measure() {
  const [runs = 15] = process.argv.slice(3).map(Number);
  if (!(runs >= 1)) throw new Error("npm run bench -- map [RUNS]");
  const rows = territories("departement")
    .filter(({ code }) => code.length === 2)
    .map(({ code }, index) => ({ departement: code, densite: 100 + ((index * 37) % 96) }));
  const draw = () => map(rows, { title: "Densité", legend: "pour 100 000 habitants" });
  await draw().picture();
  /** @type {Record<string, number[]>} */
  const found = { built: [], serialised: [], picture: [], "bare picture": [] };
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    const drawing = draw();
    const built = performance.now();
    JSON.stringify(drawing.spec);
    const serialised = performance.now();
    await drawing.picture();
    const pictured = performance.now();
    await barePicture(rows);
    const bare = performance.now();
    found["built"]?.push(built - start);
    found["serialised"]?.push(serialised - built);
    found["picture"]?.push(pictured - serialised);
    found["bare picture"]?.push(bare - pictured);
  }
  console.log(`node ${process.version}, ${rows.length} départements, ${runs} runs; milliseconds`);
  console.table(
    Object.fromEntries(
      Object.entries(found).map(([what, times]) => [
        what,
        { median: rounded(median(times)), best: rounded(Math.min(...times)) },
      ]),
    ),
  );
  const [build, picture, bare] = ["built", "picture", "bare picture"].map((what) =>
    median(found[what] ?? []),
  );
  console.log(
    `built in ${rounded(build ?? NaN)} ms (must: ${must}): ${(build ?? NaN) <= must ? "must" : "MISSED"}`,
  );
  console.log(`picture / bare picture: ${((picture ?? NaN) / (bare ?? NaN)).toFixed(2)}`);
}

/** @param {{ departement: string; densite: number }[]} rows */
async function barePicture(rows) {
  const values = new Map(rows.map(({ departement, densite }) => [departement, densite]));
  const shapes = contours("departement").shapes.flatMap(({ type, geometry, properties: { code } }) =>
    values.has(code) ? [{ type, geometry, densite: values.get(code) }] : [],
  );
  const { spec } = vegaLite.compile({
    width: 560,
    height: 540,
    projection: { type: "identity" },
    data: { values: shapes },
    mark: "geoshape",
    encoding: { color: { field: "densite", type: "quantitative" } },
  });
  const view = new vega.View(vega.parse(spec), { renderer: "none" });
  const svg = await view.toSVG().finally(() => view.finalize());
  return new Resvg(svg, { fitTo: { mode: "zoom", value: 2 }, font: { loadSystemFonts: false } })
    .render()
    .asPng();
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** @param {number} value */
function rounded(value) {
  return Number(value.toPrecision(3));
}
