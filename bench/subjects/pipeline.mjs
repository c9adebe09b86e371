/**
 * The import of a month of Open DAMIR against `gzip -dc` on the same file, one after the other so that a busy machine slows
 * both: `npm run bench -- pipeline [ROWS] [RUNS]`, 3,000,000 rows and 3 runs unless said.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { performance } from "node:perf_hooks";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { monthlyFile } from "../open-damir-month.mjs";

const files = fileURLToPath(new URL("../../.damir/bench", import.meta.url));
const importProcess = fileURLToPath(new URL("../import-process.mjs", import.meta.url));
/** Rows of 2009 to 2014, which the hackathon of 2015 held. */
const wholeBase = 1.5e9;

/**
 * @typedef {{ seconds: number; steps: { step: string; seconds: number }[]; rows: number; parquetBytes: number;
 *   peakBytes: number; cpuSeconds: number }} Import
 */

/** Measures and prints. */
export async function measure() {
  const [rows = 3_000_000, runs = 3] = process.argv.slice(3).map(Number);
  if (!(rows >= 1 && runs >= 1)) throw new Error("npm run bench -- pipeline [ROWS] [RUNS]");
  console.log(`Generating ${rows.toLocaleString("en")} rows in the published format, unless they are there…`);
  const file = await monthlyFile(files, rows);
  const gzBytes = statSync(file).size;
  const csvBytes = Number(execFileSync("sh", ["-c", 'gzip -dc "$1" | wc -c', "sh", file]).toString());
  console.log(
    `text ${megabytes(csvBytes)}, ${(csvBytes / rows).toFixed(1)} B/row (A202501: 161) · ` +
      `archive ${megabytes(gzBytes)}, ${(gzBytes / rows).toFixed(1)} B/row (A202501: 26.6)`,
  );

  /** @type {{ gzip: number; gzipCpu: number; found: Import; load: number }[]} */
  const measured = [];
  for (let run = 1; run <= runs; run++) {
    const [one, other] = [gunzip(file), gunzip(file)];
    const gzip = Math.min(one.seconds, other.seconds);
    const gzipCpu = Math.min(one.cpuSeconds, other.cpuSeconds);
    const found = importOnce(file);
    const load = loadavg()[0] ?? 0;
    measured.push({ gzip, gzipCpu, found, load });
    const steps = found.steps.map(({ seconds }) => seconds.toFixed(1)).join(" + ");
    console.log(
      `run ${run}: gzip -dc ${gzip.toFixed(2)} s · import ${found.seconds.toFixed(2)} s (steps end at ${steps}), ` +
        `${found.cpuSeconds.toFixed(1)} s of CPU · ratio ${(found.seconds / gzip).toFixed(2)} · load ${load.toFixed(1)}`,
    );
  }

  const ratios = measured.map(({ gzip, found }) => found.seconds / gzip).sort((a, b) => a - b);
  const work = Math.min(...measured.map(({ gzipCpu, found }) => found.cpuSeconds / 2 / gzipCpu));
  const best = Math.min(...measured.map(({ found }) => found.seconds));
  const peak = Math.max(...measured.map(({ found }) => found.peakBytes));
  const parquet = measured[0]?.found.parquetBytes ?? 0;
  const rowsPerSecond = rows / best;
  const ratio = ratios[0] ?? 0;
  const median = ratios[Math.floor(ratios.length / 2)] ?? 0;
  print([
    [
      "time over gzip -dc",
      `${ratio.toFixed(2)} best, ${median.toFixed(2)} median`,
      "≤ 4 (aim 3), the median",
      median <= 4,
    ],
    [
      "work of two cores",
      `${work.toFixed(2)} times gzip's`,
      "what two free cores would take at least",
      undefined,
    ],
    [
      "speed, best",
      `${Math.round(rowsPerSecond).toLocaleString("en")} rows/s, ${megabytes(csvBytes / best)}/s`,
      "",
      undefined,
    ],
    ["peak memory", megabytes(peak), "≤ 2 GB", peak <= 2e9],
    [
      "Parquet",
      `${megabytes(parquet)}, 1/${(csvBytes / parquet).toFixed(1)} of the text`,
      "≤ 1/11",
      csvBytes / parquet >= 11,
    ],
    [
      "1.5 billion rows",
      `${(wholeBase / rowsPerSecond / 3600).toFixed(1)} h, ${((wholeBase * parquet) / rows / 1e9).toFixed(0)} GB of Parquet`,
      "1.5e9 / (rows/s) ; 1.5e9 × bytes a row",
      undefined,
    ],
  ]);
  console.log(
    `${availableParallelism()} cores. Two of a busy machine are less than two: compare ratios, not seconds.`,
  );
}

/**
 * @param {string} file
 * @returns {{ seconds: number; cpuSeconds: number }}
 */
function gunzip(file) {
  const begun = performance.now();
  const times = execFileSync("sh", ["-c", 'gzip -dc "$1" > /dev/null; times', "sh", file]).toString();
  const seconds = (performance.now() - begun) / 1000;
  // The shell's children stand on the second line: `0m1.850000s 0m0.020000s`.
  const [user = 0, system = 0] = [...(times.split("\n")[1] ?? "").matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  return { seconds, cpuSeconds: user + system };
}

/**
 * @param {string} file
 * @returns {Import}
 */
function importOnce(file) {
  const home = mkdtempSync(join(tmpdir(), "damir-bench-"));
  try {
    return JSON.parse(execFileSync(process.execPath, [importProcess, file, home]).toString());
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** @param {number} bytes */
function megabytes(bytes) {
  return bytes < 2e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** @param {[label: string, found: string, asked: string, met: boolean | undefined][]} lines */
function print(lines) {
  for (const [label, found, asked, met] of lines) {
    const mark = met === undefined ? " " : met ? "✓" : "✗";
    console.log(`${mark} ${label.padEnd(20)} ${found.padEnd(40)} ${asked}`);
  }
}
