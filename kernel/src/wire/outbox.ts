import { log } from "../log.js";

type Frames = (Buffer | string)[];

/** A socket's way out. ZeroMQ refuses a send while another one is under way. */
interface Sender {
  send(frames: Frames): Promise<void>;
}

/** Sends frames one message after another, in the order they were given, losing none. */
export class Outbox {
  private waiting: { frames: Frames; sent: () => void }[] = [];
  private draining: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly socket: Sender) {}

  /** Queues a message; resolves when ZeroMQ has taken it. */
  push(frames: Frames): Promise<void> {
    if (this.closed) return Promise.resolve();
    return new Promise((sent) => {
      this.waiting.push({ frames, sent });
      this.draining ??= this.drain();
    });
  }

  /** Takes nothing more; resolves when everything has been sent. */
  async close(): Promise<void> {
    this.closed = true;
    await this.draining;
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      for (const { frames, sent } of batch) {
        try {
          await this.socket.send(frames);
        } catch (error) {
          log(`message not sent: ${String(error)}`);
        }
        sent();
      }
    }
    this.draining = undefined;
  }
}
