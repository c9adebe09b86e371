import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel } from "../testing/test-kernel.js";
import { UserError } from "../user-error.js";
import type { JsonObject } from "../wire/message.js";
import { imageBundle, jsonBundle, svgBundle, vegaBundle } from "./formats.js";

const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

let kernel: TestKernel;
beforeAll(async () => {
  kernel = await TestKernel.start();
});
afterAll(() => kernel.stop());

/** The type of each output message and what it holds. */
async function outputs(code: string): Promise<[string, JsonObject][]> {
  const { reply, published } = await kernel.execute(code);
  expect(reply["status"], JSON.stringify(reply["traceback"])).toBe("ok");
  return published
    .filter(({ header }) => header.msg_type.endsWith("display_data"))
    .map(({ header, content }) => [header.msg_type, content["data"] as JsonObject]);
}

describe("display.…", () => {
  it.each([
    ["html", "'<b>1</b>'", { "text/html": "<b>1</b>" }],
    ["svg", "'<svg xmlns=\"x\"></svg>'", { "image/svg+xml": '<svg xmlns="x"></svg>' }],
    ["png", `Buffer.from("${png}", "base64")`, { "image/png": png }],
    ["png", `"${png}"`, { "image/png": png }],
    ["jpeg", "new Uint8Array([0xff, 0xd8, 0xff, 0])", { "image/jpeg": "/9j/AA==" }],
    ["gif", "Buffer.from('GIF89a')", { "image/gif": "R0lGODlh" }],
    ["markdown", "'*x*'", { "text/markdown": "*x*", "text/plain": "*x*" }],
    ["latex", "'$x$'", { "text/latex": "$x$" }],
    ["json", "{ a: [1, 2n] }", { "application/json": { a: [1, 2] } }],
    ["vegaLite", "{ mark: 'bar' }", { "application/vnd.vegalite.v5+json": { mark: "bar" } }],
  ])("%s(%s)", async (method, value, expected) => {
    expect(await outputs(`display.${method}(${value})`)).toMatchObject([["display_data", expected]]);
  });

  it("html replaces an earlier output", async () => {
    expect(
      await outputs(
        "display.html('1', { displayId: 'd' }); display.html('2', { displayId: 'd', update: true })",
      ),
    ).toMatchObject([
      ["display_data", { "text/html": "1" }],
      ["update_display_data", { "text/html": "2" }],
    ]);
  });

  it("clear removes what was shown, at once or with the next output, in order", async () => {
    const { published } = await kernel.execute(
      "console.log(1); display.clear({ wait: true }); console.log(2)",
    );
    expect(published.slice(2, 5).map(({ header, content }) => [header.msg_type, content])).toEqual([
      ["stream", { name: "stdout", text: "1\n" }],
      ["clear_output", { wait: true }],
      ["stream", { name: "stdout", text: "2\n" }],
    ]);
  });

  it("page shows a value in the pager", async () => {
    const { reply } = await kernel.execute("await display.page([1])");
    expect(reply["payload"]).toEqual([{ source: "page", data: { "text/plain": "[ 1 ]" }, start: 0 }]);
  });

  it("is typed, and says what it expected, as the cell's error", async () => {
    expect((await kernel.execute("display.html(3)")).reply["ename"]).toBe("TypeScriptError");
    const { reply } = await kernel.execute("await display.png(Buffer.from('no'))");
    expect(reply).toMatchObject({
      ename: "UserError",
      evalue: expect.stringContaining("fichier PNG") as string,
    });
  });
});

describe("formats", () => {
  it("follow the schema a chart names", () => {
    const vega = vegaBundle({ $schema: "https://vega.github.io/schema/vega/v6.json", title: "T" });
    expect(Object.keys(vega.data)).toEqual(["application/vnd.vega.v6+json", "text/plain"]);
    expect(vega.data["text/plain"]).toBe("[graphique : T]");
    expect(() => vegaBundle({ $schema: "https://example.org/x" })).toThrow(/ne connaît pas le schéma/);
    expect(() => vegaBundle([])).toThrow(UserError);
  });

  it("refuse what isn't what it should be", () => {
    expect(() => svgBundle("<b>no</b>")).toThrow(/<svg>/);
    expect(() => imageBundle("image/png", Buffer.from([0xff, 0xd8, 0xff]))).toThrow(/PNG/);
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    expect(() => jsonBundle(circle)).toThrow(/en JSON/);
    expect(() => jsonBundle(undefined)).toThrow(/undefined en JSON/);
    expect(jsonBundle({ big: 2n ** 70n }).data["application/json"]).toEqual({ big: String(2n ** 70n) });
  });
});

describe("the tslab module", () => {
  it("shows with its own display API", async () => {
    const shown = await outputs(`
      import * as tslab from "tslab";
      import { display as show } from "tslab";
      tslab.display.html("<b>h</b>"); show.markdown("*m*"); tslab.display.svg("<svg/>");
      tslab.display.png(Buffer.from("${png}", "base64")); tslab.display.raw("text/x", "raw");
      show.text("t"); show.latex("$l$"); show.javascript("1");
      const own = tslab.newDisplay(); own.html("1"); own.html("2");
      (await import("tslab")).display.text(tslab.versions.node);`);
    const version = (shown.at(-1)?.[1] ?? {})["text/plain"];
    expect(version).toMatch(/^v\d+/);
    expect(shown).toEqual([
      ["display_data", { "text/html": "<b>h</b>" }],
      ["display_data", { "text/markdown": "*m*" }],
      ["display_data", { "image/svg+xml": "<svg/>" }],
      ["display_data", { "image/png": png }],
      ["display_data", { "text/x": "raw" }],
      ["display_data", { "text/plain": "t" }],
      ["display_data", { "text/latex": "$l$" }],
      ["display_data", { "text/javascript": "1" }],
      ["display_data", { "text/html": "1" }],
      ["update_display_data", { "text/html": "2" }],
      ["display_data", { "text/plain": version }],
    ]);
  });
});
