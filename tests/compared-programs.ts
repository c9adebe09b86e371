import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { home, root } from "../scripts/setup.mjs";
import { joined, readNotebook } from "../scripts/notebook-run.mjs";

/** A query that was asked of the store and of a server, and what differs in their answers: nothing where they agree. */
export interface ComparedQuery {
  query: string;
  difference: string;
}

/**
 * Runs the cells of a starter, each query asked of the store and of a server.
 * @param folder where the program is written: below the project, whose packages it imports
 * @param url address of the server
 */
export async function comparedStarter(slug: string, folder: string, url: string): Promise<ComparedQuery[]> {
  mkdirSync(folder, { recursive: true });
  const program = join(folder, `${slug}.mjs`);
  writeFileSync(program, programOf(slug));
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    cwd: join(root, "notebooks", slug),
    env: { ...process.env, DAMIR_HOME: home, DAMIR_URL: url },
    maxBuffer: 1 << 26,
  });
  return stdout
    .split("\n")
    .filter((line) => line.startsWith('{"query":'))
    .map((line) => JSON.parse(line) as ComparedQuery);
}

/** The cells of a starter as one program, which compares each query's answers. */
function programOf(slug: string): string {
  const { cells } = readNotebook(join(root, "notebooks", slug, "notebook.ipynb"));
  const code = cells.filter(({ cell_type }) => cell_type === "code").map(({ source }) => joined(source));
  const { outputText } = ts.transpileModule(code.join("\n;\n"), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const compared = pathToFileURL(join(root, "tests", "compared-connection.mjs")).href;
  return outputText.replace(/from "damir"/g, `from "${compared}"`);
}
