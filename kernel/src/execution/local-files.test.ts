import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestKernel } from "../testing/test-kernel.js";

let kernel: TestKernel;
const root = realpathSync(mkdtempSync(join(tmpdir(), "local-files-")));
const directory = join(root, "notebooks");
beforeAll(async () => {
  mkdirSync(join(directory, "sub"), { recursive: true });
  kernel = await TestKernel.start({ directory });
});
afterAll(async () => {
  await kernel.stop();
  rmSync(root, { recursive: true });
});

let clock = Date.now() / 1000;
/** Writes a file beside the notebook, never within the same tick of the disk's clock as the last one. */
function write(name: string, text: string): void {
  const path = join(directory, name);
  writeFileSync(path, text);
  clock += 2;
  utimesSync(path, clock, clock);
}

async function resultOf(code: string): Promise<string | undefined> {
  const { reply, result } = await kernel.execute(code);
  expect(reply["status"], JSON.stringify(reply["traceback"])).toBe("ok");
  return result;
}

describe("a TypeScript file beside the notebook", () => {
  it("may lie above the notebook's folder, and import others and JSON", async () => {
    write("../above.ts", `import { base } from "./notebooks/sub/base.js";\nexport const total = base + 1;\n`);
    write("sub/base.ts", `import data from "./data.json";\nexport const base: number = data.value;\n`);
    write("sub/data.json", `{ "value": 41 }`);
    expect(await resultOf(`import { total } from "../above"; total`)).toBe("42");
  });

  it("is run again when it or what it imports has changed", async () => {
    write("sub/base.ts", `import data from "./data.json";\nexport const base: number = data.value * 10;\n`);
    expect(await resultOf(`import { total } from "../above.ts"; total`)).toBe("411");
    write("sub/data.json", `{ "value": 5 }`);
    expect(await resultOf(`import { total } from "../above.ts"; total`)).toBe("51");
    write("sub/data.json", `{ "value": "five" }`);
    expect((await kernel.execute(`import { total } from "../above.ts"; total`)).reply).toMatchObject({
      ename: "TypeScriptError",
      evalue: expect.stringContaining("opération arithmétique") as string,
    });
  });

  it("that throws shows its own line", async () => {
    write(
      "faulty.ts",
      "interface Shape {\n  sides: number;\n}\n\nexport function check(shape: Shape): void {\n  if (shape.sides < 3) throw new RangeError('too few');\n}\n",
    );
    const { reply } = await kernel.execute(`import { check } from "./faulty";\ncheck({ sides: 2 })`);
    const traceback = (reply["traceback"] as string[]).join("\n");
    expect(traceback).toContain("check — faulty.ts, ligne 6, colonne 30");
    expect(traceback).toContain("throw new RangeError('too few');");
    expect(traceback).toMatch(/cellule \[\d+\], ligne 2, colonne \d+/);
  });

  it("that isn't TypeScript is named, with the line", async () => {
    write("wrong.ts", "export const a = 1;\nexport const b = ;\n");
    const { reply } = await kernel.execute(`import { b } from "./wrong"; b`);
    expect(reply).toMatchObject({ ename: "TypeScriptError" });
    expect((reply["traceback"] as string[])[0]).toContain("wrong.ts 2:18");
    expect(await resultOf("1 + 1")).toBe("2");
  });
});
