import { availableParallelism } from "node:os";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";

/** Room that the engine may take, whatever the machine has. */
export interface EngineLimits {
  /** As DuckDB writes it: `1200MB`. What doesn't fit goes to the disk. */
  memory: string;
  threads: number;
}

/** A month of 37 million rows passes in these: node's own part stays under 400 MB, the whole under 2 GB. */
export const defaultLimits: EngineLimits = { memory: "1200MB", threads: Math.min(availableParallelism(), 4) };

/**
 * Lends a DuckDB in memory for the time of a task.
 * @param workFolder where it may spill what doesn't fit in memory
 */
export async function withDuckDB<T>(
  workFolder: string,
  limits: EngineLimits,
  task: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: limits.memory,
    threads: String(limits.threads),
    temp_directory: workFolder,
    // The order of the source means nothing and keeping it costs memory.
    preserve_insertion_order: "false",
  });
  try {
    const connection = await instance.connect();
    try {
      return await task(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** A text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
