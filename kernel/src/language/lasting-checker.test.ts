import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel } from "../testing/test-kernel.js";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start();
});
afterAll(() => kernel.stop());

async function result(code: string): Promise<unknown> {
  const { reply, result: shown } = await kernel.execute(code);
  return reply["status"] === "ok" ? shown : reply["evalue"];
}

describe("a checker that serves several cells", () => {
  it("knows each variable by the type it was last given", async () => {
    await result("const changing = 1");
    expect(await result("changing.toFixed(1)")).toBe("'1.0'");
    await result("const changing = ['a']");
    expect(await result("changing.toFixed(1)")).toContain("toFixed");
    expect(await result("changing.length")).toBe("1");
    await result("const changing = 2");
    expect(await result("changing.toFixed(1)")).toBe("'2.0'");
  });

  it("holds the faults of a cell against no other", async () => {
    expect(await result("const wrong: number = 'text'")).toContain("number");
    expect(await result("1 + 2")).toBe("3");
    expect(await result("const wrong: number = 3; wrong")).toBe("3");
    expect(await result("wrong.nothing")).toContain("nothing");
    expect(await result("wrong")).toBe("3");
  });

  it("finds a fault in the middle of a long series, and in the same cell again", async () => {
    for (let index = 0; index < 80; index += 1) {
      expect(await result(`const item${index} = ${index}; item${Math.max(0, index - 1)} + 1`)).toBe(
        String(Math.max(1, index)),
      );
      if (index % 20 !== 10) continue;
      for (const again of [1, 2])
        expect(await result(`item${index}.toUpperCase()`), String(again)).toContain("toUpperCase");
    }
  });

  it("takes classes, interfaces and functions that were declared anew", async () => {
    await result("interface Point { x: number }\nclass Dot { at: Point = { x: 1 } }");
    await result("function move(dot: Dot): number { return dot.at.x + 1 }");
    expect(await result("move(new Dot())")).toBe("2");
    await result("interface Point { y: string }\nclass Dot { at: Point = { y: 'a' } }");
    expect(await result("new Dot().at.x")).toContain("x");
    expect(await result("new Dot().at.y")).toBe("'a'");
  });

  it("forgets what a single cell said of the global scope, and heeds instructions in comments", async () => {
    await result("declare global { interface Array<T> { tripled(): T[] } }");
    expect(await result("[1].length")).toBe("1");
    expect(await result("// @ts-expect-error\nconst odd: number = 'text';\nodd")).toBe("'text'");
    expect(await result("// @ts-expect-error\nconst even: number = 2;")).toContain("@ts-expect-error");
    expect(await result("const even: number = 2; even")).toBe("2");
  });

  it("goes on after packages were imported, and after completion looked at unfinished text", async () => {
    expect(await result("import { basename } from 'node:path'; basename('/a/b')")).toBe("'b'");
    expect(await result("basename('/c/d')")).toBe("'d'");
    const code = "const half: number = base";
    await kernel.request("complete_request", { code, cursor_pos: code.length });
    expect(await result("basename(3)")).toContain("string");
    expect(await result("basename('/e/f')")).toBe("'f'");
    expect(await result("(await import('node:path')).basename('/g/h')")).toBe("'h'");
  });
});
