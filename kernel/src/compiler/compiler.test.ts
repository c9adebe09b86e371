import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { TestKernel, type TestKernelOptions } from "../testing/test-kernel.js";

/** A cell that the compiler reads for a minute. */
const longCell = Array.from({ length: 25_000 }, (_, index) => `const c${index} = ${index};`).join("\n");

async function start(options: TestKernelOptions = {}): Promise<TestKernel> {
  const kernel = await TestKernel.start(options);
  onTestFinished(() => kernel.stop());
  return kernel;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Seconds of a processor that a process has taken; starting from a snapshot takes a third of one. */
function secondsOfWork(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const onLinux = it.runIf(process.platform === "linux");

describe("the compiler's process", () => {
  it("starts from its snapshot without a word", async () => {
    const kernel = await start();
    expect((await kernel.execute("const x: number = 1; x + 1")).result).toBe("2");
    expect(kernel.log).toBe("");
  });

  it.each([
    ["missing", undefined],
    ["not a snapshot", "no"],
  ])("does without a snapshot that is %s, and says so in the log", async (_, content) => {
    const folder = mkdtempSync(join(tmpdir(), "snapshot-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const snapshot = join(folder, "compiler.blob");
    if (content !== undefined) writeFileSync(snapshot, content);
    const kernel = await start({ snapshot });
    expect((await kernel.execute("const x: number = 1; x + 1")).result).toBe("2");
    expect(kernel.log).toContain("started without its snapshot");
  });

  it("is stopped by an interruption while it reads a cell, and the next cell finds its variables", async () => {
    const kernel = await start();
    await kernel.execute("const before = [1, 2]");
    const id = await kernel.send("execute_request", { code: longCell });
    await sleep(300);
    await kernel.request("interrupt_request", {}, "control");
    expect((await kernel.executed(id)).reply).toMatchObject({ status: "error", ename: "KeyboardInterrupt" });
    expect((await kernel.execute("before.length")).result).toBe("2");
  });

  onLinux(
    "says so when it stops in the middle of a cell, and the next cell finds its variables",
    async () => {
      const kernel = await start();
      await kernel.execute("const before = [1, 2]");
      const id = await kernel.send("execute_request", { code: longCell });
      const killed = new Set<number>();
      // Twice: the first time, it is asked again.
      while (killed.size < 2) {
        await sleep(100);
        const [pid] = kernel.children;
        if (pid === undefined || killed.has(pid) || secondsOfWork(pid) < 1.5) continue;
        process.kill(pid, "SIGKILL");
        killed.add(pid);
      }
      const { reply } = await kernel.executed(id);
      expect(reply).toMatchObject({ status: "error" });
      expect(reply["evalue"]).toContain("le compilateur s'est arrêté");
      expect((await kernel.execute("before.length")).result).toBe("2");
    },
  );

  onLinux("survives what cells do to the globals, and ends with the kernel", async () => {
    const kernel = await start();
    await kernel.execute("(process as any).send = null; (process as any).execPath = 'nothing'; undefined");
    const [pid = 0] = kernel.children;
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
    expect((await kernel.execute("1 + 1")).result).toBe("2");
    const [next = 0] = kernel.children;
    expect(isAlive(next)).toBe(true);
    kernel.kill("SIGKILL");
    await kernel.exited;
    while (isAlive(next)) await sleep(20);
  });
});
