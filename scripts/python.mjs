/** Finds a Python that can make the project's environment. */
import { StartError } from "./failure.mjs";
import { runTool } from "./step.mjs";

const probe = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";

/**
 * The first Python ≥ 3.10 with venv: `PYTHON` if it is set, else the usual names.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {NodeJS.Platform} [platform]
 * @returns {Promise<{ command: string, args: string[] }>}
 * @throws {StartError} when there is none: says what was found and what to install
 */
export async function findPython(env = process.env, platform = process.platform) {
  const chosen = env["PYTHON"];
  /** @type {[string, ...string[]][]} */
  const candidates = chosen
    ? [[chosen]]
    : platform === "win32"
      ? [["py", "-3"], ["python"]]
      : [["python3"], ["python"], ["python3.13"], ["python3.12"], ["python3.11"], ["python3.10"]];
  /** @type {string[]} */
  const seen = [];
  for (const [command, ...args] of candidates) {
    let output;
    try {
      output = await runTool(command, [...args, "-c", probe], { env });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (/No module named '?(venv|ensurepip)/.test(text)) seen.push(`${command} : sans le module venv`);
      else if (!/ENOENT/.test(text)) seen.push(`${command} : ne répond pas`);
      continue;
    }
    const [major = 0, minor = 0] = output.trim().split(".").map(Number);
    if (major === 3 && minor >= 10) return { command, args };
    seen.push(`${command} : version ${output.trim()}, trop ancienne`);
  }
  const found = seen.length > 0 ? `Trouvé : ${seen.join(" ; ")}. ` : "";
  const advice = seen.some((line) => line.includes("venv"))
    ? "Installez le module venv (Debian, Ubuntu : sudo apt install python3-venv), puis relancez."
    : "Installez Python (Debian, Ubuntu : sudo apt install python3 python3-venv ; macOS, Windows : python.org) ou indiquez-le par PYTHON=/chemin/python3, puis relancez.";
  throw new StartError(`Il faut Python 3.10 ou plus récent, avec venv. ${found}${advice}`);
}
