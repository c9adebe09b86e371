import type { Header } from "../wire/message.js";
import { Interruption } from "./interruption.js";

/** Thrown where a cell asks the person, and whoever runs the cell can't pass the question on. */
export class StdinNotImplementedError extends Error {
  override name = "StdinNotImplementedError";

  constructor() {
    super(
      "cette cellule demande une saisie (prompt, confirm), et l'outil qui l'exécute ne peut pas la transmettre. " +
        "Exécutez-la dans JupyterLab, ou donnez la valeur dans la cellule.",
    );
  }
}

/** Who can be asked: the frontend that sent the cell. */
export interface Asker {
  identities: Buffer[];
  allowStdin: boolean;
}

/** The run that asks. */
export interface AskingRun {
  readonly parent: Header;
  readonly asker: Asker | undefined;
  /** Aborted when the person has interrupted the run. */
  readonly signal: AbortSignal;
  flush(): void;
}

/** Asks and waits; undefined when the person interrupts. */
export type Ask = (question: {
  identities: Uint8Array[];
  parent: Header;
  prompt: string;
  password: boolean;
}) => string | undefined;

/** The global `prompt`. The cells' own declaration of it, with documentation, is in `language/globals.ts`. */
export interface Prompt {
  (message?: string, initial?: string): string;
  password(message?: string): string;
}

const yes = new Set(["o", "oui", "y", "yes"]);
const no = new Set(["n", "non", "no"]);

/**
 * `prompt` and `confirm`, which wait for the person as in a browser.
 * @param current the run that asks, if any
 */
export function inputFunctions(
  current: () => AskingRun | undefined,
  ask: Ask,
): { prompt: Prompt; confirm: (message?: string) => boolean } {
  const question = (message: string, password: boolean): string => {
    const run = current();
    if (run?.asker?.allowStdin !== true) throw new StdinNotImplementedError();
    // What an interrupted cell still does must not make the kernel wait.
    if (run.signal.aborted) throw new Interruption();
    // What was printed before must be read before the question.
    run.flush();
    const { identities } = run.asker;
    const value = ask({ identities, parent: run.parent, prompt: message, password });
    if (value === undefined) throw new Interruption();
    return value;
  };
  const prompt = (message = "", initial = ""): string => {
    const value = question(initial === "" ? message : `${message} [${initial}] `, false);
    return value === "" ? initial : value;
  };
  const confirm = (message = ""): boolean => {
    for (;;) {
      const value = question(`${message} (o/n) `, false).trim().toLowerCase();
      if (yes.has(value)) return true;
      if (no.has(value)) return false;
    }
  };
  return {
    prompt: Object.assign(prompt, { password: (message = "") => question(message, true) }),
    confirm,
  };
}
