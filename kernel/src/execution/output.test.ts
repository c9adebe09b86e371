import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel } from "../testing/test-kernel.js";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start();
  await kernel.execute(`
    import { spawn, spawnSync, execSync, execFileSync, fork } from "node:child_process";
    import childProcess from "node:child_process";
    import { once } from "node:events";
    import { writeFileSync } from "node:fs";
    const node = process.execPath;`);
});
afterAll(() => kernel.stop());

async function printed(code: string): Promise<{ stdout: string; stderr: string }> {
  const { reply, stdout, stderr } = await kernel.execute(code);
  expect(reply["status"], JSON.stringify(reply["traceback"])).toBe("ok");
  return { stdout, stderr };
}

describe("what a child process prints to inherited streams reaches the cell", () => {
  it.each([
    ["spawn", `await once(spawn("sh", ["-c", "echo out é; echo err >&2"], { stdio: "inherit" }), "exit")`],
    [
      "spawn, each stream named",
      `await once(spawn("sh", ["-c", "echo out é; echo err >&2"], { stdio: ["ignore", process.stdout, 2] }), "exit")`,
    ],
    [
      "spawn by the module's object",
      `await once(childProcess.spawn("echo out é; echo err >&2", { shell: true, stdio: "inherit" }), "exit")`,
    ],
    ["execSync", `execSync("echo out é; echo err >&2", { stdio: "inherit" })`],
    [
      "execFileSync",
      `execFileSync("sh", ["-c", "echo out é; echo err >&2"], { stdio: ["ignore", "inherit", "inherit"] })`,
    ],
    [
      "spawnSync",
      `spawnSync("sh", ["-c", "echo out é; echo err >&2"], { stdio: "inherit" }).stdout === null || console.log("not null")`,
    ],
    [
      "fork",
      `writeFileSync("child.cjs", "console.log('out é'); console.error('err')"); await once(fork("./child.cjs"), "exit")`,
    ],
  ])("%s", async (_, code) => {
    expect(await printed(`${code}; undefined`)).toEqual({ stdout: "out é\n", stderr: "err\n" });
  });

  it("whole, however much it is", async () => {
    const script = `for (let i = 0; i < 200000; i++) console.log(i)`;
    for (const call of [
      `await once(spawn(node, ["-e", ${JSON.stringify(script)}], { stdio: "inherit" }), "exit")`,
      `execFileSync(node, ["-e", ${JSON.stringify(script)}], { stdio: "inherit" })`,
    ]) {
      const { stdout } = await printed(`${call}; undefined`);
      const lines = stdout.split("\n");
      expect(lines).toHaveLength(200_001);
      expect(lines[199_999]).toBe("199999");
    }
  });

  it("to the one that started it, even late", async () => {
    const first = await kernel.send("execute_request", {
      code: `spawn("sh", ["-c", "sleep 0.3; echo late"], { stdio: "inherit" }); undefined`,
    });
    await kernel.executed(first);
    const second = await printed(
      "await new Promise((resolve) => setTimeout(resolve, 800)); console.log('mine')",
    );
    expect(second.stdout).toBe("mine\n");
    expect(
      kernel.publishedFor(first).find(({ header }) => header.msg_type === "stream")?.content["text"],
    ).toBe("late\n");
  });

  it("and pipes stay what they were", async () => {
    expect(await printed(`console.log(String(execSync("echo piped; echo aside >&2")).trim())`)).toEqual({
      stdout: "piped\n",
      stderr: "aside\n",
    });
    const { reply } = await kernel.execute(`execSync("exit 3", { stdio: "inherit" })`);
    expect(reply["evalue"]).toContain("Command failed: exit 3");
    expect(
      (await kernel.execute(`(spawnSync("no-such-program", { stdio: "inherit" }) as any).error.code`)).result,
    ).toBe("'ENOENT'");
  });
});

describe("what node:fs writes to descriptors", () => {
  it("reaches the cell in order", async () => {
    const { stdout, stderr } = await printed(`
      import fs from "node:fs";
      console.log("a");
      const written = fs.writeSync(1, "é\\n");
      fs.writeSync(1, Buffer.from("xbcx\\n"), 1, 2);
      fs.writeFileSync("/dev/stdout", "d" + written);
      fs.writeSync(2, "err");
      await new Promise((resolve) => fs.write(1, "e\\n", resolve));`);
    expect({ stdout, stderr }).toEqual({ stdout: "a\né\nbcd3e\n", stderr: "err" });
  });
});

describe("console", () => {
  it.each([
    ["table", `console.table([{ a: 1, b: "x" }])`, /│ \(index\) │ a │ b {3}│\n[\s\S]*│ 0 {7}│ 1 │ 'x' │/],
    ["dir", `console.dir({ a: { b: { c: { d: 1 } } } }, { depth: 0 })`, /^\{ a: \[Object\] \}\n$/],
    [
      "group",
      `console.group("g"); console.log("in"); console.groupEnd(); console.log("out")`,
      /^g\n {2}in\nout\n$/,
    ],
    [
      "count",
      `console.count(); console.count("x"); console.count(); console.countReset()`,
      /^default: 1\nx: 1\ndefault: 2\n$/,
    ],
    [
      "time",
      `console.time("t"); console.timeLog("t", "half"); console.timeEnd("t")`,
      /^t: [\d.]+m?s half\nt: [\d.]+m?s\n$/,
    ],
    ["log of a colour", `console.log("%s is %d", "x", 4, { a: 1 })`, /^x is 4 \{ a: 1 \}\n$/],
  ])("%s", async (_, code, expected) => {
    expect((await printed(code)).stdout).toMatch(expected);
  });

  it("forgets the group of a cell that failed inside it", async () => {
    await kernel.execute(`console.group("open"); throw new Error("x")`);
    expect((await printed("console.log('straight')")).stdout).toBe("straight\n");
  });
});

describe("streams", () => {
  it("are published while a cell computes", async () => {
    const { published } = await kernel.execute(
      "for (let i = 0; i < 3; i++) { console.log(i); const end = Date.now() + 200; while (Date.now() < end); }",
    );
    const texts = published
      .filter(({ header }) => header.msg_type === "stream")
      .map(({ content }) => content["text"]);
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.join("")).toBe("0\n1\n2\n");
  });
});
