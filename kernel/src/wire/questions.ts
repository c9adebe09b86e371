import { MessageChannel, receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import { isSigint, untilSigint } from "../sigint.js";
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

/** Kept aside, as a cell may replace what hangs on globals. */
const { load, wait } = Atomics;

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
    try {
      return untilSigint(() => {
        // Not before: a signal that answers the question must find the wait.
        this.port.postMessage({ ...question, number } satisfies Question);
        return this.wait(number);
      });
    } catch (error) {
      if (isSigint(error)) return undefined;
      throw error;
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
