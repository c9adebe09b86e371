/**
 * The reference queries through `damir.sql` against the bare DuckDB client on the same files, in turns, and against
 * PostgreSQL loaded from the same store with its indexes, with and without the roll-ups of both: `npm run bench -- query [ROWS] [RUNS]`, 3,000,000 rows and 5 runs unless
 * said. PostgreSQL is the server of DAMIR_BENCH_POSTGRES (the address of a database's owner), or one started for the measure where
 * PostgreSQL 15 is installed; DAMIR_BENCH_POSTGRES=non leaves it out.
 */
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { connect, sql } from "../../lib/damir/dist/index.js";
import { loadServer, silentEffects } from "../../lib/pipeline/dist/index.js";
import { monthsStore } from "../months-store.mjs";
import { queries } from "../reference-queries.mjs";

const folder = fileURLToPath(new URL("../../.damir/bench", import.meta.url));

/** @typedef {{ name: string; answer: (text: string) => Promise<unknown[]>; close: () => Promise<void> }} Contender */

/** Measures and prints. */
export async function measure() {
  const [rows = 3_000_000, runs = 5] = process.argv.slice(3).map(Number);
  if (!(rows >= 1 && runs >= 1)) throw new Error("npm run bench -- query [ROWS] [RUNS]");
  console.log(`Making ${rows.toLocaleString("en")} rows, unless they are there…`);
  const home = await monthsStore(folder, rows);
  const server = await postgresUrl();
  const ours = await throughDamir("damir.sql", { home, rollUps: false });
  const bare = await bareDuckDB(home);
  const rolled = await throughDamir("with roll-ups", { home });
  const found = await inTurns([ours, bare, rolled], runs);
  /** @type {Map<string, number> | undefined} */
  let postgres;
  /** @type {Map<string, number> | undefined} */
  let postgresRolled;
  if (server !== undefined) {
    try {
      console.log("Loading PostgreSQL…");
      await loadServer(home, server.url, {}, silentEffects);
      const contender = await throughDamir("PostgreSQL", { url: server.url, rollUps: false });
      const helped = await throughDamir("PostgreSQL with roll-ups", { url: server.url });
      const times = await inTurns([contender, helped], Math.min(runs, 3));
      [postgres, postgresRolled] = [times.get(contender), times.get(helped)];
      await contender.close();
      await helped.close();
    } finally {
      await server.stop();
    }
  }
  print(
    [ours, bare, rolled].map((each) => found.get(each) ?? new Map()),
    postgres,
    postgresRolled,
  );
  await ours.close();
  await rolled.close();
  await bare.close();
  const [load = 0] = loadavg();
  console.log(
    `${rows.toLocaleString("en")} rows · medians of ${runs} runs, in turns · ${availableParallelism()} cores, load ${load.toFixed(1)}: compare ratios, not seconds.`,
  );
}

/**
 * @param {string} name
 * @param {{ home?: string; url?: string; rollUps?: boolean }} options
 * @returns {Promise<Contender>}
 */
async function throughDamir(name, options) {
  const damir = await connect({ ...options, guardRails: false });
  return {
    name,
    answer: async (text) => [...(await damir.sql`${sql(/** @type {any} */ ([text]))}`).rows],
    close: () => damir.close(),
  };
}

/**
 * @param {string} home
 * @returns {Promise<Contender>}
 */
async function bareDuckDB(home) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const damir = join(home, "store", "damir", "*.parquet");
  await connection.run(`CREATE VIEW damir AS SELECT * FROM read_parquet('${damir}', union_by_name = true)`);
  for (const table of ["medecins", "population", "departements"]) {
    await connection.run(
      `CREATE VIEW ${table} AS SELECT * FROM '${join(home, "sample", table, "*.parquet")}'`,
    );
  }
  return {
    name: "@duckdb/node-api",
    answer: async (text) => (await connection.runAndReadAll(text)).getRowObjectsJS(),
    close: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/**
 * The median time of each query, in milliseconds, by contender.
 * @param {Contender[]} contenders
 * @param {number} runs
 */
async function inTurns(contenders, runs) {
  /** @type {Map<Contender, Map<string, number>>} */
  const medians = new Map(contenders.map((contender) => [contender, new Map()]));
  for (const [query, text] of Object.entries(queries)) {
    /** @type {Map<Contender, number[]>} */
    const times = new Map(contenders.map((contender) => [contender, []]));
    // One run before the measure warms the files and the plans of all.
    for (let run = 0; run <= runs; run++) {
      const order = run % 2 === 0 ? contenders : [...contenders].reverse();
      for (const contender of order) {
        const begun = performance.now();
        const answer = await contender.answer(text);
        const time = performance.now() - begun;
        if (answer.length === 0) throw new Error(`${contender.name} finds nothing for ${query}`);
        if (run > 0) times.get(contender)?.push(time);
      }
    }
    for (const [contender, each] of times) {
      const sorted = each.sort((a, b) => a - b);
      medians.get(contender)?.set(query, sorted[Math.floor(sorted.length / 2)] ?? Number.NaN);
    }
  }
  return medians;
}

/** @returns {Promise<{ url: string; stop: () => Promise<void> } | undefined>} */
async function postgresUrl() {
  const url = process.env["DAMIR_BENCH_POSTGRES"];
  if (url === "non") return undefined;
  if (url !== undefined && url !== "") return { url, stop: async () => {} };
  const { noPostgres, startCluster } =
    await import("../../lib/pipeline/dist/server/postgres-cluster.fixture.js");
  if (noPostgres !== undefined) {
    console.log(`Without PostgreSQL: ${noPostgres}.`);
    return undefined;
  }
  const cluster = await startCluster({
    shared_buffers: "1GB",
    work_mem: "256MB",
    maintenance_work_mem: "512MB",
    max_parallel_workers_per_gather: String(availableParallelism()),
  });
  return { url: cluster.url(), stop: () => cluster.stop() };
}

/**
 * @param {Map<string, number>[]} local damir.sql over the rows, the bare client, damir.sql as it is
 * @param {Map<string, number> | undefined} postgres over the rows
 * @param {Map<string, number> | undefined} postgresRolled as damir.sql asks it
 */
function print(local, postgres, postgresRolled) {
  const columns = [...local, ...(postgres && postgresRolled ? [postgres, postgresRolled] : [])];
  const names = ["damir.sql, rows", "@duckdb, rows", "damir.sql", "PostgreSQL, rows", "with roll-ups"];
  const line = (/** @type {string[]} */ cells) =>
    console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(38) : cell.padStart(18))).join(""));
  const sum = (/** @type {Map<string, number>} */ times) =>
    [...times.values()].reduce((all, time) => all + time, 0);
  const milliseconds = (/** @type {number | undefined} */ time) => `${(time ?? Number.NaN).toFixed(1)} ms`;
  line(["", ...names.slice(0, columns.length)]);
  for (const query of Object.keys(queries))
    line([query, ...columns.map((times) => milliseconds(times.get(query)))]);
  line(["all five", ...columns.map((times) => milliseconds(sum(times)))]);
  const [rows = Number.NaN, bare = Number.NaN, ours = Number.NaN] = local.map(sum);
  const overhead = rows / bare;
  console.log(
    `${overhead <= 1.1 ? "✓" : "✗"} damir.sql takes ${overhead.toFixed(3)} times the bare client's time over the same rows (≤ 1.1)`,
  );
  if (!postgres || !postgresRolled) return;
  const gain = sum(postgres) / ours;
  console.log(
    `${gain >= 20 ? "✓" : "✗"} PostgreSQL, with its indexes, takes ${gain.toFixed(1)} times damir.sql's time (≥ 20); over the rows alone ${(sum(postgres) / rows).toFixed(1)} times, with the roll-ups in both ${(sum(postgresRolled) / ours).toFixed(1)} times`,
  );
}
