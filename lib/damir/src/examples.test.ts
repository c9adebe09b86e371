import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jupyterDisplay, type Displayable } from "./display.js";
import { publicFunctions, type PublicFunction } from "./testing/public-functions.js";

/*
 * The examples of the docstrings, checked and run on the sample as cells of a notebook whose first one was
 * `import { … } from "damir"; const damir = await connect();`. One that can't run here begins with `// not run: why`.
 */

const here = fileURLToPath(new URL(".", import.meta.url));
const entry = join(here, "index.ts");
/** Inside the project, so that an example finds the packages of a notebook, and where nothing is kept. */
const folder = join(here, "..", "..", "..", "tests", "output", "examples");
/** The library as an example imports it. */
const library = `${relative(folder, here).replaceAll("\\", "/")}/index.js`;
const notRun = /^\/\/ not run: \S/;

/** Files that examples attach. */
const files: Readonly<Record<string, string>> = {
  "cabinets.csv": "dep;cabinets\n01;120\n2A;35\n75;980\n974;210\n",
  "mes_donnees.csv": "departement;valeur\n01;1,5\n02;2,5\n",
};

/** Methods that the language calls, whose names say all. */
const spoken = new Set(["Query.then", "PendingResult.then"]);

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts"],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ["node"],
  strict: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
};

const functions = publicFunctions(ts.createProgram([entry], options), entry);
const examples = functions.flatMap(({ name, examples: codes }) =>
  codes.map((code, index) => ({ name: codes.length > 1 ? `${name} (${index + 1})` : name, code })),
);
const names = [...new Set(functions.map(({ name }) => name.split(".")[0] ?? name))];

/** A module of an example: what it names of the library is imported, and what it shows is shown. */
function moduleOf(code: string): string {
  const cell = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022, true);
  const last = cell.statements.at(-1);
  const shown =
    last && ts.isExpressionStatement(last)
      ? `${code.slice(0, last.getStart())}\nexport const shown: unknown = await (${last.expression.getText()});`
      : `${code}\nexport const shown: unknown = undefined;`;
  const own = /^import .*"damir";$/gm;
  const imported = [...code.matchAll(own)].join(" ");
  const needed = names.filter(
    (name) =>
      name !== "connect" && new RegExp(`(?<![.\\w])${name}(?!\\w)`).test(code) && !imported.includes(name),
  );
  const opened = /const damir\b/.test(code) ? "" : "const damir = await connect();";
  const connect = imported.includes("connect") ? [] : ["connect"];
  return `import { ${[...connect, ...needed].join(", ")} } from "${library}";
${opened}
${shown.replaceAll('from "damir"', `from "${library}"`)}
await damir.close();
`;
}

const pathOf = (name: string) => join(folder, `${name.replace(/\W+/g, "-")}.ts`);

let home = process.cwd();
beforeAll(() => {
  home = process.cwd();
  mkdirSync(folder, { recursive: true });
  for (const { name, code } of examples) writeFileSync(pathOf(name), moduleOf(code));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

describe("examples of the docstrings", () => {
  it("stand with every public function, or with the one that its docstring links to", () => {
    const shown = new Set(examples.map(({ name }) => name.replace(/ \(\d+\)$/, "")));
    const silent = ({ callable, name, links }: PublicFunction) =>
      callable && ![name, ...links].some((other) => shown.has(other) || spoken.has(other));
    expect(functions.filter(silent).map(({ name }) => name)).toEqual([]);
  });

  it("are typed", () => {
    const program = ts.createProgram(
      examples.map(({ name }) => pathOf(name)),
      options,
    );
    const mistakes = examples.flatMap(({ name }) =>
      program
        .getSemanticDiagnostics(program.getSourceFile(pathOf(name)))
        .concat(program.getSyntacticDiagnostics(program.getSourceFile(pathOf(name))))
        .map(({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`),
    );
    expect(mistakes).toEqual([]);
  });

  it.each(examples.filter(({ code }) => !notRun.test(code)))("run: $name", async ({ name }) => {
    const { shown } = (await import(/* @vite-ignore */ pathOf(name))) as { shown: unknown };
    if (isDisplayable(shown)) {
      const { data } = await shown[jupyterDisplay]();
      expect(Object.keys(data)).toContain("text/plain");
    }
  });
});

function isDisplayable(value: unknown): value is Displayable {
  return typeof value === "object" && value !== null && jupyterDisplay in value;
}
