import { beforeEach, describe, expect, it } from "vitest";
import { History } from "./history.js";

let history: History;
beforeEach(() => {
  history = new History();
  ["const a = 1", "a + 1", "if (a) {\n  a\n}", "a + 1", "[a].length"].forEach((source, index) => {
    history.add(index + 1, source);
  });
  history.setOutput(4, "2");
});

const lines = (request: Record<string, unknown>): unknown[] =>
  history.answer(request).map(([, line]) => line);

describe("the history", () => {
  it("gives a range of this session, with outputs when asked, and nothing of others", () => {
    expect(lines({ hist_access_type: "range", session: 0, start: 2, stop: 4 })).toEqual([2, 3]);
    expect(lines({ hist_access_type: "range", start: 4, stop: null })).toEqual([4, 5]);
    expect(history.answer({ hist_access_type: "range", start: 3, stop: 5, output: true })).toEqual([
      [0, 3, ["if (a) {\n  a\n}", null]],
      [0, 4, ["a + 1", "2"]],
    ]);
    expect(lines({ hist_access_type: "range", session: -1, start: 1, stop: 9 })).toEqual([]);
  });

  it("gives the last cells", () => {
    expect(lines({ hist_access_type: "tail", n: 2 })).toEqual([4, 5]);
    expect(lines({ hist_access_type: "tail", n: 99 })).toEqual([1, 2, 3, 4, 5]);
    expect(lines({ hist_access_type: "tail", n: 0 })).toEqual([]);
  });

  it.each([
    ["*", [1, 2, 3, 4, 5]],
    ["a + ?", [2, 4]],
    ["*a\n}", [3]],
    ["[ab] + [0-9]", [2, 4]],
    ["[^a] + 1", []],
    ["[[]a].length", [5]],
    ["*[z-a]*", []],
    ["a", []],
    [".*", []],
  ])("finds what %j stands for", (pattern, expected) => {
    expect(lines({ hist_access_type: "search", pattern })).toEqual(expected);
  });

  it("searches for distinct cells, the latest of each, and no more than asked", () => {
    expect(lines({ hist_access_type: "search", pattern: "*", unique: true })).toEqual([1, 3, 4, 5]);
    expect(lines({ hist_access_type: "search", pattern: "*", unique: true, n: 2 })).toEqual([4, 5]);
  });
});
