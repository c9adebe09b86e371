import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel } from "./testing/test-kernel.js";
import type { JsonObject } from "./wire/message.js";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start();
  const { reply } = await kernel.execute(`
    const words = ["select", "semester"];
    const hooks = {
      [Symbol.for("Jupyter.complete")]({ text, cursor }: { text: string; cursor: number }) {
        const start = cursor - (/\\w*$/.exec(text.slice(0, cursor))?.[0].length ?? 0);
        const matches = words
          .filter((word) => word.startsWith(text.slice(start, cursor)))
          .map((word) => ({ text: word, type: "keyword", documentation: "The word " + word }));
        return Promise.resolve({ start, end: cursor, matches });
      },
      [Symbol.for("Jupyter.inspect")]({ text, cursor, detail }: { text: string; cursor: number; detail: number }) {
        return text === "unknown" ? null : { "text/plain": \`\${text}|\${cursor}|\${detail}\` };
      },
    };
    const tag = Object.assign((strings: TemplateStringsArray, ...values: unknown[]) => strings.join("?"), hooks);
    class Store { query(strings: TemplateStringsArray, ...values: unknown[]) { return strings.join("?") } }
    const store = Object.assign(new Store(), hooks);
    const broken = Object.assign((strings: TemplateStringsArray) => "", {
      [Symbol.for("Jupyter.complete")]() { throw new Error("no words today") },
    });
  `);
  expect(reply).toMatchObject({ status: "ok" });
});
afterAll(() => kernel.stop());

/** Asks at the place of `|` in a cell. */
async function ask(type: string, cell: string, more: JsonObject = {}): Promise<JsonObject> {
  const cursor_pos = Array.from(cell).indexOf("|");
  return (await kernel.request(type, { code: cell.replace("|", ""), cursor_pos, ...more })).content;
}

describe("a library's own completion", () => {
  it.each(["await tag`", "store.query`"])("is asked inside %s", async (before) => {
    const found = await ask("complete_request", `'é😀'; ${before}sel|`);
    const at = 6 + before.length;
    expect(found).toMatchObject({ matches: ["select"], cursor_start: at, cursor_end: at + 3 });
    expect(found["metadata"]).toEqual({
      _jupyter_types_experimental: [
        { text: "select", type: "keyword", documentation: "The word select", start: at, end: at + 3 },
      ],
    });
  });

  it("sees the text with what stands for values blanked, and leaves those to the compiler", async () => {
    const { matches, cursor_start } = await ask("complete_request", "tag`a ${words} se| ${words.length} b`");
    expect(matches).toEqual(["select", "semester"]);
    expect(cursor_start).toBe(15);
    expect((await ask("complete_request", "tag`se ${words.len|} b`"))["matches"]).toEqual(["length"]);
    expect((await ask("inspect_request", "tag`x ${words} |y`"))["data"]).toEqual({
      "text/plain": "x ${     } y|11|0",
    });
  });

  it("isn't asked in a template without it, nor outside of any", async () => {
    expect((await ask("complete_request", "String.raw`sel|`"))["matches"]).not.toContain("select");
    expect((await ask("complete_request", "tag`sel`; wor|"))["matches"]).toContain("words");
  });

  it("may fail without harm", async () => {
    expect(await ask("complete_request", "broken`sel|`")).toMatchObject({ status: "ok", matches: [] });
    // The log comes through a pipe of its own, maybe after the reply.
    await kernel.until(() => (kernel.log.includes("no words today") ? true : undefined));
  });
});

describe("a library's own inspection", () => {
  it("gives a MIME bundle, or says that it knows nothing", async () => {
    expect(await ask("inspect_request", "tag`sel|ect`", { detail_level: 1 })).toMatchObject({
      found: true,
      data: { "text/plain": "select|3|1" },
    });
    expect(await ask("inspect_request", "tag`unkn|own`")).toMatchObject({ found: false });
  });
});
