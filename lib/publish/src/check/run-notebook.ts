import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Source } from "damir";
import { runPython } from "../python.js";
import type { Finding, Notebook } from "./check-report.js";
import { parseNotebook } from "./read-notebook.js";

/** A notebook that ran, as far as it went. */
export interface Run {
  notebook: Notebook;
  /** What its queries read, each table once, in the order of reading. */
  read: Source[];
  /** The error that stopped it. */
  failure?: Finding;
}

interface Failure {
  kind: "error" | "timeout" | "dead";
  cell: number;
  name: string;
  message: string;
}

/**
 * Runs all cells of a notebook file in order, in a fresh kernel that is told where to note what its queries read.
 * The file itself is left as it is.
 * @param seconds longest time for one cell
 * @param progress told as cells run: how many of the notebook's
 * @throws UserError when the Python environment or the kernel is missing
 */
export async function runNotebook(
  path: string,
  seconds: number,
  progress?: (done: number, total: number) => void,
): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "damir-publication-"));
  // A process that is told to stop doesn't come back here.
  const leaveNothing = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", leaveNothing);
  try {
    const output = join(folder, "execute.json");
    const log = join(folder, "lectures.jsonl");
    await runPython(
      "run_notebook.py",
      [resolve(path), dirname(resolve(path)), output, String(seconds)],
      "",
      { DAMIR_READ_LOG: log },
      (line) => {
        const [done, total] = line.split("/").map(Number);
        if (done !== undefined && total !== undefined) progress?.(done, total);
      },
    );
    const { notebook, failure } = JSON.parse(readFileSync(output, "utf8")) as {
      notebook: unknown;
      failure: Failure | null;
    };
    const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
    const read = new Map(
      lines
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Source)
        .map((source) => [source.table, source]),
    );
    return {
      notebook: parseNotebook(JSON.stringify(notebook), path),
      read: [...read.values()],
      ...(failure ? { failure: findingOf(failure, seconds) } : {}),
    };
  } finally {
    process.off("exit", leaveNothing);
    leaveNothing();
  }
}

function findingOf({ kind, cell, name, message }: Failure, seconds: number): Finding {
  const [text, remedy] = {
    error: [
      `Le notebook, relancé depuis le début dans un noyau neuf, s'arrête sur une erreur : ${[name, message].filter((part) => part !== "").join(" : ")}`,
      "Corrigez cette cellule, relancez tout (Exécution › Redémarrer et tout exécuter), puis recommencez.",
    ],
    timeout: [
      `Cette cellule tourne depuis plus de ${seconds} secondes.`,
      "Agrégez en SQL, ou donnez-lui plus de temps.",
    ],
    dead: [
      "Le noyau s'est arrêté pendant cette cellule, faute de mémoire le plus souvent.",
      "Lisez moins de lignes à la fois : agrégez en SQL.",
    ],
  }[kind] as [string, string];
  return { severity: "erreur", rule: "execution", cell, text, remedy };
}
