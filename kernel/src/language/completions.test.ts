import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel } from "../testing/test-kernel.js";
import type { JsonObject } from "../wire/message.js";

let kernel: TestKernel;
const directory = mkdtempSync(join(tmpdir(), "completions-"));
beforeAll(async () => {
  writeFileSync(join(directory, "beside.ts"), "export const beside = 1;\n");
  mkdirSync(join(directory, "folder"));
  kernel = await TestKernel.start({ directory });
  const { reply } = await kernel.execute(`
    /** A rate, between 0 and 1. */
    const rate = 0.5;
    /**
     * Doubles a number.
     * @param x what to double
     * @example double(2)
     */
    function double(x: number): number { return x * 2 }
    class Point {
      /** To the right. */
      x = 1;
    }
    const point = new Point();
  `);
  expect(reply).toMatchObject({ status: "ok" });
});
afterAll(async () => {
  await kernel.stop();
  rmSync(directory, { recursive: true });
});

/** Asks at the place of `|` in a cell. */
async function ask(type: string, cell: string, more: JsonObject = {}): Promise<JsonObject> {
  const cursor_pos = cell.indexOf("|");
  const code = cell.replace("|", "");
  return (await kernel.request(type, { code, cursor_pos, ...more })).content;
}

/** What is said of one match. */
async function detailsOf(cell: string, text: string): Promise<JsonObject | undefined> {
  const { metadata } = await ask("complete_request", cell);
  const all = (metadata as { _jupyter_types_experimental: JsonObject[] })._jupyter_types_experimental;
  return all.find((match) => match["text"] === text);
}

describe("completion", () => {
  it("says the type, the documentation and the kind of each match", async () => {
    expect(await detailsOf("1 + ra|", "rate")).toEqual({
      text: "rate",
      type: "instance",
      signature: "const rate: 0.5",
      documentation: "A rate, between 0 and 1.",
      start: 4,
      end: 6,
    });
    expect(await detailsOf("point.|", "x")).toMatchObject({
      type: "property",
      signature: "(property) Point.x: number",
      documentation: "To the right.",
    });
    expect(await detailsOf("dou|", "double")).toMatchObject({ type: "function" });
    expect(await detailsOf("whi|", "while")).toMatchObject({ type: "keyword" });
  });

  it("finds files and folders beside the notebook in an import", async () => {
    const { matches, cursor_start, cursor_end } = await ask(
      "complete_request",
      'import { beside } from "./be|";',
    );
    expect(matches).toEqual(["beside"]);
    expect([cursor_start, cursor_end]).toEqual([26, 28]);
    expect(await detailsOf('import x from "./|"', "folder")).toMatchObject({ type: "path" });
  });

  it("finds packages and their exports in an import", async () => {
    expect((await ask("complete_request", 'import x from "node:f|"'))["matches"]).toContain("node:fs");
    expect((await ask("complete_request", 'import x from "@duckdb/|"'))["matches"]).toContain("node-api");
    expect(
      (await ask("complete_request", 'import { DuckDBInst| } from "@duckdb/node-api"'))["matches"],
    ).toContain("DuckDBInstance");
  });

  it("offers to import what Node.js and the packages in use export, where a statement begins", async () => {
    const { matches, cursor_start, cursor_end } = await ask("complete_request", "const a = 1;\nreadFileSy|");
    expect(matches).toContain('import { readFileSync } from "node:fs";');
    expect([cursor_start, cursor_end]).toEqual([13, 23]);
    expect((await ask("complete_request", "const a = readFileSy|"))["matches"]).toEqual([]);
    expect((await ask("complete_request", "DuckDBInstanceCa|"))["matches"]).toEqual([]);
    await kernel.execute(`import { DuckDBInstance } from "@duckdb/node-api"`);
    expect((await ask("complete_request", "DuckDBInstanceCa|"))["matches"]).toEqual([
      'import { DuckDBInstanceCache } from "@duckdb/node-api";',
    ]);
    const offered = (await ask("complete_request", "DuckDBInst|"))["matches"] as string[];
    expect(offered).toContain("DuckDBInstance");
    expect(offered).not.toContain('import { DuckDBInstance } from "@duckdb/node-api";');
  });

  it("says with the error how to import a name that nothing declares", async () => {
    const { reply } = await kernel.execute("existsSync('.')");
    expect(reply["evalue"]).toContain('Pour l\'importer : import { existsSync } from "node:fs";');
  });

  it("finds the words that a string may be", async () => {
    const cell = 'const unit: "days" | "months" = "m"';
    const cursor_pos = cell.length - 1;
    const { content } = await kernel.request("complete_request", { code: cell, cursor_pos });
    expect(content).toMatchObject({ matches: ["months"], cursor_start: 33, cursor_end: 34 });
  });
});

describe("inspection", () => {
  it("shows signature and documentation as markdown, examples at detail level 1", async () => {
    const brief = (await ask("inspect_request", "doub|le", { detail_level: 0 }))["data"] as JsonObject;
    expect(brief["text/markdown"]).toBe(
      "```typescript\nfunction double(x: number): number\n```\n\nDoubles a number.\n\n*@param* `x` what to double",
    );
    const full = (await ask("inspect_request", "doub|le", { detail_level: 1 }))["data"] as JsonObject;
    expect(full["text/markdown"]).toContain("*@example*\n\n```typescript\ndouble(2)\n```");
    expect(full["text/plain"]).toContain("@example double(2)");
  });
});
