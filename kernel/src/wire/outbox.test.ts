import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { Outbox } from "./outbox.js";

/** A socket that, like ZeroMQ's, refuses to be called while it sends. */
class BusySocket {
  readonly sent: string[] = [];
  private busy = false;

  async send(frames: (Buffer | string)[]): Promise<void> {
    if (this.busy) throw new Error("Socket is busy writing");
    this.busy = true;
    await turn();
    this.busy = false;
    this.sent.push(String(frames[0]));
  }
}

describe("an outbox", () => {
  it("sends everything, one after another, in order", async () => {
    const socket = new BusySocket();
    const outbox = new Outbox(socket);
    const expected = Array.from({ length: 500 }, (_, index) => String(index));
    for (const text of expected.slice(0, 400)) void outbox.push([text]);
    await outbox.push(["400"]);
    for (const text of expected.slice(401)) void outbox.push([text]);
    await outbox.close();
    expect(socket.sent).toEqual(expected);
  });

  it("takes nothing more once closed", async () => {
    const socket = new BusySocket();
    const outbox = new Outbox(socket);
    await outbox.close();
    await outbox.push(["late"]);
    expect(socket.sent).toEqual([]);
  });
});
