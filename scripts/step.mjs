/** Runs one step of the set-up: skipped when its stamp says it is done, visible while it runs, explained when it fails. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { adviceFor, StartError, tail } from "./failure.mjs";

/**
 * @typedef {object} Step
 * @property {string} title what the user reads, in French
 * @property {string} stamp file that keeps the fingerprint of what was done; it lives in the folder that the step makes
 * @property {string} fingerprint what the step depends on; another value makes it run again
 * @property {number} [megabytes] disk space it takes
 * @property {() => boolean} [intact] false when what the step made has been removed since
 * @property {() => Promise<void>} run
 */

/** @param {Step} step */
export function isDone(step) {
  return (
    existsSync(step.stamp) &&
    readFileSync(step.stamp, "utf8") === step.fingerprint &&
    (step.intact?.() ?? true)
  );
}

/**
 * Runs the steps in order, skipping those already done.
 * @param {(() => Step)[]} steps each is asked for only when its turn comes: its fingerprint may depend on the step before
 * @param {NodeJS.WriteStream} [out]
 */
export async function runSteps(steps, out = process.stdout) {
  for (const [index, makeStep] of steps.entries()) {
    const step = makeStep();
    if (isDone(step)) continue;
    const label = `[${index + 1}/${steps.length}] ${step.title}`;
    const started = Date.now();
    const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
    out.write(out.isTTY ? label : `${label} …\n`);
    const ticking = out.isTTY && setInterval(() => out.write(`\r${label} … ${seconds()}`), 1000);
    try {
      requireSpace(step);
      await step.run();
      mkdirSync(dirname(step.stamp), { recursive: true });
      writeFileSync(step.stamp, step.fingerprint);
    } catch (error) {
      out.write(out.isTTY ? `\r${label} : échec\n` : `${label} : échec\n`);
      throw explained(step, error);
    } finally {
      if (ticking) clearInterval(ticking);
    }
    out.write(out.isTTY ? `\r${label} : fait (${seconds()})\n` : `${label} : fait (${seconds()})\n`);
  }
}

/**
 * A full disk makes tools fail in ways that hide it: look before.
 * @param {Step} step
 * @throws {StartError} when the disk has less room than the step takes
 */
function requireSpace({ megabytes, stamp }) {
  if (megabytes === undefined) return;
  let folder = dirname(stamp);
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  const free = Math.floor((bavail * bsize) / 1e6);
  if (free >= megabytes) return;
  throw new StartError(
    `Le disque de ${folder} est presque plein : ${free} Mo libres, cette étape en demande ${megabytes}. Libérez de la place, puis relancez la même commande.`,
  );
}

/**
 * @param {Step} step
 * @param {unknown} error
 */
function explained(step, error) {
  if (error instanceof StartError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new StartError(`L'étape « ${step.title} » a échoué. ${adviceFor(text)}\n\n${tail(text)}`, {
    cause: error,
  });
}

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();

/** Ends the tools that a step has started: what Ctrl-C does during the set-up. */
export function stopTools() {
  for (const child of running) child.kill("SIGTERM");
}

/**
 * Runs a tool and keeps what it prints.
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {Promise<string>} stdout and stderr
 * @throws {Error} with the tool's output as its message, when it fails
 */
export function runTool(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let output = "";
    const keep = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString();
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    child.on("error", (error) => {
      running.delete(child);
      reject(error);
    });
    child.on("close", (code, signal) => {
      running.delete(child);
      if (code === 0) resolve(output);
      else reject(new Error(`${output}\n${command} ${args[0] ?? ""} : ${signal ?? `code ${code}`}`));
    });
  });
}
