import { describe, expect, it } from "vitest";
import { forkName, forkStem, lineageOf, origin, parametersCell, withLineage } from "./lineage.js";

const ancestor = {
  starter: "01-age",
  notebook: "01-age/notebook.ipynb",
  sha256: "aa",
  date: "2026-01-02T03:04:05.000Z",
};
const notebook = { metadata: { kernelspec: { name: "typescript" }, damir: { theme: "x" } }, cells: [] };

describe("withLineage", () => {
  it("adds where a notebook comes from, and leaves the rest of its metadata", () => {
    const fork = withLineage(notebook, ancestor);
    expect(fork.metadata).toEqual({
      kernelspec: { name: "typescript" },
      damir: { theme: "x", forkedFrom: { ...ancestor, chain: [] } },
    });
    expect(notebook.metadata.damir).toEqual({ theme: "x" });
  });

  it("keeps the whole chain of a fork of a fork of a fork", () => {
    const second = { ...ancestor, starter: "", notebook: "mes-analyses/01-age.ipynb", sha256: "bb" };
    const third = { ...second, notebook: "mes-analyses/01-age-2.ipynb", sha256: "cc" };
    const fork = withLineage(withLineage(withLineage(notebook, ancestor), second), third);
    const lineage = lineageOf(fork.metadata);
    expect(lineage).toMatchObject({ starter: "01-age", notebook: third.notebook });
    expect(lineage?.chain.map(({ sha256 }) => sha256)).toEqual(["aa", "bb"]);
    expect(lineage && origin(lineage)).toMatchObject({ notebook: ancestor.notebook });
  });
});

it.each([{}, { damir: null }, { damir: { forkedFrom: "x" } }, { damir: { forkedFrom: { starter: 1 } } }])(
  "takes no lineage from %j",
  (metadata) => {
    expect(lineageOf(metadata)).toBeUndefined();
  },
);

it("names copies one after the other", () => {
  expect([1, 2, 10].map((n) => forkName("01-age", n))).toEqual([
    "01-age.ipynb",
    "01-age-2.ipynb",
    "01-age-10.ipynb",
  ]);
  expect(forkStem("mes-analyses/01-age-2.ipynb", undefined)).toBe("01-age");
  expect(forkStem("01-age/notebook.ipynb", "01-age")).toBe("01-age");
});

it("finds the cell of parameters", () => {
  const cells = [{ metadata: {} }, { metadata: { tags: ["parametres"] } }];
  expect(parametersCell({ cells })).toBe(1);
  expect(parametersCell({ cells: [] })).toBe(-1);
});
