import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel } from "../testing/test-kernel.js";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start();
});
afterAll(() => kernel.stop());

/** Runs cells one after another and gives the last one's result. */
async function run(...cells: string[]): Promise<string | undefined> {
  let result: string | undefined;
  for (const code of cells) {
    const executed = await kernel.execute(code);
    expect(executed.reply, code).toMatchObject({ status: "ok" });
    result = executed.result;
  }
  return result;
}

describe("a variable of the notebook", () => {
  it("is seen by functions of its own cell after another cell has assigned to it", async () => {
    expect(await run("let n = 1; function readN() { return n }", "n = 5", "[readN(), n]")).toBe("[ 5, 5 ]");
  });

  it("is seen by other cells when functions of its own cell assign to it", async () => {
    expect(await run("let m = 1; const bump = () => { m += 10 };", "bump(); m", "bump(); m")).toBe("21");
  });

  it("shows what late callbacks wrote", async () => {
    const cells = [
      "let late = 0; setTimeout(() => { late = 7 }, 30);",
      "await new Promise((resolve) => setTimeout(resolve, 100)); late",
    ];
    expect(await run(...cells)).toBe("7");
  });

  it("keeps what a loop had written when it threw, and across an await", async () => {
    await kernel.execute(
      "let total = 0\nfor (let i = 0; i < 10; i++) { total += i; if (i === 3) throw new Error('stop') }",
    );
    expect(await run("total")).toBe("6");
    expect(
      await run("let sum = 0\nfor (let i = 0; i < 4; i++) { await null; sum += i }\nsum", "sum += 1; sum"),
    ).toBe("7");
  });

  it("can be declared by destructuring whatever is iterable", async () => {
    const cells = [
      "let [first, second = 5, ...rest] = new Set([1, undefined, 3, 4]), { length: size } = 'abc';",
      "first += 1; ({ first, second, rest, size })",
    ];
    expect(await run(...cells)).toBe("{ first: 2, second: 5, rest: [ 3, 4 ], size: 3 }");
  });

  it("can be a property by its name alone in another cell", async () => {
    const cells = [
      "let left = 1; const right = 2",
      "({ left, fallback: { right } }); ({ left = 9 } = { left: 4 }); const both = { left, right }; both",
    ];
    expect(await run(...cells)).toBe("{ left: 4, right: 2 }");
  });

  it("starts anew when it is declared again without a value", async () => {
    expect(
      await run(
        "let again: number | undefined = 3, other = 4",
        "let again: number | undefined, other = 5",
        "[again, other]",
      ),
    ).toBe("[ undefined, 5 ]");
  });

  it("gives its name to a function", async () => {
    expect(await run("let arrow = () => 1; const other = function () {}", "[arrow.name, other.name]")).toBe(
      "[ 'arrow', 'other' ]",
    );
  });

  it("isn't what a function called from another cell takes for `this`", async () => {
    expect(
      await run("function who(this: any) { return this === undefined || this === globalThis }", "who()"),
    ).toBe("true");
  });

  it("leaves a parameter named exports alone", async () => {
    expect(
      await run("let inner = 1; ((exports: any) => { exports.inner = 2; return exports })({})", "inner"),
    ).toBe("1");
  });

  it("keeps an earlier value when the cell that declares it again fails before", async () => {
    await run("let kept = 'old'");
    await kernel.execute("JSON.parse('{'); let kept = 'new'");
    expect(await run("kept")).toBe("'old'");
  });

  it("has its errors where they stand, on the first line too", async () => {
    const { reply } = await kernel.execute("let nothing: any = null, x = nothing.field");
    // eslint-disable-next-line no-control-regex
    const traceback = (reply["traceback"] as string[]).join("\n").replace(/\u001B\[\d+m/g, "");
    expect(traceback).toMatch(/ligne 1, colonne 38/);
  });

  it("has its own name in the engine's messages", async () => {
    await run("let notFunction: any = 1");
    expect((await kernel.execute("notFunction()")).reply).toMatchObject({
      evalue: "notFunction is not a function",
    });
  });
});
