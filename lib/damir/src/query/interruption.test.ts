import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { connect, type Damir } from "../connection/connection.js";
import { smallHome } from "../testing/small-store.js";
import { UserError } from "../user-error.js";

const signalName = Symbol.for("Jupyter.signal");
let damir: Damir;
beforeAll(async () => {
  damir = await connect({
    home: await smallHome({ sample: { small: { select: "SELECT 1 AS x", synthetic: true } } }),
  });
});
afterEach(() => {
  Reflect.deleteProperty(globalThis, signalName);
});

/** Stands where the kernel has the signal of the running cell. */
function cell(): AbortController {
  const controller = new AbortController();
  Reflect.set(globalThis, signalName, controller.signal);
  return controller;
}

/** Years of work. */
const endless = () =>
  damir.sql`SELECT count(*) AS n FROM range(100000000) a, range(100000000) b WHERE a.range + b.range < 0`;

describe("a query of a cell that is interrupted", () => {
  it.each([
    ["at once", 0],
    ["while it runs", 300],
  ])("%s ends in the engine, and the connection serves the next cell", async (_, delay) => {
    const interrupted = cell();
    const failure = endless().then(undefined, (error: unknown) => error);
    await sleep(delay);
    interrupted.abort();
    const error = await failure;
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toContain("interrompue");

    cell();
    expect((await damir.sql`SELECT 42 AS n`).rows).toEqual([{ n: 42 }]);
  });

  it("before doesn't start", async () => {
    cell().abort();
    await expect(endless()).rejects.toThrow(/a été interrompue/);
  });
});
