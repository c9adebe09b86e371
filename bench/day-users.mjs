/**
 * Users of a day, in a process of their own: each asks a variant of a starter's query at its times, and waits for the answer before the
 * next. Reads what to do from the JSON file that it is given; prints what it found as JSON.
 */
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "../lib/damir/dist/index.js";
import { variant } from "./starter-queries.mjs";

/**
 * @typedef {{ queries: import("./starter-queries.mjs").AskedQuery[]; choices: Record<string, (string | number)[]>;
 *   users: (string | undefined)[]; home: string; rate: number; seconds: number; bad?: { url: string | undefined; texts: string[] } }} Day
 * @typedef {{ answered: number; seconds: number; times: number[]; errors: Record<string, number>; bad: string[] }} Found
 */

/** @type {Day} */
const day = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));

/** @param {string | undefined} url */
const open = (url) => connect({ ...(url === undefined ? { home: day.home } : { url }), guardRails: false });

/** Draws that are the same from one run to the next. @param {number} seed */
function drawn(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** @type {number[]} */
const times = [];
/** @type {Record<string, number>} */
const errors = {};
const period = (1000 * day.users.length) / day.rate;
// Over the store, the users share one engine, as one process has.
const shared = day.users.every((url) => url === undefined) ? await open(undefined) : undefined;
const connections = await Promise.all(day.users.map((url) => shared ?? open(url)));
const begun = performance.now();
const end = begun + day.seconds * 1000;

/** @param {import("../lib/damir/dist/index.js").Damir} damir @param {number} index */
async function user(damir, index) {
  const random = drawn(index + 1);
  let next = begun + random() * period;
  for (;;) {
    const now = performance.now();
    if (Math.max(now, next) >= end) return;
    if (next > now) await sleep(next - now);
    // A user who waited asks again at once, and has lost the time.
    next = Math.max(next + period, performance.now());
    const query = day.queries[Math.floor(random() * day.queries.length)];
    if (query === undefined) throw new Error("no query");
    const { strings, values } = variant(query, day.choices, random);
    const asked = performance.now();
    try {
      await damir.sql(/** @type {any} */ (strings), ...values);
      times.push(performance.now() - asked);
    } catch (error) {
      const said = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
      errors[said] = (errors[said] ?? 0) + 1;
    }
  }
}

/** Another team's queries, which would take the whole machine. */
async function spoilers() {
  if (!day.bad) return [];
  const damir = await open(day.bad.url);
  const ends = day.bad.texts.map((text) =>
    damir.sql(/** @type {any} */ ([text])).then(
      () => "answered",
      (error) => String(error instanceof Error ? error.message : error).split("\n")[0] ?? "",
    ),
  );
  return Promise.all(ends.map((ended) => Promise.race([ended, sleep(day.seconds * 1000, "still running")])));
}

/** How long after the end an answer is waited for, in milliseconds. */
const grace = 30_000;
let left = connections.length;
const all = connections.map(async (damir, index) => {
  await user(damir, index);
  left -= 1;
});
const [bad] = await Promise.all([
  spoilers(),
  Promise.race([Promise.all(all), sleep(day.seconds * 1000 + grace)]),
]);
if (left > 0) errors[`no answer ${grace / 1000} s after the end`] = left;
const seconds = (performance.now() - begun) / 1000;
/** @type {Found} */
const found = { answered: times.length, seconds, times: times.sort((a, b) => a - b), errors, bad };
// An engine that is still at a cross join would hold a process that ends politely.
process.stdout.write(JSON.stringify(found), () => process.kill(process.pid, "SIGKILL"));
