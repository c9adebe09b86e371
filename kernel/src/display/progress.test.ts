import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel } from "../testing/test-kernel.js";
import type { JsonObject, Message } from "../wire/message.js";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start();
});
afterAll(() => kernel.stop());

async function bars(code: string): Promise<Message[]> {
  const { published } = await kernel.execute(code);
  return published.filter(({ header }) => header.msg_type.endsWith("display_data"));
}

const textOf = ({ content }: Message): string => (content["data"] as JsonObject)["text/plain"] as string;

describe("progress", () => {
  it("is one output that is updated, less often than the work moves, and ends complete", async () => {
    const shown = await bars(
      "const bar = progress(100_000, 'Lecture <x>'); for (let i = 0; i < 100_000; i++) bar.advance(); bar.done",
    );
    expect(shown.map(({ header }) => header.msg_type)).toEqual([
      "display_data",
      ...shown.slice(1).map(() => "update_display_data"),
    ]);
    expect(shown.length).toBeGreaterThan(1);
    expect(shown.length).toBeLessThan(1000);
    expect(new Set(shown.map(({ content }) => JSON.stringify(content["transient"]))).size).toBe(1);
    const last = shown.at(-1);
    expect(last && textOf(last)).toMatch(/^Lecture <x> : 100 % \(100\s000 sur 100\s000\), \d+ s$/);
    expect((last?.content["data"] as JsonObject)["text/html"]).toContain('value="100.0"');
    expect((last?.content["data"] as JsonObject)["text/html"]).toContain("Lecture &lt;x&gt;");
  });

  it("follows a loop over a collection, and shows how far it came when the cell fails", async () => {
    const shown = await bars(
      "for (const x of progress([1, 2, 3, 4])) { if (x === 3) throw new Error('at 3'); }",
    );
    expect(shown.map(textOf).at(-1)).toMatch(/^50 % \(2 sur 4\)/);
    expect((await bars("for (const x of progress(new Set('abc')));")).map(textOf).at(-1)).toMatch(/^100 %/);
  });

  it("shows while the work waits what was done before", async () => {
    const shown = await bars(
      "const slow = progress(3); slow.advance(); slow.set(2, 'deux'); await new Promise((r) => setTimeout(r, 400)); slow.advance(9)",
    );
    expect(shown.map(textOf).some((text) => text.startsWith("deux : 66 % (2 sur 3)"))).toBe(true);
    expect(shown.map(textOf).at(-1)).toMatch(/^deux : 100 %/);
  });

  it("takes nothing but a number of steps or a collection", async () => {
    expect((await kernel.execute("progress(NaN)")).reply["evalue"]).toContain("nombre d'étapes");
    expect((await kernel.execute("progress({} as any)")).reply["evalue"]).toContain("un tableau");
    expect((await kernel.execute("progress('x', 3)")).reply["ename"]).toBe("TypeScriptError");
    expect((await bars("progress(0); undefined")).map(textOf)).toEqual(["100 % (0 sur 0), 0 s"]);
  });
});
