import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { projectRoot, UserError } from "damir";

/**
 * Runs one of this package's Python scripts in the project's environment, the one of JupyterLab.
 * @param env variables added to this process's own
 * @param told each line of its standard output, as it comes
 * @returns what it wrote on its standard output
 * @throws UserError when the environment is missing or the script fails
 */
export async function runPython(
  script: string,
  args: readonly string[],
  input = "",
  env: Readonly<Record<string, string>> = {},
  told?: (line: string) => void,
): Promise<string> {
  const python =
    process.platform === "win32"
      ? join(projectRoot, ".venv", "Scripts", "python.exe")
      : join(projectRoot, ".venv", "bin", "python");
  if (!existsSync(python)) {
    throw new UserError(
      `L'environnement Python du projet manque (${python}). Lancez une fois « npm start », qui le crée, puis recommencez.`,
    );
  }
  const path = fileURLToPath(new URL(`../assets/${script}`, import.meta.url));
  const child = spawn(python, [path, ...args], { env: { ...process.env, PYTHONUTF8: "1", ...env } });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  if (told) createInterface(child.stdout).on("line", told);
  // Python ends its kernel when it is asked to stop; left alone it would go on for nobody.
  const stop = () => child.kill("SIGINT");
  process.once("exit", stop);
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  // A script that ends before it has read all says why on its standard error.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  }).finally(() => process.off("exit", stop));
  if (status !== 0) {
    const last = Buffer.concat(errors).toString("utf8").trim().split("\n").at(-1) ?? "";
    throw new UserError(`${script} a échoué (état ${String(status)}) : ${last}`);
  }
  return Buffer.concat(output).toString("utf8");
}
