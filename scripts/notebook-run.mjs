/** Runs notebooks in a fresh kernel, by nbconvert. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { venvProgram } from "./setup.mjs";

/**
 * An output of a cell, as nbformat writes it.
 * @typedef {{ output_type: string; data?: Record<string, unknown>; metadata?: Record<string, unknown>; name?: string;
 *   text?: string | string[] }} Output
 */
/**
 * @typedef {{ id: string; cell_type: string; source: string | string[]; metadata: { tags?: string[] };
 *   execution_count?: number | null; outputs?: Output[] }} Cell
 */
/** @typedef {{ cells: Cell[]; metadata: Record<string, unknown> }} Notebook */

/**
 * @param {string} path
 * @returns {Notebook}
 */
export function readNotebook(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

/**
 * Runs a notebook, its own folder being the current one.
 * @param {string} path
 * @param {string} to nbconvert's format: `notebook` or `html`
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} what nbconvert wrote
 * @throws Error with the cell's traceback at the first error
 */
export async function executed(path, to, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), "notebook-"));
  try {
    const name = basename(path, ".ipynb");
    await promisify(execFile)(
      venvProgram("jupyter-nbconvert"),
      ["--to", to, "--execute", "--output-dir", folder, "--output", name, basename(path)],
      { cwd: dirname(path), env: { ...process.env, ...env }, maxBuffer: 1 << 28 },
    );
    return readFileSync(join(folder, `${name}.${to === "html" ? "html" : "ipynb"}`), "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A text of nbformat, which may be cut into lines.
 * @param {unknown} text
 * @returns {string}
 */
export function joined(text) {
  return Array.isArray(text) ? text.join("") : typeof text === "string" ? text : "";
}
