import { log } from "../log.js";

/** A socket's way out. ZeroMQ refuses a send while another one is under way. */
interface Sender {
  send(frames: (Buffer | string)[]): Promise<void>;
}

/** Sends frames one message after another, in the order they were given, losing none. */
export class Outbox {
  private waiting: { frames: (Buffer | string)[]; sent: () => void }[] = [];
  private sending = false;

  constructor(private readonly socket: Sender) {}

  /** Queues a message; resolves when ZeroMQ has taken it. */
  push(frames: (Buffer | string)[]): Promise<void> {
    return new Promise((sent) => {
      this.waiting.push({ frames, sent });
      if (!this.sending) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.sending = true;
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
    this.sending = false;
  }
}
