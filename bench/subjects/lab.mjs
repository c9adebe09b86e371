/* global requestIdleCallback, performance */
/** The lab with its extension against the same JupyterLab without: weight of the script, and time until one can work: `npm run bench -- lab [RUNS]`. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { bundleExtension } from "../../lib/labextension/bundle.mjs";
import { startLab } from "../../scripts/lab.mjs";
import { choosePort } from "../../scripts/port.mjs";
import { venv } from "../../scripts/setup.mjs";

const extension = "atelier-damir";
const mostKilobytes = 400;
const mostMilliseconds = 300;

/** A message of Vega's that nothing else says: where it is, Vega is. */
const vegaMessage = "Unrecognized signal name";

/** Measures and prints. */
export async function measure() {
  const runs = Number(process.argv[3] ?? 9);
  if (!(runs >= 1)) throw new Error("npm run bench -- lab [RUNS]");
  const installed = join(venv, "share", "jupyter", "labextensions");
  const folder = mkdtempSync(join(tmpdir(), "lab-bench-"));
  const [without, withIt] = ["without", "with"].map((name) => join(folder, name));
  for (const other of readdirSync(installed).filter((name) => name !== extension)) {
    for (const target of [without, withIt]) {
      cpSync(join(installed, other), join(target ?? "", other), { recursive: true });
    }
  }
  mkdirSync(without ?? "", { recursive: true });
  const script = readFileSync(await bundleExtension(join(withIt ?? "", extension)));

  const size = gzipSync(script, { level: 9 }).length / 1000;
  console.log(`JavaScript of the extension, gzip: ${size.toFixed(1)} KB (at most ${mostKilobytes})`);
  const jupyterlab = join(venv, "share", "jupyter", "lab", "static");
  const holders = readdirSync(jupyterlab).filter(
    (file) => file.endsWith(".js") && readFileSync(join(jupyterlab, file), "utf8").includes(vegaMessage),
  );
  console.log(
    `Vega: ${holders.length} file of JupyterLab's, ${script.includes(vegaMessage) ? "and once more in the extension" : "none in the extension"}`,
  );

  const browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  });
  const labs = {
    without: { path: without ?? "", ready: ".jp-LauncherCard" },
    with: { path: withIt ?? "", ready: ".damir-Card" },
  };
  const started = await Promise.all(
    Object.entries(labs).map(async ([name, { path, ready }]) => ({
      name,
      ready,
      lab: await startLab({
        port: await choosePort(undefined),
        args: ["--no-browser", `--LabApp.labextensions_path=${path}`],
      }),
      /** @type {number[]} */
      times: [],
    })),
  );
  try {
    // The first run warms the server's files; the others take turns, so that a slow moment of the machine is everybody's.
    for (let run = 0; run <= runs; run++) {
      for (const { lab, ready, times } of run % 2 === 0 ? started : [...started].reverse()) {
        const context = await browser.newContext({ locale: "fr-FR" });
        const page = await context.newPage();
        await page.goto(`${lab.url}&reset`);
        await page.locator(ready).first().waitFor();
        await page.locator("#jupyterlab-splash").waitFor({ state: "detached" });
        const time = await page.evaluate(
          () =>
            new Promise((resolve) => {
              requestIdleCallback(() => {
                resolve(performance.now());
              });
            }),
        );
        if (run > 0) times.push(Number(time));
        await context.close();
      }
    }
  } finally {
    await browser.close();
    await Promise.all(started.map(({ lab }) => lab.stop()));
  }
  const [plain = NaN, ours = NaN] = started.map(({ times }) => median(times));
  for (const { name, times } of started) {
    const [least, most] = [Math.min(...times), Math.max(...times)].map(Math.round);
    console.log(
      `Time to interactive ${name} the extension, median of ${times.length}: ${Math.round(median(times))} ms (${least} to ${most})`,
    );
  }
  console.log(
    `Added by the extension: ${Math.round(ours - plain)} ms (at most ${mostMilliseconds}), ${(ours / plain).toFixed(2)} times the launcher alone`,
  );
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
