/** One import in a process of its own, so that its memory is known: `node import-process.mjs FILE HOME`, answers in JSON. */
import { performance } from "node:perf_hooks";
import { addOpenDamir, silentEffects } from "../lib/pipeline/dist/index.js";

const [file = "", home = ""] = process.argv.slice(2);
const begun = performance.now();
/** @type {{ step: string; seconds: number }[]} */
const steps = [];
const [month] = await addOpenDamir([{ path: file }], home, {
  ...silentEffects,
  report: (step) => steps.push({ step, seconds: (performance.now() - begun) / 1000 }),
});
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
console.log(
  JSON.stringify({
    seconds: (performance.now() - begun) / 1000,
    steps,
    rows: month?.rows,
    parquetBytes: month?.bytes,
    // The threads are in it; there is no child process.
    peakBytes: maxRSS * 1024,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
  }),
);
