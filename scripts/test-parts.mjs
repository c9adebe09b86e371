/** The parts of the whole suite: what each runs, and how many of its tests passed. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root, userNode, venvProgram } from "./setup.mjs";

const output = join(root, "tests", "output");

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/** Ends what runs. */
export function stopParts() {
  for (const child of running) child.kill("SIGTERM");
}

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ name: string, run: () => Promise<Counts> }} Part */

/**
 * Runs a program and shows its output line by line as it comes: two that run side by side never share a line.
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env] changes to the environment
 * @returns {Promise<boolean>} whether it succeeded
 */
function shown(program, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      // Python's bytecode would lie among the sources.
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...env },
    });
    running.add(child);
    for (const [from, to] of /** @type {const} */ ([
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ])) {
      createInterface({ input: from }).on("line", (line) => to.write(`${line}\n`));
    }
    child.on("error", (error) => {
      running.delete(child);
      reject(error);
    });
    child.on("close", (code) => {
      running.delete(child);
      resolve(code === 0);
    });
  });
}

/**
 * A check is one test: the last line of the suite must tell the whole truth.
 * @param {string} name
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env] changes to the environment
 * @returns {Part}
 */
export function check(name, program, args, env) {
  return {
    name,
    run: async () => {
      const green = await shown(program, args, env);
      if (!green) console.error(`Check failed: ${name}`);
      return { passed: green ? 1 : 0, failed: green ? 0 : 1, skipped: 0 };
    },
  };
}

/**
 * A check by a program of the project's packages.
 * @param {string} name
 * @param {string} script path below node_modules
 * @param {string[]} args
 */
export function packageCheck(name, script, ...args) {
  return check(name, userNode, [join(root, "node_modules", script), ...args]);
}

/**
 * @param {string} name of the report too
 * @param {string[]} args a project, and files when not all of it is run
 * @param {NodeJS.ProcessEnv} [env] changes to the environment
 * @returns {Part}
 */
export function vitest(name, args, env) {
  return {
    name,
    run: async () => {
      mkdirSync(output, { recursive: true });
      const report = join(output, `vitest-${name}.json`);
      rmSync(report, { force: true });
      const script = join(root, "node_modules", "vitest", "vitest.mjs");
      const reporters = ["--reporter=default", "--reporter=json", `--outputFile=${report}`];
      const green = await shown(userNode, [script, "run", ...reporters, ...args], env);
      if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
      const { numPassedTests, numFailedTests, numPendingTests, numFailedTestSuites } = JSON.parse(
        readFileSync(report, "utf8"),
      );
      // A file that can't be loaded has no failed test of its own, and still fails the run.
      const broken = !green && numFailedTests === 0 ? Math.max(1, numFailedTestSuites) : 0;
      return { passed: numPassedTests, failed: numFailedTests + broken, skipped: numPendingTests };
    },
  };
}

/**
 * Jupyter's own suite for kernels, against the installed kernel.
 * @returns {Part}
 */
export function kernelSuite() {
  return {
    name: "kernel",
    run: async () => {
      mkdirSync(output, { recursive: true });
      const report = join(output, "pytest.xml");
      rmSync(report, { force: true });
      const green = await shown(venvProgram("python"), [
        ...["-m", "pytest", "kernel/test", "-q", "-p", "no:cacheprovider", `--junit-xml=${report}`],
      ]);
      const xml = existsSync(report) ? readFileSync(report, "utf8") : "";
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
    },
  };
}

/** The end-to-end tests by what they keep busy, so that two groups can run side by side. */
export function endToEndFiles() {
  const all = readdirSync(join(root, "tests"))
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `tests/${name}`);
  const naming = (/** @type {RegExp} */ form) =>
    all.filter((path) => form.test(readFileSync(join(root, path), "utf8")));
  const container = naming(/ATELIER_IMAGE|"\.\/image-container\.js"/);
  const spark = naming(/"\.\/spark-cluster\.js"/);
  const browser = naming(/"\.\/chromium\.js"/).filter((path) => !container.includes(path));
  const grouped = new Set([...container, ...spark, ...browser]);
  return { container, spark, browser, others: all.filter((path) => !grouped.has(path)) };
}
