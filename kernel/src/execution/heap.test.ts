import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel } from "../testing/test-kernel.js";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start({ env: { NODE_OPTIONS: "--max-old-space-size=400" } });
  await kernel.execute(
    "let kept: object[] = []; let state = 'whole'; function fill(all: object[] = []): void { while (true) all.push({ a: [1, 2, 3] }) }",
  );
});
afterAll(() => kernel.stop());

describe("a cell that fills the memory is ended with an explanation, and the kernel lives on, when it does so", () => {
  it.each([
    ["in a loop", "while (true) kept.push({ a: [1, 2, 3] })"],
    ["again, what it kept still being there", "while (true) kept.push({ a: [1, 2, 3] })"],
    ["with an iterator", "kept = []; [...(function* () { while (true) yield { a: 1 } })()]"],
    ["after an await", "await null; fill()"],
    [
      "between awaits",
      "await (async (all: object[] = []) => { while (true) { await null; for (let i = 0; i < 1e5; i++) all.push({ a: [i] }) } })()",
    ],
    ["in a callback", "setTimeout(fill, 20); await new Promise(() => {})"],
  ])("%s", async (_, code) => {
    const { reply, published } = await kernel.execute(code);
    expect(reply).toMatchObject({ status: "error", ename: "MemoryError" });
    expect(reply["evalue"]).toMatch(/mémoire pleine[^]*0,\d Gio[^]*redémarrez/);
    expect(published.some(({ header }) => header.msg_type === "error")).toBe(true);
    expect((await kernel.execute("await new Promise((r) => setTimeout(r, 50)); state")).result).toBe(
      "'whole'",
    );
  });

  it("late, after it has ended", async () => {
    const id = await kernel.send("execute_request", {
      code: "setTimeout(fill, 100); undefined",
    });
    await kernel.executed(id);
    const error = await kernel.until(() =>
      kernel.publishedFor(id).find(({ header }) => header.msg_type === "error"),
    );
    expect(error.content["ename"]).toBe("MemoryError");
    expect((await kernel.execute("state")).result).toBe("'whole'");
  });
});
