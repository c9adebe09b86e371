import { UserError } from "damir";
import { TransientFailure } from "./failure.js";
import type { FetchEffects } from "./fetch-effects.js";

const mostTries = 6;
/** However little each try brings, a file isn't asked for more often. */
const mostTriesInAll = 100;
const firstPause = 1_000;
const longestPause = 60_000;
/** What a person would rather come back for, in milliseconds. */
const longestRequested = 600_000;

/** How long to wait, and when to give up, while the same thing fails again and again. */
export class Patience {
  #fruitless = 0;
  #tries = 0;

  constructor(
    private readonly what: string,
    private readonly effects: FetchEffects,
  ) {}

  /**
   * Waits after a failure: twice as long each time, or what the server asks.
   * @param progressed true when the try that failed brought something, which makes up for the ones before
   * @throws UserError when it isn't worth another try
   */
  async after(failure: TransientFailure, progressed = false): Promise<void> {
    this.#fruitless = progressed ? 1 : this.#fruitless + 1;
    this.#tries += 1;
    const { message, retryAfter } = failure;
    if (retryAfter !== undefined && retryAfter > longestRequested) {
      const minutes = Math.ceil(retryAfter / 60_000);
      throw new UserError(
        `${this.what} : ${message} et demande d'attendre ${minutes} minutes. Relancez la même commande à ce moment-là : elle reprendra où elle en est.`,
        { cause: failure },
      );
    }
    if (this.#fruitless >= mostTries || this.#tries >= mostTriesInAll) {
      throw new UserError(
        `${this.what} : ${message}. Abandon après ${this.#tries} essais ; relancez plus tard la même commande, elle reprendra où elle en est.`,
        { cause: failure },
      );
    }
    const pause =
      retryAfter ??
      Math.min(firstPause * 2 ** (this.#fruitless - 1), longestPause) * (0.75 + Math.random() / 2);
    this.effects.report(
      `${this.what} : ${message}. Nouvel essai dans ${Math.max(1, Math.round(pause / 1000))} s.`,
    );
    await this.effects.wait(pause);
  }
}

/** Does something that may fail for a while, with patience. */
export async function persist<T>(what: string, effects: FetchEffects, task: () => Promise<T>): Promise<T> {
  const patience = new Patience(what, effects);
  for (;;) {
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error;
      await patience.after(error);
    }
  }
}
