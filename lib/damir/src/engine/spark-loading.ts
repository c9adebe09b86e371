import type { DuckDBConnection } from "@duckdb/node-api";
import { readSparkAddress } from "./spark-address.js";
import type { SparkClient } from "./spark-client.js";
import type { SparkEngine } from "./spark-engine.js";

/*
 * gRPC, the protocol and Arrow are loaded where a cluster is asked for: few notebooks need them, and each would wait for them.
 */

/** Connects to a cluster: see {@link SparkEngine.open}. */
export async function openSpark(url: string, parser: DuckDBConnection): Promise<SparkEngine> {
  const { SparkEngine: Loaded } = await import("./spark-engine.js");
  return Loaded.open(url, parser);
}

/**
 * A session of a cluster, to declare tables to it.
 * @throws UserError for what isn't the address of a cluster
 * @internal
 */
export async function sparkClient(url: string): Promise<SparkClient> {
  const { SparkClient: Loaded } = await import("./spark-client.js");
  return new Loaded(readSparkAddress(url));
}
