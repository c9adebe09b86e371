import { Router, XPublisher } from "zeromq";
import type { Connection } from "./connection.js";
import { log } from "../log.js";
import { bind, listen } from "./listening.js";
import { MessageCodec, type Extra, type Header, type JsonObject, type Message } from "./message.js";
import { Outbox } from "./outbox.js";

/** First byte of the message by which a subscriber subscribes. */
const subscribed = 1;

/** The main thread's ZeroMQ sockets (shell, iopub): hands over requests, sends answers and publications in order. */
export class Channels {
  private readonly shell = new Router();
  private readonly publisher = new XPublisher();
  private readonly codec: MessageCodec;
  private readonly toShell: Outbox;
  private greeted: () => void = () => undefined;
  /** Resolves once the first subscriber has its welcome, which must be the first message it gets. */
  readonly welcomed = new Promise<void>((resolve) => {
    this.greeted = resolve;
  });

  constructor(private readonly connection: Connection) {
    this.codec = new MessageCodec(connection.key, connection.hash);
    for (const socket of [this.shell, this.publisher]) {
      // A slow reader must slow nothing down and lose nothing: queues without a limit.
      socket.sendHighWaterMark = 0;
    }
    // Every subscriber is welcomed, not only the first of a topic.
    this.publisher.verbosity = "allSubs";
    this.toShell = new Outbox(this.shell);
    // Publications are sent at once, even while a cell computes: with no limit to the queue, nothing can block them.
    this.publisher.sendTimeout = 0;
  }

  /**
   * Binds the channels. Requests wait until {@link listen} is called.
   * @throws {UserError} when a port is taken
   */
  async open(): Promise<void> {
    const { addresses } = this.connection;
    await bind(this.publisher, addresses.iopub);
    void this.welcome();
    await bind(this.shell, addresses.shell);
  }

  /** Hands over each request, in order. */
  listen(listener: (message: Message) => void): void {
    void listen(this.shell, this.codec, "shell", listener);
  }

  /** Sends the answer to a request; resolves when ZeroMQ has taken it. */
  reply(request: Message, type: string, content: JsonObject): Promise<void> {
    const { identities, header } = request;
    return this.toShell.push(this.codec.encode({ identities, type, parent: header, content }));
  }

  /** Publishes on iopub, at once. */
  publish(type: string, parent: Header | undefined, content: JsonObject, extra: Extra = {}): void {
    this.send(this.codec.encode({ identities: [type], type, parent, content, ...extra }));
  }

  /** Tells each new subscriber that its subscription holds: from then on it misses nothing. */
  private async welcome(): Promise<void> {
    for await (const [frame] of this.publisher) {
      if (frame?.[0] !== subscribed) continue;
      const topic = frame.subarray(1);
      const content = { subscription: topic.toString("utf8") };
      this.send(
        this.codec.encode({ identities: [topic], type: "iopub_welcome", parent: undefined, content }),
      );
      this.greeted();
    }
  }

  /** Sends what was given before, and nothing after. */
  async close(): Promise<void> {
    await this.toShell.close();
  }

  private send(frames: (Buffer | string)[]): void {
    this.publisher.send(frames).catch((error: unknown) => {
      log(`message not sent: ${String(error)}`);
    });
  }
}
