import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel, typesOf } from "../testing/test-kernel.js";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start();
});
afterAll(() => kernel.stop());

describe("messages", () => {
  it("come in the order busy, input, outputs, idle, each with the request as its parent", async () => {
    const { reply, published } = await kernel.execute(
      `console.log("a"); console.error("b"); await display("c"); 4`,
    );
    expect(reply["traceback"]).toBeUndefined();
    expect(typesOf(published)).toEqual([
      "status busy",
      "execute_input",
      "stream",
      "stream",
      "display_data",
      "execute_result",
      "status idle",
    ]);
    expect(reply["status"]).toBe("ok");
    expect(published[5]?.content["execution_count"]).toBe(reply["execution_count"]);
  });

  it("say what the kernel is", async () => {
    const { content } = await kernel.request("kernel_info_request", {});
    expect(content).toMatchObject({
      status: "ok",
      protocol_version: "5.4",
      language_info: { name: "typescript", file_extension: ".ts", mimetype: "text/typescript" },
    });
  });

  it("are ignored with a log line when badly signed, replayed, malformed or of an unknown type", async () => {
    const forged = kernel.framesOf("execute_request", { code: "var forged = true" });
    forged[1] = "0".repeat(64);
    await kernel.sendFrames(forged);
    const twice = kernel.framesOf("execute_request", { code: "console.log('once')" });
    await kernel.sendFrames(twice);
    await kernel.sendFrames(twice);
    await kernel.sendFrames(["not", "a", "message"]);
    await kernel.sendFrames(["<IDS|MSG>", "", "{"]);
    await kernel.send("surprise_request", {});
    await kernel.until(() => (kernel.log.includes("surprise_request") ? true : undefined));
    expect(kernel.log).toMatch(/bad signature/);
    expect(kernel.log).toMatch(/replayed/);
    expect(kernel.log).toMatch(/no <IDS\|MSG> delimiter/);
    expect(kernel.log).toMatch(/missing frames/);
    const { result } = await kernel.execute("typeof (globalThis as any).forged");
    expect(result).toBe("'undefined'");
  });

  it("honour silent and store_history", async () => {
    const before = await kernel.execute("1");
    const silent = await kernel.execute("console.log('unheard'); 5", { silent: true });
    expect(typesOf(silent.published)).toEqual(["status busy", "status idle"]);
    await kernel.execute("2", { store_history: false });
    const after = await kernel.execute("3");
    expect(after.reply["execution_count"]).toBe((before.reply["execution_count"] as number) + 1);
  });

  it("answer user_expressions, wrong ones included", async () => {
    const { reply } = await kernel.execute("let width = 3", {
      user_expressions: { good: "width * 2", bad: "nowhere" },
    });
    expect(reply["user_expressions"]).toMatchObject({
      good: { status: "ok", data: { "text/plain": "6" } },
      bad: { status: "error", ename: "TypeScriptError" },
    });
  });

  it("abort the cells queued behind a failure, unless stop_on_error is off", async () => {
    const failing = await kernel.send("execute_request", { code: "throw new Error('stop')" });
    const queued = await kernel.send("execute_request", { code: "var ran = 1" });
    expect((await kernel.executed(failing)).reply["status"]).toBe("error");
    expect((await kernel.executed(queued)).reply["status"]).toBe("aborted");
    expect((await kernel.execute("1")).reply["status"]).toBe("ok");

    const tolerated = await kernel.send("execute_request", { code: "throw 1", stop_on_error: false });
    const next = await kernel.send("execute_request", { code: "'ran'" });
    expect((await kernel.executed(tolerated)).reply["status"]).toBe("error");
    expect((await kernel.executed(next)).result).toBe("'ran'");
  });

  it("give the history by tail, range and search", async () => {
    await kernel.execute("const needle = 'in a haystack'");
    const search = await kernel.request("history_request", {
      hist_access_type: "search",
      pattern: "*needle*",
      output: false,
      raw: true,
    });
    expect(search.content["history"]).toEqual([[0, expect.any(Number), "const needle = 'in a haystack'"]]);
    const tail = await kernel.request("history_request", {
      hist_access_type: "tail",
      n: 2,
      output: true,
      raw: true,
    });
    expect(tail.content["history"]).toHaveLength(2);
  });

  it("answer comm_info with its own type", async () => {
    const { header, content } = await kernel.request("comm_info_request", {});
    expect(header.msg_type).toBe("comm_info_reply");
    expect(content).toEqual({ status: "ok", comms: {} });
  });
});

describe("output", () => {
  it("loses none of 100,000 lines", async () => {
    const { stdout, published } = await kernel.execute("for (let i = 0; i < 100_000; i++) console.log(i)");
    const lines = stdout.split("\n");
    expect(lines).toHaveLength(100_001);
    expect(lines.every((line, index) => index === 100_000 || line === String(index))).toBe(true);
    expect(typesOf(published).at(-1)).toBe("status idle");
  });

  it("loses nothing of a 50 MB print", async () => {
    const { stdout, published } = await kernel.execute(
      "process.stdout.write('é😀x'.repeat(12_500_000) + 'end'); undefined",
    );
    expect(stdout.length).toBe(4 * 12_500_000 + 3);
    expect(stdout.endsWith("é😀xend")).toBe(true);
    expect(stdout.includes("\uFFFD")).toBe(false);
    expect(typesOf(published).at(-1)).toBe("status idle");
  });

  it("keeps both streams in order", async () => {
    const { published } = await kernel.execute("console.log(1); console.error(2); console.log(3)");
    const texts = published
      .filter(({ header }) => header.msg_type === "stream")
      .map(({ content }) => content["text"]);
    expect(texts).toEqual(["1\n", "2\n", "3\n"]);
  });

  it("of late callbacks goes to the cell that started them", async () => {
    const first = await kernel.send("execute_request", {
      code: "setTimeout(() => { console.log('late'); Promise.reject(new Error('lost')); }, 200); undefined",
    });
    await kernel.executed(first);
    const second = await kernel.execute(
      "await new Promise((resolve) => setTimeout(resolve, 500)); console.log('mine')",
    );
    expect(second.stdout).toBe("mine\n");
    await kernel.until(() => kernel.publishedFor(first).find(({ header }) => header.msg_type === "error"));
    expect(typesOf(kernel.publishedFor(first)).slice(-2)).toEqual(["stream", "error"]);
  });
});
