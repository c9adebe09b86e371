import { Router } from "zeromq";
import { listen } from "./listening.js";
import { log } from "../log.js";
import type { Header, Message, MessageCodec } from "./message.js";
import { Outbox } from "./outbox.js";
import type { Answer, Question, QuestionLine } from "./questions.js";

/** The stdin channel, on the control thread: asks the person what the main thread waits for. */
export class Stdin {
  readonly socket = new Router();
  private readonly outbox = new Outbox(this.socket);
  private readonly answered: Int32Array;
  private pending: { number: number; request: string } | undefined;

  constructor(
    private readonly line: QuestionLine,
    private readonly codec: MessageCodec,
  ) {
    this.answered = new Int32Array(line.answered);
    this.socket.linger = 0;
  }

  /** Starts to ask. The socket must be bound. */
  listen(): void {
    this.line.port.on("message", (question: Question) => {
      this.ask(question);
    });
    void listen(this.socket, this.codec, "stdin", (message) => {
      this.receive(message);
    });
  }

  /** Ends the wait of the main thread. Returns false when it doesn't wait. */
  interrupt(): boolean {
    if (this.pending === undefined) return false;
    this.answer(this.pending.number, undefined);
    return true;
  }

  private ask({ number, identities, parent, prompt, password }: Question): void {
    const frames = this.codec.encode({
      identities: identities.map((part) => Buffer.from(part)),
      type: "input_request",
      parent,
      content: { prompt, password },
    });
    const header = JSON.parse(String(frames[identities.length + 2])) as Header;
    this.pending = { number, request: header.msg_id };
    void this.outbox.push(frames);
  }

  private receive({ header, parent, content }: Message): void {
    // An answer to a question that was interrupted must not become the next one's; some frontends name no question.
    const asked = this.pending;
    const { value } = content;
    if (header.msg_type !== "input_reply" || typeof value !== "string") {
      log(`stdin: ${header.msg_type} ignored: not an input_reply with a text`);
    } else if (asked === undefined || (parent !== undefined && parent.msg_id !== asked.request)) {
      log("stdin: input_reply ignored: nobody waits for it");
    } else {
      this.answer(asked.number, value);
    }
  }

  private answer(number: number, value: string | undefined): void {
    this.pending = undefined;
    this.line.port.postMessage({ number, value } satisfies Answer);
    Atomics.add(this.answered, 0, 1);
    Atomics.notify(this.answered, 0);
  }
}
