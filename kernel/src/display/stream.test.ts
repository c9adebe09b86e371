import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { CellStream } from "./stream.js";

function recorded(): { stream: CellStream; sent: [string, string][] } {
  const sent: [string, string][] = [];
  return { stream: new CellStream((name, text) => sent.push([name, text])), sent };
}

describe("a cell's stream", () => {
  it("gathers what is written in one turn, and keeps the order of both streams", async () => {
    const { stream, sent } = recorded();
    stream.write("stdout", "a");
    stream.write("stdout", "b");
    stream.write("stderr", "c");
    stream.write("stdout", "d");
    await turn();
    expect(sent).toEqual([
      ["stdout", "ab"],
      ["stderr", "c"],
      ["stdout", "d"],
    ]);
  });

  it("cuts long texts between characters, never inside one", () => {
    const { stream, sent } = recorded();
    const text = `x${"😀".repeat(1_200_000)}`;
    stream.write("stdout", text);
    expect(sent.length).toBeGreaterThan(1);
    expect(sent.map(([, part]) => part).join("")).toBe(text);
    // A pair cut in two would come out of UTF-8 as replacement characters.
    expect(sent.some(([, part]) => Buffer.from(part).toString().includes("\uFFFD"))).toBe(false);
  });
});
