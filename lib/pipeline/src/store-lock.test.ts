import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { UserError } from "damir";
import { expect, test } from "vitest";
import { temporaryFolder } from "./open-damir.fixture.js";
import { lockStore } from "./store-lock.js";

test("one holder at a time, then another", () => {
  const folder = temporaryFolder();
  const path = join(folder, "store.lock");
  const unlock = lockStore(path);
  expect(() => lockStore(path)).toThrow(UserError);
  expect(() => lockStore(path)).toThrow(new RegExp(`processus ${process.pid}`));
  unlock();
  lockStore(path)();
  expect(readdirSync(folder)).toEqual([]);
});

test("the lock of a dead process is taken over", async () => {
  const path = join(temporaryFolder(), "store.lock");
  const dead = spawn(process.execPath, ["-e", ""]);
  await once(dead, "exit");
  writeFileSync(path, JSON.stringify({ pid: dead.pid, host: hostname() }));
  const unlock = lockStore(path);
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ pid: process.pid });
  unlock();
  expect(existsSync(path)).toBe(false);
});

test("a later process that has the dead one's number doesn't hold its lock", ({ skip }) => {
  if (process.platform !== "linux") skip("only Linux says when a process began");
  const path = join(temporaryFolder(), "store.lock");
  writeFileSync(path, JSON.stringify({ pid: process.pid, host: hostname(), began: "1" }));
  lockStore(path)();
  expect(existsSync(path)).toBe(false);
});

test("the process of another machine is believed alive", () => {
  const path = join(temporaryFolder(), "store.lock");
  writeFileSync(path, JSON.stringify({ pid: 1, host: "elsewhere" }));
  expect(() => lockStore(path)).toThrow(/de la machine elsewhere/);
  expect(readFileSync(path, "utf8")).toContain("elsewhere");
});

test("what a power cut left of a lock holds nothing", () => {
  const path = join(temporaryFolder(), "store.lock");
  writeFileSync(path, "");
  lockStore(path)();
  expect(existsSync(path)).toBe(false);
});

test("what a process killed while taking the lock left goes with the next one; a living one's draft stays", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "store.lock");
  const dead = spawn(process.execPath, ["-e", ""]);
  await once(dead, "exit");
  const holder = JSON.stringify({ pid: dead.pid, host: hostname() });
  writeFileSync(`${path}.${dead.pid}.partial`, holder);
  writeFileSync(`${path}.${dead.pid}.stale.partial`, holder.slice(0, 5));
  const living = `store.lock.${process.ppid}.partial`;
  writeFileSync(join(folder, living), JSON.stringify({ pid: process.ppid, host: hostname() }));
  lockStore(path)();
  expect(readdirSync(folder)).toEqual([living]);
});
