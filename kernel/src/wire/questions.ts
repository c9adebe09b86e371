import { MessageChannel, receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import vm from "node:vm";
import type { Header } from "./message.js";

/** What a cell asks the person. */
export interface Question {
  number: number;
  /** The frontend that asked for the cell. */
  identities: Uint8Array[];
  parent: Header;
  prompt: string;
  password: boolean;
}

/** What came of a question: a text, or an interruption. */
export interface Answer {
  number: number;
  value: string | undefined;
}

/** The end of the line that the control thread, which asks the person, is given. */
export interface QuestionLine {
  port: MessagePort;
  /** Counts answers; the main thread sleeps on it. */
  answered: ArrayBufferLike;
}

const entry = Symbol.for("atelier-kernel.wait");
/** Calls what is left under `entry`, so that SIGINT can end it (`vm` watches for the signal during a script only). */
const callEntry = new vm.Script(`globalThis[Symbol.for("atelier-kernel.wait")]()`, {
  filename: "atelier-kernel-entry",
});
/** Kept aside, as a cell may replace what hangs on globals. */
const { load, wait } = Atomics;
const { defineProperty, deleteProperty } = Reflect;

/** Asks the person from the main thread, which waits for the answer as in a browser: another thread speaks to the frontend. */
export class Questions {
  /** For the control thread. */
  readonly line: QuestionLine;
  private readonly port: MessagePort;
  private readonly answered = new Int32Array(new SharedArrayBuffer(4));
  private asked = 0;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    // What waits on the line must not keep the process alive.
    this.port.unref();
    this.line = { port: port2, answered: this.answered.buffer };
  }

  /** Waits for the person's answer; undefined when they interrupt instead. */
  ask(question: Omit<Question, "number">): string | undefined {
    this.asked += 1;
    const number = this.asked;
    this.port.postMessage({ ...question, number } satisfies Question);
    defineProperty(globalThis, entry, { value: () => this.wait(number), configurable: true });
    try {
      return callEntry.runInThisContext({ breakOnSigint: true }) as string | undefined;
    } catch (error) {
      if ((error as { code?: unknown }).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED") return undefined;
      throw error;
    } finally {
      deleteProperty(globalThis, entry);
    }
  }

  private wait(number: number): string | undefined {
    for (;;) {
      const before = load(this.answered, 0);
      for (let next = receiveMessageOnPort(this.port); next; next = receiveMessageOnPort(this.port)) {
        const answer = next.message as Answer;
        if (answer.number === number) return answer.value;
      }
      wait(this.answered, 0, before);
    }
  }
}
