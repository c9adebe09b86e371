/**
 * `node scripts/spark.mjs`: fetches the Spark that the tests of the distributed engine start, once a machine, outside the project: what
 * the project installs must not weigh half a gigabyte more for those who only open the lab.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { StartError } from "./failure.mjs";
import { findPython } from "./python.mjs";
import { venvProgram } from "./setup.mjs";
import { runSteps, runTool } from "./step.mjs";

/** The release that the tests are run with. */
const version = "4.3.0";

const folder = join(
  process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"),
  "atelier-damir",
  `spark-${version}`,
);

/**
 * Spark's own folder, as Spark names it: SPARK_HOME's, else that of the cache.
 * @returns {string | undefined} undefined where there is none
 */
export function sparkHome() {
  const given = process.env["SPARK_HOME"];
  if (given !== undefined && existsSync(join(given, "bin", "spark-class"))) return given;
  const library = join(folder, "lib");
  const python = existsSync(library)
    ? readdirSync(library).find((name) => name.startsWith("python"))
    : undefined;
  const home = python && join(library, python, "site-packages", "pyspark");
  return home && existsSync(join(home, "bin", "spark-class")) ? home : undefined;
}

/**
 * Spark from PyPI, a download of 456 MB, into an environment of its own.
 * @returns {import("./step.mjs").Step}
 */
export function spark() {
  return {
    title: `Spark ${version} (pour les essais du moteur distribué)`,
    megabytes: 1500,
    stamp: join(folder, ".atelier-spark"),
    fingerprint: version,
    intact: () => sparkHome() !== undefined,
    run: async () => {
      const python = await findPython();
      rmSync(folder, { recursive: true, force: true });
      await runTool(python.command, [...python.args, "-m", "venv", folder]);
      const install = ["-m", "pip", "install", "--quiet", "--no-deps", `pyspark==${version}`];
      await runTool(venvProgram("python", folder), install, {
        env: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: "1" },
      });
    },
  };
}

if (
  process.argv[1] &&
  resolve(process.argv[1]) === resolve(import.meta.filename ?? new URL(import.meta.url).pathname)
) {
  try {
    await runSteps([spark]);
    console.log(sparkHome());
  } catch (error) {
    console.error(error instanceof StartError ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
