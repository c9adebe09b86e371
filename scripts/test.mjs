/** `npm test`: prepares what is missing, checks style and types, runs every test, and closes with one line of counts. */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "./failure.mjs";
import { checkNode, root, setupSteps } from "./setup.mjs";
import { runSteps, stopTools } from "./step.mjs";

const output = join(root, "tests", "output");
const report = join(output, "vitest.json");

/**
 * Runs a program of the project's packages, its output shown as it comes.
 * @param {string} script path below node_modules
 * @param {string[]} args
 * @returns {Promise<boolean>} whether it succeeded
 */
function run(script, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, "node_modules", script), ...args], {
      cwd: root,
      stdio: "inherit",
    });
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0));
  });
}

async function main() {
  checkNode();
  await runSteps(setupSteps);
  mkdirSync(output, { recursive: true });
  // A check that fails counts as a failed test: the last line must tell the whole truth.
  const checks = {
    types: await run("typescript/bin/tsc", "-p", "tests/tsconfig.json"),
    eslint: await run("eslint/bin/eslint.js", "."),
    prettier: await run("prettier/bin/prettier.cjs", "--check", "--log-level=warn", "."),
  };
  const green = await run(
    "vitest/vitest.mjs",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile=${report}`,
  );
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
    readFileSync(report, "utf8"),
  );
  const failedChecks = Object.entries(checks).filter(([, ok]) => !ok);
  for (const [name] of failedChecks) console.error(`Check failed: ${name}`);
  // A file that can't be loaded has no failed test of its own, and still fails the run.
  const brokenFiles = !green && numFailedTests === 0 ? Math.max(1, numFailedTestSuites) : 0;
  const passed = numPassedTests + Object.keys(checks).length - failedChecks.length;
  const failed = numFailedTests + failedChecks.length + brokenFiles;
  console.log(
    `\n${passed} passed, ${failed} failed${numPendingTests > 0 ? `, ${numPendingTests} skipped` : ""}`,
  );
  if (failed > 0) process.exitCode = 1;
}

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  process.on(signal, () => {
    stopTools();
    process.exitCode = 130;
  });
}

try {
  await main();
} catch (error) {
  console.error(error instanceof StartError ? `\n${error.message}` : error);
  process.exitCode = 1;
}
