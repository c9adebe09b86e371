import type { PipelineEffects } from "@atelier-damir/pipeline";

/** What a command does to the world: tests pass their own. */
export interface TerminalEffects {
  /** Results, for people and for pipes. */
  out: (text: string) => void;
  /** Progress and errors. */
  err: (text: string) => void;
  /** True when `err` goes to a terminal, where a line can be written over. */
  live: boolean;
  env: NodeJS.ProcessEnv;
  now: () => Date;
}

/** The terminal that started the process. */
export const defaultEffects: TerminalEffects = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  live: process.stderr.isTTY,
  env: process.env,
  now: () => new Date(),
};

const wipe = "\r\u001b[K";

/**
 * Shows the pipeline's progress: one line written over on a terminal, a line every fifth of the way elsewhere.
 * Call `done` before writing anything else.
 */
export class Progress implements PipelineEffects {
  #last = "";
  #onLine = false;

  constructor(private readonly effects: TerminalEffects) {}

  report(message: string): void {
    this.done();
    this.effects.err(`${message}\n`);
  }

  progress(step: string, done: number, total: number): void {
    const { live, err } = this.effects;
    const percent = total > 0 ? Math.floor((100 * done) / total) : 100;
    const shown = `${step} : ${live ? percent : percent - (percent % 20)} %`;
    if (shown === this.#last || (!live && percent < 20)) return;
    this.#last = shown;
    err(live ? `${wipe}${shown}` : `${shown}\n`);
    this.#onLine = live;
  }

  now(): Date {
    return this.effects.now();
  }

  /** Leaves the terminal on an empty line. */
  done(): void {
    if (this.#onLine) this.effects.err(wipe);
    this.#onLine = false;
    this.#last = "";
  }
}
