/** The queries of all starters, as their cells ask them, and variants of them with other codes and months. */
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { joined, readNotebook } from "../scripts/notebook-run.mjs";
import { root } from "../scripts/setup.mjs";

/** @typedef {{ strings: string[]; values: import("../lib/damir/dist/index.js").SqlValue[] }} AskedQuery */

/**
 * Runs the cells of each starter over a store, and notes what they ask for.
 * @param {string} home
 * @param {string} folder for the programs, below the project whose packages they import
 * @returns {Promise<AskedQuery[]>}
 */
export async function starterQueries(home, folder) {
  const recorder = pathToFileURL(join(root, "bench", "recorded-connection.mjs")).href;
  const starters = readdirSync(join(root, "notebooks")).filter((name) => /^\d\d-/.test(name));
  /** @type {AskedQuery[]} */
  const found = [];
  const programs = join(folder, "starters");
  mkdirSync(programs, { recursive: true });
  try {
    for (const slug of starters) {
      const { cells } = readNotebook(join(root, "notebooks", slug, "notebook.ipynb"));
      const code = cells
        .filter(({ cell_type }) => cell_type === "code")
        .map(({ source }) => joined(source))
        .join("\n;\n");
      const { outputText } = ts.transpileModule(code, {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      });
      const program = join(programs, `${slug}.mjs`);
      writeFileSync(program, outputText.replace(/from "damir"/g, `from "${recorder}"`));
      const { stdout } = await promisify(execFile)(process.execPath, [program], {
        cwd: join(root, "notebooks", slug),
        env: { ...process.env, DAMIR_HOME: home, DAMIR_URL: "" },
        maxBuffer: 1 << 26,
      });
      for (const line of stdout.split("\n")) {
        if (line.startsWith('{"strings":')) found.push(JSON.parse(line));
      }
    }
  } finally {
    rmSync(programs, { recursive: true, force: true });
  }
  return found;
}

/** Columns whose codes vary, where a query compares one of them with a code. */
const varied = [
  "ben_res_reg",
  "prs_nat",
  "pse_spe_snds",
  "age_ben_snds",
  "ben_sex_cod",
  "exe_spe",
  "departement",
];

/**
 * Reads the codes and the months that variants are drawn from.
 * @param {import("../lib/damir/dist/index.js").Damir} damir
 */
export async function readChoices(damir) {
  /** @type {Record<string, (string | number)[]>} */
  const choices = {};
  for (const column of varied) {
    const table = column === "exe_spe" || column === "departement" ? "damir_departement" : "damir";
    const text = `SELECT DISTINCT ${column} AS code FROM ${table} WHERE ${column} IS NOT NULL ORDER BY 1`;
    const { rows } = await damir.sql(/** @type {any} */ ([text]));
    choices[column] = rows.map((row) => /** @type {any} */ (row).code);
  }
  const { rows } = await damir.sql(
    /** @type {any} */ (["SELECT DISTINCT flx_ann_moi AS code FROM damir ORDER BY 1"]),
  );
  choices["flx_ann_moi"] = rows.map((row) => /** @type {any} */ (row).code);
  return choices;
}

const compared = new RegExp(String.raw`\b(${varied.join("|")})(\s*=\s*)('[^']*'|\d+)`, "gi");
const opened = new RegExp(String.raw`\b(${varied.join("|")})\s*=\s*$`, "i");

/**
 * The same query with other codes and months: nothing that was answered before answers it.
 * @param {AskedQuery} query
 * @param {Record<string, (string | number)[]>} choices
 * @param {() => number} random
 * @returns {AskedQuery}
 */
export function variant({ strings, values }, choices, random) {
  const oneOf = (/** @type {string} */ column) => {
    const codes = choices[column.toLowerCase()] ?? [];
    return codes[Math.floor(random() * codes.length)] ?? 0;
  };
  const month = () => String(oneOf("flx_ann_moi"));
  return {
    strings: strings.map((piece) =>
      piece
        .replace(compared, (_, column, equals, code) => {
          const other = oneOf(column);
          return `${column}${equals}${code.startsWith("'") ? `'${other}'` : other}`;
        })
        .replace(/\b20\d\d(?:0[1-9]|1[0-2])\b/g, month),
    ),
    values: values.map((value, index) => {
      const column = opened.exec(strings[index] ?? "")?.[1];
      return column === undefined || typeof value === "object" ? value : oneOf(column);
    }),
  };
}
