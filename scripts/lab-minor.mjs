/**
 * `node scripts/lab-minor.mjs 4.5 [test files]`: tries the extension in another minor version of JupyterLab than the project's own, in an
 * environment beside the project's (`.venv-4.5`). Without files, all the tests of the extension run.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "./failure.mjs";
import { findPython } from "./python.mjs";
import { checkNode, kernelspec, root, setupSteps, userNode, venvProgram } from "./setup.mjs";
import { runSteps, runTool } from "./step.mjs";

/**
 * JupyterLab of one minor version, with French.
 * @param {string} minor such as `4.5`
 * @param {string} folder
 * @returns {import("./step.mjs").Step}
 */
function jupyterLab(minor, folder) {
  return {
    title: `JupyterLab ${minor} (${folder})`,
    megabytes: 400,
    stamp: join(folder, ".atelier-pip"),
    fingerprint: minor,
    intact: () => existsSync(venvProgram("jupyter-lab", folder)),
    run: async () => {
      const python = await findPython();
      await runTool(python.command, [...python.args, "-m", "venv", "--clear", folder]);
      await runTool(
        venvProgram("python", folder),
        [
          ...["-m", "pip", "install", "--quiet", "--only-binary=:all:"],
          `jupyterlab==${minor}.*`,
          `jupyterlab-language-pack-fr-FR<=${minor}.999`,
          "nbconvert",
        ],
        { cwd: root, env: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: "1" } },
      );
      // JupyterLab keeps CommonJS scripts in there, which our "type": "module" would reach.
      writeFileSync(join(folder, "package.json"), "{}\n");
    },
  };
}

try {
  checkNode();
  const [minor = "", ...given] = process.argv.slice(2);
  if (!/^\d+\.\d+$/.test(minor)) {
    throw new StartError("Dites quelle version de JupyterLab essayer : node scripts/lab-minor.mjs 4.5");
  }
  const folder = join(root, `.venv-${minor}`);
  await runSteps([...setupSteps, () => jupyterLab(minor, folder), () => kernelspec(folder)]);
  mkdirSync(join(root, "tests", "output"), { recursive: true });
  const tests = given.length > 0 ? given : readdirSync(join(root, "tests")).filter(isOfTheExtension);
  const child = spawn(
    userNode,
    [
      ...[join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--project", "e2e"],
      ...tests.map((file) => (file.includes("/") ? file : join("tests", file))),
    ],
    { cwd: root, stdio: "inherit", env: { ...process.env, ATELIER_VENV: folder } },
  );
  child.on("close", (code) => (process.exitCode = code ?? 1));
} catch (error) {
  console.error(error instanceof StartError ? `\n${error.message}` : error);
  process.exitCode = 1;
}

/** @param {string} name */
function isOfTheExtension(name) {
  return /^lab-.*\.test\.ts$/.test(name);
}
