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

/** A DuckDB that answers several questions at a time. */
export interface Engine {
  connection: DuckDBConnection;
  /**
   * Runs a task as many times at once as the engine has threads, each with its own connection.
   * @throws what the first of them to fail throws, once all have ended
   */
  together(task: (connection: DuckDBConnection) => Promise<void>): Promise<void>;
  /** Lends one more connection for the time of a task. */
  beside<T>(task: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
}

/**
 * Lends a DuckDB in memory for the time of a task.
 * @param workFolder where it may spill what doesn't fit in memory
 */
export async function withDuckDB<T>(
  workFolder: string,
  limits: EngineLimits,
  task: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  return withEngine(workFolder, limits, ({ connection }) => task(connection));
}

/** Lends a DuckDB as `withDuckDB` does, for tasks that ask several things at a time. */
export async function withEngine<T>(
  workFolder: string,
  limits: EngineLimits,
  task: (engine: Engine) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: limits.memory,
    threads: String(limits.threads),
    temp_directory: workFolder,
    // The order of the source means nothing and keeping it costs memory.
    preserve_insertion_order: "false",
  });
  try {
    return await withConnection(instance, (connection) =>
      task({
        connection,
        together: async (each) => {
          const outcomes = await Promise.allSettled(
            Array.from({ length: limits.threads }, () => withConnection(instance, each)),
          );
          for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
        },
        beside: (each) => withConnection(instance, each),
      }),
    );
  } finally {
    instance.closeSync();
  }
}

async function withConnection<T>(
  instance: DuckDBInstance,
  task: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const connection = await instance.connect();
  try {
    return await task(connection);
  } finally {
    connection.closeSync();
  }
}

/** A text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
