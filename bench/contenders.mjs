/** The kernels that are compared, and how each writes the same cells. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/** The project's folder. */
export const root = fileURLToPath(new URL("../", import.meta.url));

/**
 * The cells of the measures, in one language.
 * @typedef {object} Cells
 * @property {(index: number) => string} declaration a variable and a function that uses it
 * @property {string} print prints 20,000 lines
 * @property {string} topLevelLoop adds the numbers below ten millions at the top level
 * @property {string} functionLoop does so in a function
 * @property {string | undefined} duckdb loads DuckDB and queries it
 */

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {import("./kernel-process.mjs").KernelCommand | undefined} command undefined when it isn't installed
 * @property {string} absent how to install it
 * @property {Cells} cells
 */

/** @param {string} duckdb specifier of DuckDB's package @returns {Cells} */
function typescript(duckdb) {
  return {
    declaration: (index) =>
      `const value${index} = ${index};\nfunction double${index}(n: number): number { return n * value${index}; }`,
    print: "for (let i = 0; i < 20000; i++) console.log(`line ${i}`);",
    topLevelLoop: "let sum = 0;\nfor (let i = 0; i < 1e7; i++) sum += i;",
    functionLoop:
      "(() => { let total = 0; for (let i = 0; i < 1e7; i++) total += i; return total; })();\nvar done = 1;",
    duckdb: [
      `import { DuckDBInstance } from "${duckdb}";`,
      "const duckdb = await (await DuckDBInstance.create()).connect();",
      'await (await duckdb.runAndReadAll("select 42 as answer")).getRowObjects();',
    ].join("\n"),
  };
}

/** @type {Cells} */
const python = {
  declaration: (index) => `value${index} = ${index}\ndef double${index}(n):\n    return n * value${index}`,
  print: "for i in range(20000): print(f'line {i}')",
  topLevelLoop: "total = 0\nfor i in range(10_000_000): total += i",
  functionLoop: "def add():\n    total = 0\n    for i in range(10_000_000): total += i\nadd()",
  duckdb: undefined,
};

/** This project's kernel, as it was installed. */
export const ours = {
  name: "atelier",
  command: installedCommand(),
  absent: "npm start",
  cells: typescript("@duckdb/node-api"),
};

/** @type {Contender} */
export const deno = {
  name: "deno",
  command: denoCommand(),
  absent: "npm install --prefix bench",
  cells: typescript("npm:@duckdb/node-api"),
};

/** @type {Contender} */
export const ipykernel = {
  name: "ipykernel",
  command: pythonCommand(),
  absent: "npm start",
  cells: python,
};

function installedCommand() {
  const spec = join(root, ".venv", "share", "jupyter", "kernels", "typescript", "kernel.json");
  return existsSync(spec)
    ? /** @type {import("./kernel-process.mjs").KernelCommand} */ (JSON.parse(readFileSync(spec, "utf8")))
    : undefined;
}

/** Deno itself rather than npm's launcher, which would be counted in its start. */
function denoCommand() {
  try {
    const base = createRequire(require.resolve("deno/package.json"));
    const libc = process.platform === "linux" ? "-glibc" : "";
    const folder = dirname(base.resolve(`@deno/${process.platform}-${process.arch}${libc}/package.json`));
    const program = join(folder, process.platform === "win32" ? "deno.exe" : "deno");
    return {
      argv: [program, "jupyter", "--kernel", "--conn", "{connection_file}"],
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    };
  } catch {
    return undefined;
  }
}

function pythonCommand() {
  const program =
    process.platform === "win32"
      ? join(root, ".venv", "Scripts", "python.exe")
      : join(root, ".venv", "bin", "python");
  if (!existsSync(program)) return undefined;
  return { argv: [program, "-m", "ipykernel_launcher", "-f", "{connection_file}"] };
}
