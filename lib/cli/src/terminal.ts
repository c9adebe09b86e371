import { createInterface, type Interface } from "node:readline/promises";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { readableSize, type FetchEffects } from "@atelier-damir/pipeline";

/** What a command does to the world: tests pass their own. */
export interface TerminalEffects {
  /** Results, for people and for pipes. */
  out: (text: string) => void;
  /** Progress and errors. */
  err: (text: string) => void;
  /** True when `err` goes to a terminal, where a line can be written over. */
  live: boolean;
  /** Width of that terminal in characters, which may change; 80 unless said. */
  columns?: () => number;
  env: NodeJS.ProcessEnv;
  now: () => Date;
  /** Asks a person something; absent where nobody is there to answer. */
  ask?: (question: string) => Promise<string>;
  /** The same, without showing what is typed. */
  askSecret?: (question: string) => Promise<string>;
  /** What to say to whoever interrupts the command: it may change on the way. */
  interruption?: { message: string };
  /** Lets time pass, in milliseconds. */
  wait?: (duration: number) => Promise<void>;
}

/** The terminal that started the process. */
export const defaultEffects: TerminalEffects = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  live: process.stderr.isTTY,
  columns: () => process.stderr.columns || 80,
  env: process.env,
  now: () => new Date(),
  ...(process.stdin.isTTY && process.stderr.isTTY ? { ask, askSecret } : {}),
  interruption: { message: "Interrompu : vos données restent comme elles étaient." },
};

/** Whether an answer is a yes; no answer isn't one. */
export function agreed(answer: string): boolean {
  return /^(o|oui|y|yes)$/i.test(answer.trim());
}

async function ask(question: string): Promise<string> {
  return answered(createInterface({ input: process.stdin, output: process.stderr }), question);
}

async function askSecret(question: string): Promise<string> {
  // The terminal shows nothing by itself in this mode, and what readline would write over the line goes nowhere.
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // Only now: what is typed as soon as one is asked isn't shown either.
  process.stderr.write(question);
  try {
    return await answered(lines, "");
  } finally {
    process.stderr.write("\n");
  }
}

/** One line of answer; nothing where the input ends (Ctrl-D). While a line is read Ctrl-C is a character: it ends the command as elsewhere. */
async function answered(lines: Interface, question: string): Promise<string> {
  const ended = new Promise<string>((done) => {
    lines.once("close", () => {
      done("");
    });
  });
  lines.on("SIGINT", () => process.emit("SIGINT"));
  try {
    return await Promise.race([lines.question(question), ended]);
  } finally {
    lines.close();
  }
}

const wipe = "\r\u001b[K";
/** A speed over less time than this, in milliseconds, says nothing. */
const telling = 2_000;

/** A step under way. */
interface Step {
  shown: string;
  begunAt: number;
  /** What was done when it began to be shown: a resumed download didn't come at once. */
  from: number;
}

/**
 * Shows the pipeline's progress: one line written over on a terminal, with the speed and the time left, a line every
 * fifth of the way elsewhere. Call `done` before writing anything else.
 */
export class Progress implements FetchEffects {
  readonly #steps = new Map<string, Step>();
  #line = "";

  constructor(private readonly effects: TerminalEffects) {}

  get env(): NodeJS.ProcessEnv {
    return this.effects.env;
  }

  report(message: string): void {
    this.done();
    this.effects.err(`${message}\n`);
  }

  progress(name: string, done: number, total: number): void {
    const { live, err } = this.effects;
    const percent = total > 0 ? Math.min(Math.floor((100 * done) / total), 100) : 100;
    if (!live && percent < 20) return;
    const now = this.now().getTime();
    const step = this.#steps.get(name) ?? { shown: "", begunAt: now, from: done };
    const shown = live
      ? `${name} : ${percent} %${paceOf(step, done, total, now)}`
      : `${name} : ${percent - (percent % 20)} %`;
    if (shown === step.shown) return;
    this.#steps.set(name, { ...step, shown });
    if (!live) {
      err(`${shown}\n`);
      return;
    }
    // What is finished leaves the line to what goes on.
    const line = [...this.#steps.values()]
      .map((other) => other.shown)
      .filter((text) => text === shown || !text.includes(" : 100 %"))
      .join(" · ");
    // What goes on to a second row could no longer be written over.
    const fitting = cut(line, (this.effects.columns?.() ?? 80) - 1);
    if (fitting === this.#line) return;
    this.#line = fitting;
    err(`${wipe}${fitting}`);
  }

  now(): Date {
    return this.effects.now();
  }

  wait(duration: number): Promise<void> {
    return this.effects.wait?.(duration) ?? sleep(duration);
  }

  /** Leaves the terminal on an empty line. */
  done(): void {
    if (this.#line !== "") this.effects.err(wipe);
    this.#line = "";
  }
}

function cut(line: string, width: number): string {
  return line.length > width ? `${line.slice(0, Math.max(width - 1, 0))}…` : line;
}

/** Progress for machines and for those who only want the end: nothing of it is shown, warnings are. */
export class QuietProgress extends Progress {
  readonly #percents = new Map<string, number>();

  /** @param listen hears of each step, once a percent */
  constructor(
    effects: TerminalEffects,
    private readonly listen?: (step: { name: string; done: number; total: number }) => void,
  ) {
    super(effects);
  }

  override progress(name: string, done: number, total: number): void {
    const percent = total > 0 ? Math.floor((100 * done) / total) : 100;
    if (this.#percents.get(name) === percent) return;
    this.#percents.set(name, percent);
    this.listen?.({ name, done, total });
  }
}

/** Speed and time left of a step counted in bytes: `, 12,3 Mo/s, reste 4 min`. */
function paceOf({ begunAt, from }: Step, done: number, total: number, now: number): string {
  const elapsed = now - begunAt;
  if (elapsed < telling || done <= from || done >= total) return "";
  const speed = ((done - from) / elapsed) * 1000;
  return `, ${readableSize(speed)}/s, reste ${readableDuration((total - done) / speed)}`;
}

function readableDuration(seconds: number): string {
  if (seconds < 60) return `${Math.max(Math.ceil(seconds), 1)} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60
    ? `${minutes} min`
    : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
}
