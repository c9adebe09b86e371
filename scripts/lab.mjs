/** Starts JupyterLab in the project's environment, waits until it answers, and stops it with everything it started. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { adviceFor, StartError, tail } from "./failure.mjs";
import { home, root, venv, venvProgram } from "./setup.mjs";

/**
 * @typedef {object} Lab
 * @property {string} url address with its token
 * @property {Promise<void>} ended settles when the server has stopped
 * @property {() => Promise<void>} stop stops the server and its kernels
 */

/**
 * Starts JupyterLab on the starters' folder, listening on this machine only.
 * Nothing is read from or written to the user's home: settings, workspaces and run-time files live in `DAMIR_HOME`.
 * @param {{ port: number, args?: string[], env?: NodeJS.ProcessEnv, folder?: string, stores?: string, signal?: AbortSignal }} options
 *   `args` go to `jupyter lab` as they are; `folder` is the root that the file browser shows; `stores` is the folder of the
 *   sample and the store (`DAMIR_HOME`); `signal` stops the lab
 * @returns {Promise<Lab>}
 * @throws {StartError} when the server ends before it answers
 */
export async function startLab({
  port,
  args = [],
  env = process.env,
  folder = join(root, "notebooks"),
  stores = home,
  signal,
}) {
  const token = env["JUPYTER_TOKEN"] || randomBytes(24).toString("hex");
  const jupyter = join(home, "jupyter");
  mkdirSync(jupyter, { recursive: true });
  const logFile = join(jupyter, "jupyter.log");
  const log = createWriteStream(logFile);
  const child = spawn(
    // Tests try the lab in other environments than the project's.
    venvProgram("jupyter-lab", env["ATELIER_VENV"] || venv),
    [
      "--ServerApp.ip=127.0.0.1",
      `--ServerApp.port=${port}`,
      "--ServerApp.port_retries=0",
      `--ServerApp.root_dir=${folder}`,
      "--ServerApp.default_url=/lab",
      "--MultiKernelManager.default_kernel_name=typescript",
      // What the page's own configuration is made of: the home page reads the team there.
      ...(env["DAMIR_EQUIPE"]
        ? [
            `--ServerApp.tornado_settings=${JSON.stringify({ page_config_data: { atelierTeam: env["DAMIR_EQUIPE"] } })}`,
          ]
        : []),
      ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
      ...args,
    ],
    {
      cwd: folder,
      env: {
        ...env,
        // In the environment, not on the command line that every user of the machine can list.
        JUPYTER_TOKEN: token,
        JUPYTER_CONFIG_DIR: join(jupyter, "config"),
        JUPYTER_DATA_DIR: join(jupyter, "data"),
        JUPYTER_RUNTIME_DIR: join(jupyter, "runtime"),
        JUPYTERLAB_SETTINGS_DIR: join(jupyter, "settings"),
        JUPYTERLAB_WORKSPACES_DIR: join(jupyter, "workspaces"),
        IPYTHONDIR: join(jupyter, "ipython"),
        DAMIR_HOME: stores,
      },
      stdio: ["ignore", "pipe", "pipe"],
      // Its own process group: Ctrl-C in the terminal reaches us alone, and we stop the server in order.
      detached: process.platform !== "win32",
    },
  );
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });

  /** @type {Error | undefined} */
  let failure;
  let over = false;
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    child.once("error", (error) => {
      failure = error;
      over = true;
      resolve();
    });
    child.once("close", () => {
      over = true;
      log.end(resolve);
    });
  });

  const stop = async () => {
    if (!over) child.kill("SIGTERM");
    const patience = setTimeout(() => killGroup(child.pid), 10_000);
    await ended;
    clearTimeout(patience);
  };
  if (signal?.aborted) void stop();
  else signal?.addEventListener("abort", () => void stop());

  const base = `http://127.0.0.1:${port}`;
  while (!(await answers(base, token))) {
    if (over) {
      const output = failure?.message ?? readFileSync(logFile, "utf8");
      throw new StartError(
        `JupyterLab s'est arrêté avant de répondre. ${adviceFor(output)}\n\n${tail(output)}\n\nJournal : ${logFile}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url: `${base}/lab?token=${token}`, ended, stop };
}

/** @param {number | undefined} pid */
function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/**
 * @param {string} base
 * @param {string} token
 */
async function answers(base, token) {
  try {
    const response = await fetch(`${base}/api/status`, {
      headers: { Authorization: `token ${token}` },
      signal: AbortSignal.timeout(2000),
    });
    return response.ok;
  } catch {
    // Refused or slow: the server isn't up yet. The caller sees by itself when it has died.
    return false;
  }
}
