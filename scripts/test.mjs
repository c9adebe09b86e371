/** `npm test`: prepares what is missing, checks style and types, runs every test, and closes with one line of counts. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "./failure.mjs";
import { checkNode, extensionTypes, root, setupSteps, userNode, venvProgram } from "./setup.mjs";
import { runSteps, stopTools } from "./step.mjs";

const output = join(root, "tests", "output");
const report = join(output, "vitest.json");
const pythonReport = join(output, "pytest.xml");

/**
 * Runs a program, its output shown as it comes.
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<boolean>} whether it succeeded
 */
function runProgram(program, ...args) {
  return new Promise((resolve, reject) => {
    // Python's bytecode would lie among the sources.
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
    const child = spawn(program, args, { cwd: root, stdio: "inherit", env });
    child.on("error", reject);
    child.on("close", (code) => resolve(code === 0));
  });
}

/**
 * Runs a program of the project's packages.
 * @param {string} script path below node_modules
 * @param {string[]} args
 */
function run(script, ...args) {
  return runProgram(userNode, join(root, "node_modules", script), ...args);
}

/**
 * Runs Jupyter's own suite for kernels against the installed kernel.
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>}
 */
async function runKernelSuite() {
  rmSync(pythonReport, { force: true });
  const green = await runProgram(
    venvProgram("python"),
    ...["-m", "pytest", "kernel/test", "-q", "-p", "no:cacheprovider", `--junit-xml=${pythonReport}`],
  );
  const xml = existsSync(pythonReport) ? readFileSync(pythonReport, "utf8") : "";
  /** @param {string} name */
  const count = (name) => Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(xml)?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  const skipped = count("skipped");
  return {
    passed: Math.max(0, count("tests") - failed - skipped),
    // A suite that could not even start is a failure.
    failed: !green && failed === 0 ? 1 : failed,
    skipped,
  };
}

async function main() {
  checkNode();
  await runSteps([...setupSteps, extensionTypes]);
  mkdirSync(output, { recursive: true });
  // A check that fails counts as a failed test: the last line must tell the whole truth.
  const checks = {
    types: await run("typescript/bin/tsc", "-p", "tests/tsconfig.json"),
    "types of the extension": await run("typescript/bin/tsc", "--noEmit", "-p", "lib/labextension"),
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
  const suite = await runKernelSuite();
  const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
    readFileSync(report, "utf8"),
  );
  const failedChecks = Object.entries(checks).filter(([, ok]) => !ok);
  for (const [name] of failedChecks) console.error(`Check failed: ${name}`);
  // A file that can't be loaded has no failed test of its own, and still fails the run.
  const brokenFiles = !green && numFailedTests === 0 ? Math.max(1, numFailedTestSuites) : 0;
  const passed = numPassedTests + suite.passed + Object.keys(checks).length - failedChecks.length;
  const failed = numFailedTests + suite.failed + failedChecks.length + brokenFiles;
  const skipped = numPendingTests + suite.skipped;
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
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
