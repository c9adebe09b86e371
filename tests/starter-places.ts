import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadServer, silentEffects } from "@atelier-damir/pipeline";
import { DuckDBInstance } from "@duckdb/node-api";
import { startCluster, type Cluster } from "../lib/pipeline/src/server/postgres-cluster.fixture.js";
import { writePublishedSample } from "../lib/pipeline/src/testing/published-sample.fixture.js";
import { executed, type Notebook } from "../scripts/notebook-run.mjs";
import { home, root } from "../scripts/setup.mjs";
import { starters } from "../scripts/starters.mjs";

/** The starters as they were when the tests began. */
export const all = starters();

/** Runs a starter in a fresh kernel. */
export async function run(slug: string, env: NodeJS.ProcessEnv): Promise<Notebook> {
  const starter = all.find((other) => other.slug === slug);
  if (!starter) throw new Error(`no starter is called ${slug}`);
  return JSON.parse(await executed(starter.notebook, "notebook", env)) as Notebook;
}

const onSample = new Map<string, Promise<Notebook>>();

/** A starter run on the sample, once. */
export function sampled(slug: string): Promise<Notebook> {
  const known = onSample.get(slug) ?? run(slug, { DAMIR_HOME: home });
  onSample.set(slug, known);
  return known;
}

/** Somewhere else than in the sample where the starters find its rows. */
export interface Place {
  /** What a kernel must know to read there. */
  env(slug: string): NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

/** Imports files by the command. */
export async function add(dataset: string, files: readonly string[], into: string): Promise<void> {
  const command = join(root, "lib", "cli", "bin", "damir.js");
  const jobs = dataset === "open-damir" ? ["--jobs", "2"] : [];
  const words = ["data", "add", dataset, ...files, "--home", into, "--json", ...jobs];
  await promisify(execFile)(process.execPath, [command, ...words], { maxBuffer: 1 << 26 });
}

/** The store that `damir data add` fills from the sample, written out as its producers publish such data. */
export async function publishedPlace(): Promise<Place & { home: string }> {
  const imported = mkdtempSync(join(tmpdir(), "damir-published-"));
  try {
    const folder = join(imported, "files");
    mkdirSync(folder);
    const files = await writePublishedSample(join(home, "sample"), folder);
    for (const [dataset, paths] of Object.entries(files)) await add(dataset, paths, imported);
    rmSync(folder, { recursive: true });
    // Nothing but what was imported may answer.
    if (existsSync(join(imported, "sample"))) throw new Error("the imports made a sample");
  } catch (error) {
    rmSync(imported, { recursive: true, force: true });
    throw error;
  }
  return {
    home: imported,
    env: () => ({ DAMIR_HOME: imported }),
    remove: () => {
      rmSync(imported, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

/**
 * Rows of a table that only one of two stores has, as often as it has them more.
 * @param columns in SQL: those of the first store's table
 */
export async function unlikeRows(one: string, other: string, table: string, columns = "*"): Promise<number> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  try {
    const names = await connection.runAndReadAll(
      `SELECT column_name FROM (DESCRIBE SELECT ${columns} FROM '${join(one, table, "*.parquet")}')`,
    );
    const list = names.getRows().map(([name]) => `"${String(name)}"`);
    const rows = (store: string) =>
      `SELECT ${list.join(", ")} FROM (SELECT ${columns} FROM '${join(store, table, "*.parquet")}')`;
    const reader = await connection.runAndReadAll(
      `SELECT (SELECT count(*) FROM (${rows(one)} EXCEPT ALL ${rows(other)})) + (SELECT count(*) FROM (${rows(other)} EXCEPT ALL ${rows(one)}))`,
    );
    return Number(reader.getRows()[0]?.[0]);
  } finally {
    connection.closeSync();
  }
}

const password = "lecture";

/** The starters that ask for the machine's own store, to join files to it. */
const readsOwnStore: readonly string[] = ["18-ses-donnees"];

/** A server where the starters find the sample's rows. */
export interface ServerPlace extends Place, Pick<Cluster, "withOwner"> {
  /** Its address, of a role that only reads. */
  url: string;
}

/** A PostgreSQL loaded from the sample. */
export async function serverPlace(): Promise<ServerPlace> {
  const empty = mkdtempSync(join(tmpdir(), "damir-empty-"));
  let cluster: Cluster | undefined;
  const remove = async () => {
    await cluster?.stop();
    rmSync(empty, { recursive: true, force: true });
  };
  try {
    const server = await startCluster();
    cluster = server;
    await loadServer(home, server.url(), { readerPassword: password }, silentEffects);
    const url = server.url("damir_lecture", password);
    // No store beside the server that could answer in its place.
    return {
      url,
      withOwner: (task) => server.withOwner(task),
      env: (slug) => ({ DAMIR_URL: url, DAMIR_HOME: readsOwnStore.includes(slug) ? home : empty }),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
