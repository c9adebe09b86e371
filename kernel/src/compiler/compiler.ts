import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Completeness } from "../language/completeness.js";
import type { Completions } from "../language/completions.js";
import type { CellDiagnostic, Description, EmittedCell } from "../language/language.js";
import type { TemplateAt } from "../language/tagged-template.js";
import { log } from "../log.js";
import { CellMap } from "./cell-map.js";
import type { Answer, Answers, Question, Subject } from "./question.js";

/** A cell ready to run. */
export interface CheckedCell extends Omit<EmittedCell, "maps" | "shift" | "declarations"> {
  /** Way back from the JavaScript to the cell's own lines. */
  map: CellMap;
  /** Takes over the cell's declarations, but those of the variables in `lost`, whose value was never reached. */
  commit(lost?: string[]): Promise<void>;
}

/** Where a compiler works. */
export interface CompilerOptions {
  /** The notebook's folder. */
  directory: string;
  /** A snapshot to start from, if there is one. */
  snapshot: string | undefined;
}

/** The compiler's process ended while it worked on a question. */
export class CompilerStopped extends Error {
  override readonly name = "CompilerStopped";
}

interface Pending {
  question: Question;
  /** Processes that ended while it was their turn to answer it. */
  deaths: number;
  resolve: (value: never) => void;
  reject: (reason: unknown) => void;
}

/**
 * Flags of the compiler's Node.js: a snapshot needs the same ones when it is written and when it is read. Young objects get
 * 4 MiB from the start, as the compiler makes many.
 */
export const compilerFlags = ["--min-semi-space-size=8", "--max-semi-space-size=8"];

/** Lines the converter puts before the cell's text. */
const linesBefore = 1;
const program = fileURLToPath(new URL("main.js", import.meta.url));
// Kept now: a cell may change what it finds in `process`.
const { execPath } = process;
/** The C library of Linux would keep 10 MB for later that starting took, and as much again in heaps of V8's other threads. */
const env = {
  ...process.env,
  MALLOC_MMAP_THRESHOLD_: "65536",
  MALLOC_TRIM_THRESHOLD_: "65536",
  MALLOC_ARENA_MAX: "1",
};

/**
 * The compiler, in a process of its own: it loads while the kernel opens its channels, can be stopped in the middle of a cell,
 * and neither its heap nor its globals are the notebook's. It holds nothing that lasts: what the notebook declares stays here.
 */
export class Compiler {
  private child: ChildProcess | undefined;
  private ready = false;
  private declarations = "";
  private questions = 0;
  /** In the order they were asked, which is that of the answers. */
  private readonly pending = new Map<number, Pending>();

  constructor(private readonly options: CompilerOptions) {}

  /** Starts the process, which takes a third of a second from a snapshot and about two without. */
  start(): void {
    const { directory, snapshot } = this.options;
    const how = snapshot === undefined ? [program] : ["--snapshot-blob", snapshot, "compiler"];
    const child = spawn(execPath, [...compilerFlags, "--no-warnings", ...how], {
      cwd: directory,
      env,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.child = child;
    this.ready = false;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      log(`compiler: ${text.trimEnd()}`);
    });
    child.on("message", (answer: Answer) => {
      this.receive(answer);
    });
    child.on("error", (error) => {
      log(`compiler: ${error.message}`);
    });
    child.on("close", () => {
      if (this.child === child) this.recover();
    });
    for (const { question } of this.pending.values()) this.post(question);
  }

  /** Gives up the cell that is being checked, and lets a new process take the place of the one that works on it. */
  giveUp(): void {
    const checks = [...this.pending.values()].filter(({ question }) => question.subject === "check");
    if (checks.length === 0) return;
    for (const check of checks) this.refuse(check, "la lecture de cette cellule a été abandonnée.");
    const { child } = this;
    this.child = undefined;
    child?.kill("SIGKILL");
    this.start();
  }

  /** Checks a cell and turns it into JavaScript, or says what is wrong with it. */
  async check(code: string): Promise<CheckedCell | CellDiagnostic[]> {
    const before = this.declarations;
    const emitted = await this.ask("check", before, code);
    if (Array.isArray(emitted)) return emitted;
    const { maps, shift, declarations: after, ...cell } = emitted;
    return {
      ...cell,
      map: new CellMap(maps, code, shift, linesBefore),
      commit: async (lost = []) => {
        this.declarations = lost.length > 0 ? await this.ask("withoutLost", before, after, lost) : after;
      },
    };
  }

  /** What can be written at `offset`. */
  complete(code: string, offset: number): Promise<Completions> {
    return this.ask("complete", this.declarations, code, offset);
  }

  /** What is known of the name at `offset`, or undefined. */
  inspect(code: string, offset: number): Promise<Description | undefined> {
    return this.ask("inspect", this.declarations, code, offset);
  }

  /** The tagged template that holds `offset` in its text, if any. */
  async templateAt(code: string, offset: number): Promise<TemplateAt | undefined> {
    return code.includes("`") ? this.ask("templateAt", code, offset) : undefined;
  }

  /** Whether `code` is a whole cell. */
  completeness(code: string): Promise<Completeness> {
    return this.ask("completeness", code);
  }

  private ask<S extends Subject>(subject: S, ...args: Question<S>["args"]): Promise<Answers[S]> {
    if (this.child === undefined) this.start();
    this.questions += 1;
    const question: Question = { id: this.questions, subject, args };
    return new Promise((resolve, reject) => {
      this.pending.set(question.id, { question, deaths: 0, resolve, reject });
      this.post(question);
    });
  }

  private post(question: Question): void {
    // What can't be sent to a process that is ending is sent again to the next one.
    this.child?.send(question, () => undefined);
  }

  private receive(answer: Answer): void {
    if (answer.type === "ready") {
      this.ready = true;
      return;
    }
    const pending = this.pending.get(answer.id);
    this.pending.delete(answer.id);
    if (answer.type === "answer") {
      pending?.resolve(answer.value as never);
      return;
    }
    log(`compiler: ${answer.stack}`);
    pending?.reject(Object.assign(new Error(answer.message), { name: answer.name }));
  }

  /** The process ended by itself: of a bad snapshot, of a question too big for it, or killed. */
  private recover(): void {
    this.child = undefined;
    if (!this.ready && this.options.snapshot !== undefined) {
      log(
        "compiler: started without its snapshot, which takes longer; installing the kernel again makes a new one",
      );
      this.options.snapshot = undefined;
      this.start();
      return;
    }
    const [first] = this.pending.values();
    if (!this.ready) {
      for (const pending of [...this.pending.values()])
        this.refuse(
          pending,
          "le compilateur TypeScript ne démarre pas ; le journal du serveur Jupyter dit pourquoi.",
        );
    } else if (first !== undefined) {
      first.deaths += 1;
      // The first time, it may have ended before it could read the question.
      if (first.deaths > 1)
        this.refuse(
          first,
          "le compilateur s'est arrêté en lisant cette cellule, sans doute faute de mémoire ; vos variables sont intactes. Découpez la cellule, ou lisez de grandes données dans un fichier.",
        );
    }
    if (this.pending.size > 0) this.start();
  }

  private refuse({ question, reject }: Pending, message: string): void {
    this.pending.delete(question.id);
    reject(new CompilerStopped(message));
  }
}
