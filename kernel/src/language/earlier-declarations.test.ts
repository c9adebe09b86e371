import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestKernel } from "../testing/test-kernel.js";

let kernel: TestKernel;
beforeEach(async () => {
  kernel = await TestKernel.start();
});
afterEach(() => kernel.stop());

async function signatureOf(code: string): Promise<unknown> {
  const request = { code, cursor_pos: code.length, detail_level: 0 };
  const { content } = await kernel.request("inspect_request", request);
  return (content["data"] as Record<string, unknown>)["text/plain"];
}

describe("what earlier cells declared", () => {
  it.each([
    ["the first", "a", ["string", "string", "number[]"]],
    ["the middle one", "b", ["number", "string", "number[]"]],
    ["the last", "c", ["number", "string", "string"]],
  ])("keeps the other variables of a statement when %s is declared again", async (_, name, types) => {
    await kernel.execute("let a = 1, b = 'x', c = [1]");
    await kernel.execute(`let ${name} = 'again'`);
    await kernel.execute("let unrelated = 0");
    const signatures = await Promise.all(["a", "b", "c"].map(signatureOf));
    expect(signatures).toEqual([
      `let a: ${types[0] ?? ""}`,
      `let b: ${types[1] ?? ""}`,
      `let c: ${types[2] ?? ""}`,
    ]);
  });

  it("keeps its documentation, however many cells come after", async () => {
    await kernel.execute(
      "import { sep, join } from 'node:path';\n/** Doubles. */\nfunction double(n: number) { return n * 2 }\n/** A point. */\ninterface Point { /** Across. */ x: number }",
    );
    for (let index = 0; index < 3; index += 1)
      await kernel.execute(`const value${String(index)} = ${String(index)};`);
    expect(await signatureOf("double")).toBe("function double(n: number): number\n\nDoubles.");
    expect(await signatureOf("let point: Point")).toBe("interface Point\n\nA point.");
    await kernel.execute("const sep = 5");
    expect((await kernel.execute("[sep + 1, join('a', 'b'), double(value2)]")).result).toBe(
      "[ 6, 'a/b', 4 ]",
    );
  });

  it("is read anew after a cell that doesn't compile, and after a question about an unfinished one", async () => {
    await kernel.execute("const known = { inner: 1 }");
    expect((await kernel.execute("const n: number = 's'")).reply["ename"]).toBe("TypeScriptError");
    expect(await signatureOf("known")).toBe("const known: {\n    inner: number;\n}");
    await kernel.execute("const known = 'text'");
    expect(await signatureOf("known")).toBe('const known: "text"');
    expect((await kernel.execute("known.length")).result).toBe("4");
  });
});
