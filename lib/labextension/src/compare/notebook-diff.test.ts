import { describe, expect, it } from "vitest";
import { compareCells, compareLines, type ComparedCell } from "./notebook-diff.js";

const code = (source: string, id?: string): ComparedCell => ({ type: "code", source, ...(id ? { id } : {}) });

/** What became of each cell, in short. */
function summary(before: ComparedCell[], after: ComparedCell[]): string[] {
  return compareCells(before, after).map((change) => {
    const old = "before" in change ? change.before.place : "";
    const now = "after" in change ? change.after.place : "";
    return `${change.kind} ${old}>${now}`;
  });
}

describe("compareCells", () => {
  it("finds nothing in a copy", () => {
    expect(summary([code("a"), code("b")], [code("a"), code("b")])).toEqual(["same 1>1", "same 2>2"]);
    expect(summary([], [])).toEqual([]);
  });

  it("tells what was added, removed and changed, in order", () => {
    const before = [code("un", "1"), code("deux", "2"), code("trois", "3"), code("quatre", "4")];
    const after = [code("un", "1"), code("nouveau", "9"), code("deux bis", "2"), code("quatre", "4")];
    expect(summary(before, after)).toEqual(["same 1>1", "added >2", "changed 2>3", "removed 3>", "same 4>4"]);
  });

  it("matches cells without identifiers by the lines they share", () => {
    const before = [code("a"), code("x\ny\nz"), code("b")];
    expect(summary(before, [code("a"), code("x\ny2\nz"), code("b")])).toEqual([
      "same 1>1",
      "changed 2>2",
      "same 3>3",
    ]);
    expect(summary(before, [code("a"), code("tout autre"), code("b")])).toEqual([
      "same 1>1",
      "removed 2>",
      "added >2",
      "same 3>3",
    ]);
  });

  it("follows a cell that moved", () => {
    const [one, two, three] = [code("un", "1"), code("deux", "2"), code("trois", "3")];
    expect(summary([one, two, three], [two, three, one])).toEqual(["same 2>1", "same 3>2", "moved 1>3"]);
  });

  it("doesn't take a text for a version of a code cell", () => {
    expect(summary([code("a\nb", "1")], [{ type: "markdown", source: "a\nb", id: "1" }])).toEqual([
      "removed 1>",
      "added >1",
    ]);
  });
});

describe("compareLines", () => {
  const shown = (before: string, after: string) =>
    compareLines(before, after).map(
      ({ kind, parts }) =>
        `${{ same: " ", added: "+", removed: "-" }[kind]}${parts.map(({ text, marked }) => (marked ? `[${text}]` : text)).join("")}`,
    );

  it("marks what differs in a line", () => {
    expect(shown("const annee = 2024;\nfin", "const annee = 2025;\nfin")).toEqual([
      "-const annee = [2024];",
      "+const annee = [2025];",
      " fin",
    ]);
  });

  it("leaves the last line alone when others come after it", () => {
    expect(shown("a", "a\nb")).toEqual([" a", "+b"]);
    expect(shown("", "a")).toEqual(["+a"]);
    expect(shown("a\nb\nc", "a\nc")).toEqual([" a", "-b", " c"]);
  });

  it("keeps empty lines", () => {
    expect(shown("a\n\nb", "a\n\nc")).toEqual([" a", " ", "-[b]", "+[c]"]);
  });
});
