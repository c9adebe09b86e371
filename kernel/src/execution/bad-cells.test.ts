import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel, typesOf } from "../testing/test-kernel.js";

let kernel: TestKernel;
const directory = mkdtempSync(join(tmpdir(), "kernel-bad-cells-"));
beforeAll(async () => {
  kernel = await TestKernel.start({ directory });
});
afterAll(async () => {
  await kernel.stop();
  rmSync(directory, { recursive: true });
});

/** Everything a kernel needs: printing, awaiting, types, results, errors with their place. */
async function expectWhole(): Promise<void> {
  const { reply, stdout, result } = await kernel.execute(
    "console.log([1, 2].map((n) => n * 2).join()); await Promise.resolve(new Map([['k', new Set([1])]]))",
  );
  expect(reply["traceback"]).toBeUndefined();
  expect(stdout).toBe("2,4\n");
  expect((await kernel.execute("console.group('g'); console.log('in')")).stdout).toBe("g\n  in\n");
  expect(result).toBe("Map(1) { 'k' => Set(1) { 1 } }");
  expect((await kernel.execute("const n: number = 's'")).reply["ename"]).toBe("TypeScriptError");
}

describe("a cell that breaks the language leaves the kernel whole:", () => {
  it.each([
    [
      "it deletes every global",
      `for (const name of Object.getOwnPropertyNames(globalThis)) { try { delete (globalThis as any)[name] } catch {} }`,
    ],
    [
      "it replaces globals",
      `Object.assign(globalThis, { Promise: class {}, process: {}, console: {}, Symbol: 1, Set: 2 })`,
    ],
    ["it declares globals' names", `const process = 1, console = 2; class Promise {} `],
    [
      "it breaks arrays",
      `Array.prototype.push = Array.prototype.map = null as any; delete (Array.prototype as any)[Symbol.iterator]`,
    ],
    [
      "it breaks promises after an await",
      `await null; (Promise.prototype as any).then = 1; throw new Error("x")`,
    ],
    [
      "it breaks functions",
      `Function.prototype.call = Function.prototype.apply = Object.prototype.toString = null as any`,
    ],
    [
      "it adds to every object",
      `Object.assign(Object.prototype, { get: 1, value: 2, enumerable: true, then: undefined })`,
    ],
    [
      "it breaks JSON and Reflect",
      `JSON.stringify = JSON.parse = Reflect.ownKeys = Object.keys = null as any`,
    ],
    [
      "it freezes what it finds",
      `Object.freeze(Array.prototype); Object.freeze(Promise.prototype); Object.freeze(console)`,
    ],
    ["it freezes the process", `Object.freeze(process)`],
    [
      "it freezes every global",
      `for (const name of Object.getOwnPropertyNames(globalThis)) { if (name === "globalThis") continue; const value = (globalThis as any)[name]; Object.freeze(value); Object.freeze(value?.prototype) }; Object.freeze(globalThis)`,
    ],
    ["it breaks the streams' methods", `process.stdout.emit = process.on = process.nextTick = null as any`],
  ])("%s", async (_, code) => {
    const own = kernel;
    kernel = await TestKernel.start({ directory });
    try {
      await kernel.execute(`${code}; undefined`);
      await kernel.execute("delete (Object.prototype as any).then");
      await kernel.execute("export {}");
      const redeclared = code.startsWith("const process");
      if (redeclared) expect((await kernel.execute("[process, console]")).result).toBe("[ 1, 2 ]");
      else await expectWhole();
      expect((await kernel.execute("1 + 1")).result).toBe("2");
    } finally {
      await kernel.stop();
      kernel = own;
    }
  });

  it("what it adds to prototypes and replaces among other globals stays", async () => {
    await kernel.execute(
      `(Array.prototype as any).total = function () { return this.length }; (globalThis as any).fetch = () => "mine"`,
    );
    expect((await kernel.execute(`[([1, 2] as any).total(), (fetch as any)()]`)).result).toBe(
      "[ 2, 'mine' ]",
    );
  });
});

describe("a cell", () => {
  it("of a megabyte runs", async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => `{ code: ${i}, label: "libellé numéro ${i}" }`);
    const { reply, result } = await kernel.execute(`const rows = [${rows.join(",")}]; rows.length`);
    expect([reply["status"], result]).toEqual(["ok", "30000"]);
    expect((await kernel.execute(`"${"x".repeat(1_000_000)}".length`)).result).toBe("1000000");
  });

  it.each([
    ["nested too deeply", `${"[".repeat(20_000)}${"]".repeat(20_000)}`, "RangeError"],
    ["that calls itself for ever", "function f(): number { return f() + 1 } f()", "RangeError"],
    ["with a string that is too long", "'x'.repeat(2 ** 30)", "RangeError"],
    ["that throws nothing", "throw undefined", "Erreur"],
    [
      "that throws what can't be shown",
      "throw { get message() { throw 1 }, [Symbol.for('nodejs.util.inspect.custom')]() { throw 2 } }",
      "Erreur",
    ],
    [
      "with an error that can't be read",
      "throw new Proxy(new Error('x'), { get() { throw new TypeError('trap') } })",
      undefined,
    ],
    [
      "whose result can't be shown",
      "new Proxy({}, { get() { throw new TypeError('trap') }, ownKeys() { throw new TypeError('keys') } })",
      undefined,
    ],
  ])("%s fails alone", async (_, code, name) => {
    const { reply, published } = await kernel.execute(code);
    if (name !== undefined) expect(reply).toMatchObject({ status: "error", ename: name });
    if (reply["status"] === "error") expect(typesOf(published)).toContain("error");
    await expectWhole();
  });

  it("that imports a package which throws can be mended and run again", async () => {
    writeFileSync(join(directory, "failing.cjs"), "throw new RangeError('at import')");
    writeFileSync(
      join(directory, "broken.ts"),
      "export const x: number = 1; throw new SyntaxError('in the file');\n",
    );
    expect((await kernel.execute(`require("./failing.cjs")`)).reply).toMatchObject({
      ename: "RangeError",
      evalue: "at import",
    });
    const { reply } = await kernel.execute(`import { x } from "./broken"; x`);
    expect(reply).toMatchObject({ ename: "SyntaxError", evalue: "in the file" });
    writeFileSync(join(directory, "broken.ts"), "export const x: number = 2;\n");
    expect((await kernel.execute(`import { x } from "./broken"; x`)).result).toBe("2");
    await expectWhole();
  });
});

describe("any text as a cell", () => {
  const fragment = fc.constantFrom(
    ..."const let class function async await for of in if else { } ( ) [ ] ; , . => = : ? ?? ` ${ ' \" / * // /* \\ < > ! & | + - @ #".split(
      " ",
    ),
    ...[
      "a",
      "b",
      "1",
      "1n",
      "null",
      "undefined",
      "import",
      "export",
      "from",
      "'node:fs'",
      "type",
      "interface",
    ],
    ...[
      "enum",
      "throw",
      "try",
      "catch",
      "return",
      "yield",
      "new",
      "this",
      "typeof",
      "\n",
      "\u2028",
      "é",
      "😀",
      "\u0000",
    ],
  );
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.array(fragment, { maxLength: 25 }).map((parts) => parts.join(" ")),
  );
  // A loop without an end is no bad input.
  const cell = text.filter((code) => !/for[^]*;[^]*;/.test(code));

  it("gets one whole answer, and the next cell runs", async () => {
    await fc.assert(
      fc.asyncProperty(cell, async (code) => {
        const { reply, published } = await kernel.execute(code);
        expect(["ok", "error"]).toContain(reply["status"]);
        const types = typesOf(published);
        expect([types[0], types.at(-1)]).toEqual(["status busy", "status idle"]);
        expect(types.includes("error")).toBe(reply["status"] === "error");
        const { content } = await kernel.request("is_complete_request", { code });
        expect(["complete", "incomplete", "invalid"]).toContain(content["status"]);
        const at = { code, cursor_pos: code.length >> 1, detail_level: 0 };
        expect((await kernel.request("complete_request", at)).content["status"]).toBe("ok");
        expect((await kernel.request("inspect_request", at)).content["status"]).toBe("ok");
      }),
      { numRuns: 100 },
    );
    await kernel.execute("undefined");
    expect((await kernel.execute("1 + 1")).result).toBe("2");
  });
});
