import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { projectRoot } from "damir";

/** How a `damir` command ended. */
export interface ProcessEnd {
  /** Exit code; null for one that a signal ended. */
  readonly code: number | null;
  /** What it said for people. */
  readonly said: string;
}

/** Events of a `damir` command that speaks JSON, one a line. */
export type JsonEvent = Record<string, unknown> & { readonly event: string };

/** A `damir` command in a process of its own: it can be interrupted, and its memory isn't the kernel's. */
export class DamirProcess {
  readonly #child: ChildProcess;
  #interrupted = false;
  /** Settles when it has ended and all it wrote was heard. */
  readonly ended: Promise<ProcessEnd>;

  /**
   * @param listen called for each event, in order
   * @param env its environment, where it isn't this process's: secrets go by there
   */
  constructor(
    words: readonly string[],
    listen: (event: JsonEvent) => void,
    env: NodeJS.ProcessEnv = process.env,
  ) {
    const child = spawn(process.execPath, [join(projectRoot, "lib", "cli", "bin", "damir.js"), ...words], {
      stdio: ["ignore", "pipe", "pipe"],
      env,
    });
    this.#child = child;
    // A kernel that ends by itself takes it along.
    const stop = () => void child.kill("SIGINT");
    process.once("exit", stop);
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const event = eventFrom(line);
      if (event) listen(event);
    });
    this.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        process.off("exit", stop);
        resolve({ code, said: said.trim() });
      });
    });
  }

  /** Whether somebody asked it to stop. */
  get interrupted(): boolean {
    return this.#interrupted;
  }

  /** Ends it as Ctrl-C does: nothing half-written stays. */
  interrupt(): void {
    this.#interrupted = true;
    this.#child.kill("SIGINT");
  }
}

function eventFrom(line: string): JsonEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  const value = JSON.parse(line) as Record<string, unknown>;
  return typeof value["event"] === "string" ? (value as JsonEvent) : undefined;
}
