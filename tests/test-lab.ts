import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLab, type Lab } from "../scripts/lab.mjs";
import { choosePort } from "../scripts/port.mjs";
import { root } from "../scripts/setup.mjs";

/** Starts a lab for a file of tests: what is chosen in it doesn't stay, and its pages give hold of the application. */
export async function startTestLab(
  options: Omit<Parameters<typeof startLab>[0], "port" | "args">,
): Promise<Lab> {
  return startLab({
    ...options,
    port: await choosePort(undefined),
    args: [
      "--no-browser",
      "--LabApp.expose_app_in_browser=True",
      `--LabApp.user_settings_dir=${mkdtempSync(join(tmpdir(), "settings-"))}`,
    ],
  });
}

/** Copies the starters, without the forks that someone made of them, into a folder of its own. */
export function copyOfStarters(): string {
  const folder = mkdtempSync(join(tmpdir(), "starters-"));
  cpSync(join(root, "notebooks"), folder, {
    recursive: true,
    filter: (path) => !path.includes("mes-analyses"),
  });
  return folder;
}

/** The text of a notebook with these cells of code. */
export function notebookOf(sources: readonly string[]): string {
  return JSON.stringify({
    cells: sources.map((source, index) => ({
      id: `cellule-${index}`,
      cell_type: "code",
      source,
      metadata: {},
      execution_count: null,
      outputs: [],
    })),
    metadata: { kernelspec: { name: "typescript", display_name: "TypeScript", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  });
}
