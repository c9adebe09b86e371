/**
 * `npm test`: prepares what is missing, checks style and types, runs every test, and closes with one line of counts.
 *
 * ATELIER_TEST_IMAGE=build builds the image for its tests (ATELIER_IMAGE names one that is there), DAMIR_TEST_SPARK=install fetches Spark
 * for its own: continuous integration asks for both. What is not there is skipped, and says so.
 */
import { join } from "node:path";
import { StartError } from "./failure.mjs";
import { checkNode, extensionTypes, root, setupSteps, userNode } from "./setup.mjs";
import { runSteps, stopTools } from "./step.mjs";
import { check, endToEndFiles, kernelSuite, packageCheck, stopParts, vitest } from "./test-parts.mjs";

/** What the image is called that is built for its tests. */
const builtImage = "atelier-damir-test";

let interrupted = false;

/** @typedef {import("./test-parts.mjs").Part} Part */

/**
 * What runs side by side, one lane a core of a small machine; both take about as long.
 * @returns {Part[][]}
 */
function lanes() {
  const files = endToEndFiles();
  const endToEnd = (/** @type {keyof typeof files} */ name, /** @type {NodeJS.ProcessEnv} */ env = {}) =>
    vitest(name, ["--project", "e2e", ...files[name]], env);
  const builds = process.env["ATELIER_TEST_IMAGE"] === "build";
  const image = builds
    ? [
        check("image", userNode, [join(root, "scripts", "image.mjs"), "--tag", builtImage]),
        endToEnd("container", { ATELIER_IMAGE: builtImage }),
      ]
    : [endToEnd("container")];
  const installsSpark = process.env["DAMIR_TEST_SPARK"] === "install";
  const spark = installsSpark ? [check("Spark", userNode, [join(root, "scripts", "spark.mjs")])] : [];
  return [
    [
      packageCheck("types", "typescript/bin/tsc", "-p", "tests/tsconfig.json"),
      packageCheck("types of the extension", "typescript/bin/tsc", "--noEmit", "-p", "lib/labextension"),
      packageCheck("eslint", "eslint/bin/eslint.js", "."),
      packageCheck("prettier", "prettier/bin/prettier.cjs", "--check", "--log-level=warn", "."),
      endToEnd("browser"),
      ...image,
      ...spark,
      endToEnd("spark"),
    ],
    [vitest("unit", ["--project", "unit"]), endToEnd("others"), kernelSuite()],
  ];
}

/**
 * Runs the parts of a lane one after the other.
 * @param {Part[]} parts
 */
async function runLane(parts) {
  const ended = [];
  for (const { name, run } of parts) {
    if (interrupted) break;
    const started = Date.now();
    const counts = await run();
    ended.push({ name, ...counts, seconds: Math.round((Date.now() - started) / 1000) });
  }
  return ended;
}

/** @param {import("./test-parts.mjs").Counts} counts */
function sentence({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

async function main() {
  checkNode();
  await runSteps([...setupSteps, extensionTypes]);
  const parts = (await Promise.all(lanes().map(runLane))).flat();
  if (interrupted) throw new StartError("Interrupted: not every test has run.");
  console.log();
  for (const { name, seconds, ...counts } of parts)
    console.log(`${name}: ${sentence(counts)} (${seconds} s)`);
  const sum = (/** @type {"passed" | "failed" | "skipped"} */ kind) =>
    parts.reduce((total, counts) => total + counts[kind], 0);
  const total = { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
  console.log(`\n${sentence(total)}`);
  if (total.failed > 0) process.exitCode = 1;
}

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.on(signal, () => {
    interrupted = true;
    stopTools();
    stopParts();
  });
}

try {
  await main();
} catch (error) {
  console.error(error instanceof StartError ? `\n${error.message}` : error);
  process.exitCode = interrupted ? 130 : 1;
}
