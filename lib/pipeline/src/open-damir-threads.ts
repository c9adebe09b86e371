import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { MonthTotals } from "./month-totals.js";
import type { Position } from "./open-damir-order.js";

/** What a thread needs to know to read any block of a month. */
export interface ThreadSetting {
  /** Name of the published file, for the messages. */
  file: string;
  headerLine: string;
  month: number;
  /** Folder of the parts. */
  folder: string;
  /** Name of the thread among the writers of the parts. */
  name: string;
  boundaries: Position[];
  /** Memory that blocks are handed over in. */
  blocks: SharedArrayBuffer[];
}

/** What the main thread asks. */
export type ThreadRequest = { end: false; block: number; length: number } | { end: true };

/** What a thread found in a block without fault. Numbers of lines start at 1 in the block. */
export interface BlockReport {
  lines: number;
  rows: number;
  shortRows: number;
  /** First of the empty lines that end the block, 0 where there is none. */
  blankLine: number;
}

/** A block that has been read, or refused for a reason that only its reading again tells in full. */
export interface BlockOutcome {
  report?: BlockReport;
  /** What the thread met, and a copy of the block. */
  fault?: { error: unknown; bytes: Buffer };
}

const script = new URL("./open-damir-thread.js", import.meta.url);

/** True where threads can start: not when the TypeScript sources run as they are. */
export function canUseThreads(): boolean {
  return existsSync(fileURLToPath(script));
}

/** Blocks that one thread may hold: the one it reads and the next one. */
const blocksPerThread = 2;

interface Thread {
  worker: Worker;
  /** Answers that are awaited, in the order of the requests. */
  waiting: { resolve: (answer: Answer) => void; reject: (error: unknown) => void }[];
}

interface Answer {
  report?: BlockReport;
  fault?: unknown;
  totals?: MonthTotals;
}

/** Threads that read the blocks of one month, each block by the first of them that is free. */
export class BlockThreads {
  /** Names of the threads among the writers of the parts. */
  readonly names: readonly string[];
  readonly #threads: Thread[];
  readonly #blocks: SharedArrayBuffer[];
  /** Numbers of the blocks that are free, with the thread that reads each. */
  readonly #free: number[];
  readonly #waitingForBlock: (() => void)[] = [];
  #death: { error: unknown } | undefined;

  /** @param blockBytes size of the largest block */
  constructor(count: number, blockBytes: number, setting: Omit<ThreadSetting, "name" | "blocks">) {
    this.#blocks = Array.from({ length: count * blocksPerThread }, () => new SharedArrayBuffer(blockBytes));
    this.#free = this.#blocks.map((_, block) => block);
    this.names = Array.from({ length: count }, (_, index) => `thread${index}`);
    this.#threads = this.names.map((name) => {
      const workerData: ThreadSetting = { ...setting, name, blocks: this.#blocks };
      const thread: Thread = { worker: new Worker(script, { workerData }), waiting: [] };
      const fail = (error: unknown) => {
        this.#death ??= { error };
        for (const { reject } of thread.waiting.splice(0)) reject(error);
        for (const wake of this.#waitingForBlock.splice(0)) wake();
      };
      thread.worker.on("message", (answer: Answer) => thread.waiting.shift()?.resolve(answer));
      thread.worker.on("error", fail);
      thread.worker.on("exit", () => {
        if (thread.waiting.length > 0) fail(new Error("A reading thread ended before its work"));
      });
      return thread;
    });
  }

  /**
   * Hands a block of whole lines over, as soon as a thread has room for it.
   * @returns once it is handed over, the promise of its outcome
   */
  async read(bytes: Buffer): Promise<{ outcome: Promise<BlockOutcome> }> {
    while (this.#free.length === 0 && !this.#death) {
      await new Promise<void>((resolve) => this.#waitingForBlock.push(resolve));
    }
    if (this.#death) throw this.#death.error;
    const block = this.#free.shift() as number;
    const shared = Buffer.from(this.#blocks[block] as SharedArrayBuffer);
    bytes.copy(shared);
    const thread = this.#threads[block % this.#threads.length] as Thread;
    const answered = this.#ask(thread, { end: false, block, length: bytes.length });
    const outcome = answered.then(({ report, fault }): BlockOutcome => {
      const read = report
        ? { report }
        : { fault: { error: fault, bytes: Buffer.from(shared.subarray(0, bytes.length)) } };
      this.#free.push(block);
      this.#waitingForBlock.shift()?.();
      return read;
    });
    // Its failure is met when the outcome is awaited; until then it must not pass for unhandled.
    outcome.catch(() => undefined);
    return { outcome };
  }

  /** Ends the threads, the parts being written. */
  async end(): Promise<MonthTotals[]> {
    const answers = await Promise.all(this.#threads.map((thread) => this.#ask(thread, { end: true })));
    return answers.flatMap(({ totals }) => totals ?? []);
  }

  /** Stops the threads where they are. */
  async terminate(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #ask(thread: Thread, request: ThreadRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      thread.waiting.push({ resolve, reject });
      thread.worker.postMessage(request);
    });
  }
}
