import { randomUUID } from "node:crypto";
import { statfsSync } from "node:fs";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { UserError } from "../user-error.js";

/** What DuckDB may take of the machine. */
export interface DuckDBLimits {
  /** Memory of the queries, such as `4GB`; by default 40 % of what this process may have. Beyond it, DuckDB spills to disk. */
  memory?: string;
  /** Threads of a query; by default one a core. */
  threads?: number;
}

/** Several notebooks run at once, each with its own DuckDB, next to JupyterLab and a browser. */
const shareOfMemory = 0.4;

/** What is spilled to disk leaves half of the free space to others. */
const shareOfDisk = 0.5;

const mebibyte = 1024 ** 2;

/**
 * The options of a DuckDB instance.
 * @throws UserError for a limit that isn't one
 */
export function duckDBSettings({ memory, threads }: DuckDBLimits = {}): Record<string, string> {
  if (memory !== undefined && !/^\d+(\.\d+)?\s*([KMGT]i?B)$/i.test(memory)) {
    throw new UserError(
      `La mémoire « ${memory} » n'est pas une quantité : écrivez par exemple connect({ memory: "4GB" }).`,
    );
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw new UserError(`${String(threads)} n'est pas un nombre de fils d'exécution : 1 ou plus.`);
  }
  return {
    // Nothing is fetched behind the user's back.
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    memory_limit: memory ?? mebibytes(memoryOfProcess() * shareOfMemory),
    threads: String(threads ?? availableParallelism()),
    // Spilled rows don't land beside the notebook: DuckDB makes this folder when it needs it, and removes it.
    temp_directory: join(tmpdir(), `damir-${randomUUID()}`),
    max_temp_directory_size: mebibytes(freeDisk() * shareOfDisk),
  };
}

/** What the machine has, or the container is given. */
function memoryOfProcess(): number {
  const given = process.constrainedMemory();
  return given > 0 ? Math.min(given, totalmem()) : totalmem();
}

function freeDisk(): number {
  const { bavail, bsize } = statfsSync(tmpdir());
  return bavail * bsize;
}

function mebibytes(bytes: number): string {
  return `${Math.max(1, Math.floor(bytes / mebibyte))}MiB`;
}
