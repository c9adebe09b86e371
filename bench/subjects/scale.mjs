/**
 * How the store grows: `npm run bench -- scale [ROWS,ROWS…] [WARM_RUNS]`, 10, 40 and 160 million rows unless said, three warm runs. For each
 * size: what the disk holds, the reference queries from the rows and from the roll-ups, on files just forgotten by the disk cache
 * and warm, and the memory of the process; then the line through these sizes, taken to 1.5 and 5 billion rows.
 *
 * Months are copies of one generated month of 3 million rows, imported: a store of real months of 37 million has twelve times
 * fewer of them for as many rows, so that its roll-ups, which grow with the months, are smaller than here.
 */
import { execFile } from "node:child_process";
import { readdirSync, statfsSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { addOpenDamir, refreshRollUps, silentEffects, StoreWriter } from "../../lib/pipeline/dist/index.js";
import { monthsStore } from "../months-store.mjs";
import { monthlyFile } from "../open-damir-month.mjs";
import { queries } from "../reference-queries.mjs";

const run = promisify(execFile);
const folder = fileURLToPath(new URL("../../.damir/bench", import.meta.url));
const child = fileURLToPath(new URL("../query-process.mjs", import.meta.url));

/** Bytes of store for a row, roll-ups included, with room to write a month. */
const bytesPerRow = 20;

/** What is aimed at over 1.5 billion rows, in seconds. */
const aims = { rows: 20, rollups: 0.5 };

/** Sizes that the measures are taken to. */
const beyond = [1.5e9, 5e9];

/** @typedef {{ rows: number; bytes: number; rollUpBytes: number; cold: number; warm: number; peak: number; rolledCold: number; rolledWarm: number }} Point */

/** Measures and prints. */
export async function measure() {
  const [list = "10000000,40000000,160000000", warm = "3"] = process.argv.slice(3);
  const sizes = list
    .split(",")
    .map(Number)
    .sort((a, b) => a - b);
  if (sizes.length === 0 || sizes.some((size) => !(size >= 1)) || !(Number(warm) >= 1)) {
    throw new Error("npm run bench -- scale [ROWS,ROWS…] [WARM_RUNS]");
  }
  await mkdir(folder, { recursive: true });
  await measureImport();
  /** @type {Point[]} */
  const points = [];
  for (const rows of sizes) {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < rows * bytesPerRow) {
      console.log(
        `${millions(rows)}: left out, ${gigabytes(rows * bytesPerRow)} of disk needed, ${gigabytes(bavail * bsize)} free.`,
      );
      continue;
    }
    const point = await pointAt(rows, warm);
    points.push(point);
    printPoint(point);
  }
  if (points.length > 1) extrapolate(points);
  const [load = 0] = loadavg();
  console.log(`${availableParallelism()} cores, load ${load.toFixed(1)}: compare ratios, not seconds.`);
}

/** A generated month through the whole import, and what its roll-ups add to it. */
async function measureImport() {
  const file = await monthlyFile(folder, 3_000_000);
  const home = join(folder, "month-3000000-again");
  const begun = performance.now();
  await addOpenDamir([{ path: file }], home, silentEffects);
  const imported = performance.now();
  await StoreWriter.use(join(home, "store"), async (writer) => {
    await refreshRollUps(writer, silentEffects, 1);
    const rolled = performance.now();
    console.log(
      `import of 3 M rows: ${seconds(imported - begun)}, ${Math.round(3e9 / (imported - begun)).toLocaleString("en")} rows/s; its roll-ups ${seconds(rolled - imported)}, ${Math.round((100 * (rolled - imported)) / (imported - begun))} % more`,
    );
    await writer.remove("damir", () => true);
    await refreshRollUps(writer, silentEffects, 1);
  });
}

/**
 * @param {number} rows
 * @param {string} warm
 * @returns {Promise<Point>}
 */
async function pointAt(rows, warm) {
  const home = await monthsStore(folder, rows);
  const plain = await answers(home, "rows", warm);
  const rolled = await answers(home, "rollups", warm);
  const names = Object.keys(queries);
  const sum = (/** @type {typeof plain} */ { times }, /** @type {"cold" | "warm"} */ key) =>
    names.reduce((all, name) => all + (times[name]?.[key] ?? Number.NaN), 0);
  for (const name of names) {
    console.log(
      `  ${name.padEnd(36)} rows ${seconds(plain.times[name]?.cold)} cold, ${seconds(plain.times[name]?.warm)} warm · roll-ups ${seconds(rolled.times[name]?.cold)}, ${seconds(rolled.times[name]?.warm)}`,
    );
  }
  const store = join(home, "store");
  const [bytes, all] = [sizeOf(join(store, "damir")), sizeOf(store)];
  return {
    rows,
    bytes,
    rollUpBytes: all - bytes,
    cold: sum(plain, "cold"),
    warm: sum(plain, "warm"),
    peak: plain.peakBytes,
    rolledCold: sum(rolled, "cold"),
    rolledWarm: sum(rolled, "warm"),
  };
}

/**
 * @param {string} home
 * @param {"rows" | "rollups"} from
 * @param {string} warm
 * @returns {Promise<{ times: Record<string, { cold: number; warm: number }>; peakBytes: number }>}
 */
async function answers(home, from, warm) {
  const { stdout } = await run(process.execPath, [child, home, from, warm], { maxBuffer: 1 << 24 });
  return JSON.parse(stdout);
}

/** @param {string} path */
function sizeOf(path) {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** @param {Point} point */
function printPoint({ rows, bytes, rollUpBytes, cold, warm, peak, rolledCold, rolledWarm }) {
  console.log(
    `${millions(rows)}: ${gigabytes(bytes)} and ${gigabytes(rollUpBytes)} of roll-ups · five queries ${seconds(cold)} cold, ${seconds(warm)} warm, peak ${gigabytes(peak)} · from the roll-ups ${seconds(rolledCold)} cold, ${seconds(rolledWarm)} warm`,
  );
}

/** @param {Point[]} points */
function extrapolate(points) {
  const [least, most] = [points[0], points.at(-1)];
  if (!least || !most) return;
  const growth = most.rows / least.rows;
  const exponent = (/** @type {(point: Point) => number} */ of) =>
    Math.log(of(most) / of(least)) / Math.log(growth);
  const fromRows = exponent(({ warm }) => warm);
  console.log(
    `${fromRows <= 1.1 ? "✓" : "✗"} time from the rows grows as rows^${fromRows.toFixed(2)} (linear or better: ≤ 1.1)`,
  );
  console.log(
    `  time from the roll-ups grows as rows^${exponent(({ rolledWarm }) => rolledWarm).toFixed(2)} (flat: 0)`,
  );
  for (const rows of beyond) {
    const plain = at(points, rows, ({ warm }) => warm);
    const rolled = at(points, rows, ({ rolledWarm }) => rolledWarm);
    const size = at(points, rows, ({ bytes, rollUpBytes }) => bytes + rollUpBytes);
    const judged = rows === 1.5e9;
    console.log(
      `${judged ? `${plain <= aims.rows * 1000 ? "✓" : "✗"}${rolled <= aims.rollups * 1000 ? "✓" : "✗"}` : "  "} ${millions(rows)}: ${seconds(plain)} from the rows${judged ? ` (aim ${aims.rows} s)` : ""}, ${seconds(rolled)} from the roll-ups${judged ? ` (aim ${aims.rollups} s)` : ""}, ${gigabytes(size)}`,
    );
  }
  console.log(
    "  formula: y(n) = a + b·n, the least squares through the sizes measured, warm, with y(0) kept ≥ 0",
  );
}

/**
 * What a measure would be for as many rows, on the straight line through the points.
 * @param {Point[]} points
 * @param {number} rows
 * @param {(point: Point) => number} of
 */
function at(points, rows, of) {
  const mean = (/** @type {number[]} */ values) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map((point) => point.rows)), mean(points.map(of))];
  const covariance = mean(points.map((point) => (point.rows - x) * (of(point) - y)));
  const variance = mean(points.map((point) => (point.rows - x) ** 2));
  const slope = covariance / variance;
  const intercept = y - slope * x;
  // A line that would start below nothing goes through nothing.
  return intercept < 0 ? (rows * y) / x : intercept + slope * rows;
}

/** @param {number} rows */
function millions(rows) {
  return `${(rows / 1e6).toLocaleString("en")} M rows`;
}

/** @param {number} bytes */
function gigabytes(bytes) {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}

/** @param {number | undefined} milliseconds */
function seconds(milliseconds = Number.NaN) {
  return milliseconds >= 10_000
    ? `${(milliseconds / 1000).toFixed(1)} s`
    : `${(milliseconds / 1000).toFixed(3)} s`;
}
