/**
 * The reference queries in a process of its own, so that its memory is known: `node query-process.mjs HOME rows|rollups WARM_RUNS`, answers
 * in JSON. The first run of each is on files that the disk cache has let go.
 */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { connect, sql } from "../lib/damir/dist/index.js";
import { queries } from "./reference-queries.mjs";

const [home = "", from = "", runs = "3"] = process.argv.slice(2);

/** Asks the system to forget the pages of the store's files. */
function forgetFiles() {
  const store = join(home, "store");
  for (const entry of readdirSync(store, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".parquet")) continue;
    const path = join(entry.parentPath, entry.name);
    execFileSync("dd", [`if=${path}`, "iflag=nocache", "count=0"], { stdio: "ignore" });
  }
}

const damir = await connect({ home, guardRails: false, rollUps: from === "rollups" });
/** @type {Record<string, { cold: number; warm: number }>} */
const times = {};
for (const [name, text] of Object.entries(queries)) {
  forgetFiles();
  /** @type {number[]} */
  const each = [];
  for (let run = 0; run <= Number(runs); run++) {
    const begun = performance.now();
    const { length } = await damir.sql`${sql(/** @type {any} */ ([text]))}`;
    each.push(performance.now() - begun);
    if (length === 0) throw new Error(`nothing found for ${name}`);
  }
  const [cold = Number.NaN, ...warm] = each;
  times[name] = { cold, warm: warm.sort((a, b) => a - b)[Math.floor(warm.length / 2)] ?? Number.NaN };
}
await damir.close();
console.log(JSON.stringify({ times, peakBytes: process.resourceUsage().maxRSS * 1024 }));
