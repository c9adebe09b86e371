import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel, typesOf } from "../testing/test-kernel.js";
import { recordTable } from "./record-table.js";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start();
});
afterAll(() => kernel.stop());

async function shown(code: string): Promise<unknown[]> {
  const { reply, published } = await kernel.execute(code);
  expect(reply["status"], JSON.stringify(reply["traceback"])).toBe("ok");
  return published
    .filter(({ header }) => /display_data|execute_result/.test(header.msg_type))
    .map(({ content }) => content);
}

describe("the display convention", () => {
  it.each([
    ["a bundle", `{ [Symbol.for("Jupyter.display")]() { return { "text/html": "<b>1</b>" } } }`],
    [
      "a promise of a bundle",
      `{ async [Symbol.for("Jupyter.display")]() { return { "text/html": "<b>1</b>" } } }`,
    ],
    [
      "a promise of such a value",
      `Promise.resolve({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>1</b>" }) })`,
    ],
  ])("takes %s", async (_, value) => {
    expect(await shown(`(${value})`)).toMatchObject([{ data: { "text/html": "<b>1</b>" }, metadata: {} }]);
  });

  it("takes data with metadata", async () => {
    const value = `{ [Symbol.for("Jupyter.display")]: () => ({ data: { "image/png": "AA==" }, metadata: { "image/png": { width: 5 } } }) }`;
    expect(await shown(`(${value})`)).toMatchObject([
      { data: { "image/png": "AA==" }, metadata: { "image/png": { width: 5 } } },
    ]);
  });

  it("reports what the method throws as the cell's error", async () => {
    const { reply } = await kernel.execute(
      `({ [Symbol.for("Jupyter.display")]() { throw new RangeError("no") } })`,
    );
    expect(reply).toMatchObject({ status: "error", ename: "RangeError" });
  });
});

describe("display()", () => {
  it("shows values in order and is waited for", async () => {
    const { published } = await kernel.execute(
      `display({ async [Symbol.for("Jupyter.display")]() { await new Promise((r) => setTimeout(r, 100)); return { "text/plain": "slow" } } });
       console.log("printed");`,
    );
    expect(typesOf(published)).toEqual([
      "status busy",
      "execute_input",
      "stream",
      "display_data",
      "status idle",
    ]);
  });

  it("takes raw bundles and updates earlier outputs", async () => {
    const { published } = await kernel.execute(
      `await display({ "text/html": "<i>1</i>" }, { raw: true, displayId: "x" });
       await display({ "text/html": "<i>2</i>" }, { raw: true, displayId: "x", update: true });`,
    );
    expect(published.slice(2, 4).map(({ header, content }) => [header.msg_type, content])).toEqual([
      ["display_data", { data: { "text/html": "<i>1</i>" }, metadata: {}, transient: { display_id: "x" } }],
      [
        "update_display_data",
        { data: { "text/html": "<i>2</i>" }, metadata: {}, transient: { display_id: "x" } },
      ],
    ]);
  });

  it("is typed, and refuses what it can't show", async () => {
    expect((await kernel.execute(`display(1, { raw: "yes" })`)).reply["ename"]).toBe("TypeScriptError");
    const { reply } = await kernel.execute(`await display(1, { raw: true })`);
    expect(reply).toMatchObject({ ename: "UserError" });
    expect(reply["evalue"]).toContain("types MIME");
  });
});

describe("results", () => {
  it("are plain text without colours; undefined shows nothing, null does", async () => {
    expect(await shown("[{ a: 1 }, 'x', 3n]")).toMatchObject([
      { data: { "text/plain": "[ { a: 1 }, 'x', 3n ]" } },
    ]);
    expect(await shown("undefined")).toEqual([]);
    expect(await shown("null")).toMatchObject([{ data: { "text/plain": "null" } }]);
    expect(await shown("() => 1")).toMatchObject([{ data: { "text/plain": "[Function (anonymous)]" } }]);
  });

  it("that are records come as an escaped table as well", async () => {
    const [content] = await shown(`[{ "<k>": 1, t: "<script>" }]`);
    expect(content).toMatchObject({
      data: { "text/html": expect.stringContaining("<th>&lt;k&gt;</th><th>t</th>") as string },
    });
    expect(JSON.stringify(content)).toContain("&lt;script&gt;");
  });
});

describe("a table of records", () => {
  it("says how many rows it doesn't show", () => {
    const rows = Array.from({ length: 1234 }, (_, index) => ({ index }));
    const table = recordTable(rows) ?? "";
    expect(table.match(/<tr>/g)).toHaveLength(51);
    expect(table).toMatch(/50 premières lignes sur 1\s234/);
  });

  it("is for arrays of records alone", () => {
    expect(recordTable([1, 2])).toBeUndefined();
    expect(recordTable([])).toBeUndefined();
    expect(recordTable([new Date(0)])).toBeUndefined();
    expect(recordTable({ a: 1 })).toBeUndefined();
  });
});
