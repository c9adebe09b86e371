import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { venvProgram } from "../scripts/setup.mjs";

/** An output of a cell, as nbformat writes it. */
export interface Output {
  output_type: string;
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  name?: string;
  text?: string | string[];
}

export interface Cell {
  id: string;
  cell_type: string;
  source: string | string[];
  execution_count?: number | null;
  outputs?: Output[];
}

export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
}

export function readNotebook(path: string): Notebook {
  return JSON.parse(readFileSync(path, "utf8")) as Notebook;
}

/**
 * Runs a notebook in a fresh kernel by nbconvert, its own folder being the current one, and gives it with its outputs.
 * @throws Error with the cell's traceback at the first error
 */
export async function runNotebook(path: string, env: NodeJS.ProcessEnv = {}): Promise<Notebook> {
  const folder = mkdtempSync(join(tmpdir(), "notebook-"));
  await promisify(execFile)(
    venvProgram("jupyter-nbconvert"),
    ["--to", "notebook", "--execute", "--output-dir", folder, basename(path)],
    { cwd: dirname(path), env: { ...process.env, ...env }, maxBuffer: 1 << 28 },
  );
  return readNotebook(join(folder, basename(path)));
}

/** All outputs of one cell. */
export function outputsOf(notebook: Notebook, id: string): Output[] {
  return notebook.cells.find((cell) => cell.id === id)?.outputs ?? [];
}

export function outputs(notebook: Notebook): Output[] {
  return notebook.cells.flatMap((cell) => cell.outputs ?? []);
}

/** A text of nbformat, which may be cut into lines. */
export function joined(text: unknown): string {
  return Array.isArray(text) ? text.join("") : typeof text === "string" ? text : "";
}
