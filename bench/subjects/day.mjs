/**
 * A day of the hackathon: 60 users in a dozen teams ask variants of the starters' queries of PostgreSQL, each team by its own role, then
 * of one DuckDB process; at 280 queries a second (a million an hour), at twice that, and while another team's cross join and huge sort
 * run: `npm run bench -- day [SECONDS] [ROWS]`, 20 seconds each unless said, over the synthetic sample, or over so many generated rows
 * of `damir`. Users, engine and server share this machine.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect } from "../../lib/damir/dist/index.js";
import { ensureSample, loadServer, setUpTeam, silentEffects } from "../../lib/pipeline/dist/index.js";
import { monthsStore } from "../months-store.mjs";
import { readChoices, starterQueries } from "../starter-queries.mjs";

const folder = fileURLToPath(new URL("../../.damir/bench", import.meta.url));
const users = 60;
const teams = 12;
/** Queries a second that make a million in an hour. */
const rate = 280;

const bad = [
  "SELECT count(*) AS n FROM damir a CROSS JOIN damir b WHERE a.flt_rem_mnt + b.flt_rem_mnt > 1000",
  "SELECT a.* FROM damir a CROSS JOIN departements ORDER BY a.flt_rem_mnt, a.prs_nat, departements.nom OFFSET 1000000000 LIMIT 10",
];

/** Measures and prints. */
export async function measure() {
  const [seconds = 20, rows = 0] = process.argv.slice(3).map(Number);
  if (!(seconds >= 1 && rows >= 0)) throw new Error("npm run bench -- day [SECONDS] [ROWS]");
  mkdirSync(folder, { recursive: true });
  await ensureSample(folder);
  const home = rows > 0 ? await monthsStore(folder, rows) : folder;
  console.log("Reading what the starters ask…");
  const asked = await starterQueries(folder, folder);
  const damir = await connect({ home, guardRails: false });
  const choices = await readChoices(damir);
  /** @type {typeof asked} */
  const queries = [];
  /** @type {string[]} */
  const leftOut = [];
  for (const query of asked) {
    try {
      await damir.sql(/** @type {any} */ (query.strings), ...query.values);
      queries.push(query);
    } catch (error) {
      // Pieces of other queries, and those over a file that its notebook attached.
      leftOut.push(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
    }
  }
  console.log(`${leftOut.length} of ${asked.length} left out, which don't run by themselves:`);
  for (const reason of new Set(leftOut)) console.log(`  ${reason.slice(0, 120)}`);
  const expenses = (await damir.sql`SELECT count(*) AS n FROM damir`).rows[0];
  await damir.close();
  console.log(
    `${queries.length} queries of the starters, ${users} users in ${teams} teams, ${Number(expenses?.["n"]).toLocaleString("en")} rows of damir`,
  );
  const base = { queries, choices, home, seconds };
  const server = await postgres(home);
  if (server) {
    try {
      const { addresses, other } = server;
      await series("PostgreSQL", { ...base, users: addresses }, other);
    } finally {
      await server.stop();
    }
  }
  await series("DuckDB", { ...base, users: Array.from({ length: users }, () => undefined) }, undefined);
  const [load = 0] = loadavg();
  console.log(`${availableParallelism()} cores for users and server together, load ${load.toFixed(1)}`);
}

/**
 * @param {string} name
 * @param {Omit<import("../day-users.mjs").Day, "rate">} day
 * @param {string | undefined} other address of the team that asks badly
 */
async function series(name, day, other) {
  line(["", "asked/s", "answered/s", "p50", "p95", "p99", "errors"]);
  const normal = await run({ ...day, rate });
  print(`${name}, ${rate} a second`, rate, normal);
  print(`${name}, twice that`, 2 * rate, await run({ ...day, rate: 2 * rate }));
  const spoilt = await run({ ...day, rate, bad: { url: other, texts: bad } });
  print(`${name}, beside bad queries`, rate, spoilt);
  console.log(`  the bad queries: ${spoilt.bad.join(" · ")}`);
  const ok =
    normal.answered / normal.seconds >= 0.97 * rate && at(normal, 0.95) <= 100 && count(normal) === 0;
  console.log(`${ok ? "✓" : "✗"} ${name}: a million queries in an hour, p95 ≤ 100 ms, no error`);
}

/**
 * @param {import("../day-users.mjs").Day} day
 * @returns {Promise<import("../day-users.mjs").Found>}
 */
async function run(day) {
  const file = join(folder, `day-${process.pid}.json`);
  // Addresses hold the teams' passwords.
  writeFileSync(file, JSON.stringify(day), { mode: 0o600 });
  try {
    const program = fileURLToPath(new URL("../day-users.mjs", import.meta.url));
    const child = spawn(process.execPath, [program, file], {
      env: { ...process.env, UV_THREADPOOL_SIZE: "30" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.on("data", (piece) => {
      text += piece;
    });
    await once(child, "close");
    if (text === "") throw new Error("the users ended without a word");
    return JSON.parse(text);
  } finally {
    rmSync(file);
  }
}

/** A server of the measure's own, with a role a team. @param {string} home */
async function postgres(home) {
  const { noPostgres, startCluster } =
    await import("../../lib/pipeline/dist/server/postgres-cluster.fixture.js");
  if (noPostgres !== undefined) {
    console.log(`Without PostgreSQL: ${noPostgres}.`);
    return undefined;
  }
  const cluster = await startCluster({ shared_buffers: "1GB", max_connections: "200", jit: "off" });
  try {
    console.log("Loading PostgreSQL…");
    await loadServer(home, cluster.url(), {}, silentEffects);
    /** @type {string[]} */
    const made = [];
    for (let team = 0; team <= teams; team += 1) {
      made.push((await setUpTeam(cluster.url(), `equipe ${team}`)).address);
    }
    return {
      addresses: Array.from({ length: users }, (_, user) => made[user % teams] ?? ""),
      other: made[teams],
      stop: () => cluster.stop(),
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** @param {import("../day-users.mjs").Found} found @param {number} share */
const at = ({ times }, share) =>
  times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;

/** @param {import("../day-users.mjs").Found} found */
const count = ({ errors }) => Object.values(errors).reduce((sum, number) => sum + number, 0);

/** @param {string} name @param {number} asked @param {import("../day-users.mjs").Found} found */
function print(name, asked, found) {
  const milliseconds = (/** @type {number} */ share) => `${at(found, share).toFixed(0)} ms`;
  const answered = (found.answered / found.seconds).toFixed(0);
  line([
    name,
    String(asked),
    answered,
    milliseconds(0.5),
    milliseconds(0.95),
    milliseconds(0.99),
    String(count(found)),
  ]);
  for (const [message, number] of Object.entries(found.errors)) console.log(`  ${number} × ${message}`);
}

/** @param {string[]} cells */
function line(cells) {
  console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(12))).join(""));
}
