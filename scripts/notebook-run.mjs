/** Runs notebooks in a fresh kernel, by Jupyter's own programs. */
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
 * @param {"notebook" | "html"} to what comes of it: the notebook with its outputs, or a page
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} the file's text
 * @throws Error with the cell's traceback at the first error
 */
export async function executed(path, to, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), "notebook-"));
  try {
    const file = join(folder, to === "html" ? "page.html" : "notebook.ipynb");
    // What runs a notebook alone starts in a third less time than what also makes pages.
    const [program = "", ...args] =
      to === "html"
        ? ["jupyter-nbconvert", "--to", "html", "--execute", "--output-dir", folder, "--output", "page"]
        : ["jupyter-execute", `--output=${join(folder, "notebook")}`];
    await promisify(execFile)(venvProgram(program), [...args, basename(path)], {
      cwd: dirname(path),
      env: { ...process.env, ...env },
      maxBuffer: 1 << 28,
    });
    return readFileSync(file, "utf8");
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
