import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel } from "../testing/test-kernel.js";
import type { JsonObject } from "../wire/message.js";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start();
  await kernel.execute(`
    import { DuckDBInstance } from "@duckdb/node-api";
    const con = await (await DuckDBInstance.create(":memory:")).connect();
    /** Doubles a number. */
    function twice(x: number): number { return x * 2 }
  `);
});
afterAll(() => kernel.stop());

async function ask(type: string, code: string): Promise<JsonObject> {
  const cursor_pos = Array.from(code).length;
  return (await kernel.request(type, { code, cursor_pos, detail_level: 0 })).content;
}

describe("completion", () => {
  it("knows the typed members of what earlier cells declared", async () => {
    const { matches, cursor_start, cursor_end } = await ask(
      "complete_request",
      "const rows = await con.runAnd",
    );
    expect(matches).toContain("runAndReadAll");
    expect([cursor_start, cursor_end]).toEqual([23, 29]);
  });

  it("counts characters, not UTF-16 units", async () => {
    const { matches, cursor_start } = await ask("complete_request", "'😀'; twi");
    expect(matches).toContain("twice");
    expect(cursor_start).toBe(5);
  });

  it("works while a cell awaits", async () => {
    const id = await kernel.send("execute_request", {
      code: "await new Promise((resolve) => setTimeout(resolve, 1500))",
    });
    await kernel.until(() =>
      kernel.publishedFor(id).find(({ header }) => header.msg_type === "execute_input"),
    );
    const { matches } = await ask("complete_request", "twi");
    expect(matches).toContain("twice");
    expect(kernel.publishedFor(id).some(({ content }) => content["execution_state"] === "idle")).toBe(false);
    await kernel.executed(id);
  });
});

describe("inspection", () => {
  it("shows signature and documentation", async () => {
    const { found, data } = await ask("inspect_request", "twice");
    expect(found).toBe(true);
    expect(data).toMatchObject({ "text/plain": "function twice(x: number): number\n\nDoubles a number." });
  });

  it("says when there is nothing to show", async () => {
    expect(await ask("inspect_request", "   ")).toMatchObject({ status: "ok", found: false });
  });
});

describe("is_complete", () => {
  it.each([
    ["1 + 1", { status: "complete" }],
    ["const s = `open", { status: "incomplete", indent: "" }],
    ["/* open", { status: "incomplete", indent: "" }],
    ["function f() {", { status: "incomplete", indent: "  " }],
    ["if (x) {\n  call(1,", { status: "incomplete", indent: "    " }],
    ["const f = () =>", { status: "incomplete", indent: "  " }],
    ["const x = ;", { status: "invalid" }],
    ["await fetch('x')", { status: "complete" }],
    ["for await (const x of y) {}", { status: "complete" }],
  ])("%s", async (code, expected) => {
    expect((await kernel.request("is_complete_request", { code })).content).toEqual(expected);
  });
});

describe("type errors", () => {
  it("stop the cell before it runs, with line, column and the lines around", async () => {
    const { reply, stdout } = await kernel.execute(
      "console.log('ran')\nconst n: number = 'text'\nconst m = 1",
    );
    expect(stdout).toBe("");
    expect(reply).toMatchObject({ status: "error", ename: "TypeScriptError" });
    expect(reply["evalue"]).toMatch(/^2:7 - Impossible d'assigner/);
    const traceback = plain(reply);
    expect(traceback).toContain("2:7 TS2322");
    expect(traceback).toContain("> 2 | const n: number = 'text'\n    |       ^");
  });
});

describe("errors", () => {
  it("point at the cell's own lines and columns, with causes and without the kernel's frames", async () => {
    await kernel.execute(
      [
        "interface Unused { a: string }",
        "",
        "function fails(reason: string): never {",
        "  throw new RangeError(reason, { cause: new TypeError('because') });",
        "}",
      ].join("\n"),
    );
    const { reply, published } = await kernel.execute("const ok: number = 1;\nawait null;\nfails('far');");
    expect(reply).toMatchObject({ ename: "RangeError", evalue: "far" });
    expect(published.find(({ header }) => header.msg_type === "error")?.content["traceback"]).toEqual(
      reply["traceback"],
    );
    const traceback = plain(reply);
    expect(traceback).toMatch(/fails — cellule \[\d+\], ligne 4, colonne 9/);
    expect(traceback).toMatch(/cellule \[\d+\], ligne 3, colonne 1/);
    expect(traceback).toContain("> 4 |   throw new RangeError(reason");
    expect(traceback).toContain("Cause :\nTypeError : because");
    expect(traceback).not.toMatch(/kernel\/dist|node:internal|cell-\d+\.ts/);
  });

  it("show whatever was thrown", async () => {
    expect((await kernel.execute("throw 'text'")).reply).toMatchObject({ status: "error", evalue: "text" });
    const several = await kernel.execute(
      "throw new AggregateError([new Error('a'), new Error('b')], 'both')",
    );
    expect(plain(several.reply)).toMatch(/both[^]*a[^]*b/);
    expect((await kernel.execute("throw Object.create(null)")).reply["status"]).toBe("error");
    expect(
      (await kernel.execute("throw { get message(): string { throw 1 }, __proto__: Error.prototype }")).reply[
        "status"
      ],
    ).toBe("error");
  });
});

/** A traceback without colours. */
function plain(reply: JsonObject): string {
  // eslint-disable-next-line no-control-regex
  return (reply["traceback"] as string[]).join("\n").replace(/\u001B\[\d+m/g, "");
}
