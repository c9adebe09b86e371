import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel } from "../testing/test-kernel.js";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start();
  await kernel.execute(
    "let count = 0; const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));",
  );
});
afterAll(() => kernel.stop());

async function interrupted(code: string): Promise<Awaited<ReturnType<TestKernel["execute"]>>> {
  const id = await kernel.send("execute_request", { code });
  await kernel.until(() => kernel.publishedFor(id).find(({ header }) => header.msg_type === "execute_input"));
  await sleep(300);
  const { content } = await kernel.request("interrupt_request", {}, "control");
  expect(content["status"]).toBe("ok");
  return kernel.executed(id);
}

describe("an interruption ends, with state kept and the next cell clean,", () => {
  it.each([
    ["a synchronous loop", "while (true) count++"],
    ["an await that never settles", "count = 1; await new Promise(() => {})"],
    ["a loop of awaits that lets nothing else run", "count = 2; while (true) await null"],
    ["a loop after an await", "count = 3; await pause(20); while (true) {}"],
    ["a loop in a callback", "count = 4; setTimeout(() => { while (true) {} }, 20); await pause(5000)"],
  ])("%s", async (_, code) => {
    const { reply } = await interrupted(code);
    expect(reply).toMatchObject({ status: "error", ename: "KeyboardInterrupt" });
    const next = await kernel.execute("await pause(10); count > 0");
    expect(next.result).toBe("true");
  });

  it("and mutes the work that was abandoned", async () => {
    const { stdout } = await interrupted("setInterval(() => console.log('zombie'), 20); await pause(1e6)");
    expect(stdout).toContain("zombie");
    const next = await kernel.execute("await pause(200); console.log('alone')");
    expect(next.stdout).toBe("alone\n");
  });
});

describe("an interruption that comes before the cell has begun", () => {
  it("ends it all the same", async () => {
    const many = Array.from({ length: 300 }, (_, i) => `const n${i} = [${i}].map((x) => x + ${i});`).join(
      "\n",
    );
    const id = await kernel.send("execute_request", { code: `${many}\nawait pause(1e6)` });
    await kernel.until(() =>
      kernel.publishedFor(id).find(({ header }) => header.msg_type === "execute_input"),
    );
    await kernel.request("interrupt_request", {}, "control");
    expect((await kernel.executed(id)).reply).toMatchObject({ ename: "KeyboardInterrupt" });
    expect((await kernel.execute("1 + 1")).result).toBe("2");
  });
});

describe("Symbol.for('Jupyter.signal')", () => {
  it("tells libraries to stop: a long DuckDB query ends in the engine, and its connection serves the next cell", async () => {
    const setup = await kernel.execute(`
      import { DuckDBInstance } from "@duckdb/node-api";
      const con = await (await DuckDBInstance.create(":memory:")).connect();
      let fate = "still running";
      const signalOfCell = (): AbortSignal => (globalThis as any)[Symbol.for("Jupyter.signal")];`);
    expect(setup.reply["status"]).toBe("ok");
    const { reply } = await interrupted(`
      signalOfCell().addEventListener("abort", () => con.interrupt());
      await con.run("SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range + b.range < 0")
        .catch((error: Error) => { fate = error.message; throw error; });`);
    expect(reply).toMatchObject({ ename: "KeyboardInterrupt", evalue: "cellule interrompue" });
    // One connection answers one query at a time: this one would wait for the abandoned one.
    expect((await kernel.execute(`(await con.runAndReadAll("SELECT 42 AS n")).getRowObjects()`)).result).toBe(
      "[ { n: 42 } ]",
    );
    expect((await kernel.execute("fate")).result).toContain("INTERRUPT");
  });

  it("belongs to each cell, and is aborted after a synchronous loop too", async () => {
    await interrupted("const mine = signalOfCell(); while (true) {}");
    expect(
      (
        await kernel.execute(
          "[mine.aborted, mine.reason.name, signalOfCell().aborted, mine === signalOfCell()]",
        )
      ).result,
    ).toBe("[ true, 'KeyboardInterrupt', false, false ]");
  });
});

describe("the control thread", () => {
  it("answers and lets the heart beat while a cell computes, and shuts down a kernel with live timers", async () => {
    const own = await TestKernel.start();
    try {
      await own.execute("setInterval(() => {}, 1000); undefined");
      const id = await own.send("execute_request", { code: "while (true) {}" });
      await own.until(() => own.publishedFor(id).find(({ header }) => header.msg_type === "execute_input"));
      expect(await own.beat()).toBe("beat");
      expect((await own.request("kernel_info_request", {}, "control")).content["status"]).toBe("ok");
      const { content } = await own.request("shutdown_request", { restart: false }, "control");
      expect(content).toEqual({ status: "ok", restart: false });
      await own.exited;
    } finally {
      await own.stop();
    }
  });

  it("shuts down a kernel that has children and a DuckDB query at work", async () => {
    const own = await TestKernel.start();
    try {
      await own.execute(
        `import { spawn } from "node:child_process";
         import { DuckDBInstance } from "@duckdb/node-api";
         spawn("sleep", ["2"], { stdio: "inherit" });
         const duckdb = await (await DuckDBInstance.create()).connect();`,
      );
      const code = `console.log("at work"); await duckdb.run("SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b")`;
      const id = await own.send("execute_request", { code });
      await own.until(() => own.publishedFor(id).find(({ header }) => header.msg_type === "stream"));
      await own.request("shutdown_request", { restart: false }, "control");
      await own.exited;
    } finally {
      await own.stop();
    }
  });

  it("shuts down an idle kernel with live timers", async () => {
    const own = await TestKernel.start();
    try {
      await own.execute("setInterval(() => {}, 1000); undefined");
      await own.request("shutdown_request", { restart: true }, "control");
      await own.exited;
    } finally {
      await own.stop();
    }
  });
});

describe("process.exit", () => {
  it("is refused with an explanation", async () => {
    const { reply } = await kernel.execute("process.exit(1)");
    expect(reply).toMatchObject({ status: "error", ename: "ExitRefused" });
    expect(reply["evalue"]).toMatch(/arrêterait le noyau/);
    expect((await kernel.execute("1 + 1")).result).toBe("2");
  });
});
