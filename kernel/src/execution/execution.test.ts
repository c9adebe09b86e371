import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel } from "../testing/test-kernel.js";

let kernel: TestKernel;
// Outside the project: packages come from NODE_PATH alone.
const directory = mkdtempSync(join(tmpdir(), "kernel-notebook-"));
beforeAll(async () => {
  kernel = await TestKernel.start({ directory });
});
afterAll(async () => {
  await kernel.stop();
  rmSync(directory, { recursive: true });
});

async function resultOf(code: string): Promise<string | undefined> {
  const { reply, result } = await kernel.execute(code);
  expect(reply["status"], JSON.stringify(reply["traceback"])).toBe("ok");
  return result;
}

describe("declarations", () => {
  it("last from cell to cell and can be made again, with another type", async () => {
    await kernel.execute(
      "const a = 1; let b = 2; class C { m = 3 } interface I { x: number } function f() { return a + b }",
    );
    expect(await resultOf("f() + new C().m")).toBe("6");
    await kernel.execute(
      "const a = 'text'; class C { n = 4 } interface I { y: string } function f() { return a }",
    );
    expect(await resultOf("const i: I = { y: f() }; [i, new C()]")).toBe("[ { y: 'text' }, C { n: 4 } ]");
    expect(await resultOf("b += 5; b")).toBe("7");
  });

  it("reached before a failure are kept, the others forgotten", async () => {
    await kernel.execute("const later = 'old'");
    const { reply } = await kernel.execute(
      "const sooner = 41; throw new Error('x'); const later = 5; const never = 6;",
    );
    expect(reply["ename"]).toBe("Error");
    expect(await resultOf("sooner + later.toUpperCase()")).toBe("'41OLD'");
    expect((await kernel.execute("console.log(never)")).reply["ename"]).toBe("TypeScriptError");
  });

  it("may be exported, enumerations, abstract classes and destructured", async () => {
    await kernel.execute(
      "export const shared = 8; enum Colour { Red, Green } abstract class Shape { abstract area(): number }",
    );
    await kernel.execute("let { p, q: [r] } = { p: 1, q: [2] }");
    expect(
      await resultOf("[shared, Colour.Green, p + r, class extends Shape { area() { return 1 } }.length]"),
    ).toBe("[ 8, 1, 3, 0 ]");
  });

  it("may be functions that return a class with private members", async () => {
    await kernel.execute(
      "function counter() { class Counter { private n = 1; constructor(protected step: number) {} next() { return (this.n += this.step); } } return new Counter(2); }",
    );
    expect(await resultOf("const c = counter(); c.next(); c.next()")).toBe("5");
  });

  it("survive a cell that removes the globals the kernel needs", async () => {
    await kernel.execute(
      "Object.assign(globalThis, { Promise: undefined, process: undefined, console: null, JSON: 1 })",
    );
    expect(await resultOf("console.log(await Promise.resolve(1)); JSON.stringify({ ok: true })")).toBe(
      `'{"ok":true}'`,
    );
  });
});

describe("await", () => {
  it.each([
    ["await (Promise.resolve(7))", "7"],
    ["await [1, 2]", "[ 1, 2 ]"],
    ["const { x } = await (async () => ({ x: 3 }))(); x", "3"],
    ["let sum = 0; for await (const n of [Promise.resolve(1), 2]) sum += n; sum", "3"],
    ["if (true) { await null } 'done'", "'done'"],
    ["Promise.resolve('awaited for the result')", "'awaited for the result'"],
  ])("%s", async (code, expected) => {
    expect(await resultOf(code)).toBe(expected);
  });
});

describe("imports", () => {
  it("take ES modules with top-level await, packages typed through exports, CommonJS and native ones", async () => {
    expect(
      await resultOf(
        `import * as vega from "vega"; import { compile, version } from "vega-lite"; [typeof vega.View, typeof compile, version]`,
      ),
    ).toMatch(/^\[ 'function', 'function', '5\./);
    await kernel.execute(
      `import { DuckDBInstance } from "@duckdb/node-api"; const con = await (await DuckDBInstance.create(":memory:")).connect();`,
    );
    expect(await resultOf(`(await con.runAndReadAll("select 42 as x")).getRowObjects()`)).toBe(
      "[ { x: 42 } ]",
    );
    expect(await resultOf(`import fs, { existsSync } from "node:fs"; fs.existsSync === existsSync`)).toBe(
      "true",
    );
    const { reply } = await kernel.execute("const text: string = con");
    expect(reply["evalue"]).toContain("DuckDBConnection");
  });

  it("can be dynamic", async () => {
    expect(await resultOf(`const { parse } = await import("vega"); typeof parse`)).toBe("'function'");
    expect(
      await resultOf(`import.meta.url.endsWith("notebook.ts") && __dirname === import.meta.dirname`),
    ).toBe("true");
  });

  it("read JSON and TypeScript beside the notebook, again when it changed", async () => {
    writeFileSync(join(directory, "data.json"), `{"k": [1, 2]}`);
    writeFileSync(join(directory, "side.ts"), "export const twice = (x: number): number => x * 2;\n");
    expect(await resultOf(`import data from "./data.json"; data.k`)).toBe("[ 1, 2 ]");
    expect(await resultOf(`import { twice } from "./side"; twice(21)`)).toBe("42");
    writeFileSync(join(directory, "side.ts"), "export const twice = (x: number): string => `${x}${x}`;\n");
    expect(await resultOf(`import { twice } from "./side.ts"; twice(21)`)).toBe("'2121'");
  });

  it("of what isn't installed or fails to load leave the kernel whole", async () => {
    expect((await kernel.execute(`import nothing from "no-such-package"`)).reply["ename"]).toBe(
      "TypeScriptError",
    );
    writeFileSync(join(directory, "failing.mjs"), "throw new RangeError('at import');\n");
    expect((await kernel.execute(`await import("./failing.mjs" as string)`)).reply).toMatchObject({
      ename: "RangeError",
    });
    expect(await resultOf("1 + 1")).toBe("2");
  });
});
