import { Publisher, Reply, Router } from "zeromq";
import { log } from "../log.js";
import { UserError } from "../user-error.js";
import type { Connection } from "./connection.js";
import { MessageCodec, type Header, type JsonObject, type Message, type Outgoing } from "./message.js";
import { Outbox } from "./outbox.js";

/** Channels on which requests arrive. */
export type RequestChannel = "shell" | "control";

/** Called with each valid request, in order of arrival. */
export type RequestListener = (channel: RequestChannel, message: Message) => void;

/** The kernel's ZeroMQ sockets: hands over valid requests, sends answers and publications in order. */
export class Channels {
  private readonly routers = { shell: new Router(), control: new Router() };
  private readonly stdin = new Router();
  private readonly heartbeat = new Reply();
  private readonly publisher = new Publisher();
  private readonly codec: MessageCodec;
  private readonly outboxes;

  constructor(private readonly connection: Connection) {
    this.codec = new MessageCodec(connection.key, connection.hash);
    // A slow reader must slow nothing down and lose nothing: queues without a limit.
    this.publisher.sendHighWaterMark = 0;
    for (const socket of [this.routers.shell, this.routers.control]) socket.sendHighWaterMark = 0;
    for (const socket of [
      this.routers.shell,
      this.routers.control,
      this.stdin,
      this.heartbeat,
      this.publisher,
    ]) {
      socket.linger = 500;
    }
    this.outboxes = {
      shell: new Outbox(this.routers.shell),
      control: new Outbox(this.routers.control),
      iopub: new Outbox(this.publisher),
    };
  }

  /**
   * Binds every channel and starts listening.
   * @throws {UserError} when a port is taken.
   */
  async open(listener: RequestListener): Promise<void> {
    const { addresses } = this.connection;
    await bind(this.publisher, addresses.iopub);
    await bind(this.stdin, addresses.stdin);
    await bind(this.heartbeat, addresses.hb);
    await bind(this.routers.control, addresses.control);
    await bind(this.routers.shell, addresses.shell);
    void this.echo();
    void this.listen("control", listener);
    void this.listen("shell", listener);
  }

  /** Sends the answer to a request on its channel; resolves when ZeroMQ has taken it. */
  reply(channel: RequestChannel, request: Message, type: string, content: JsonObject): Promise<void> {
    const message: Outgoing = { identities: request.identities, type, parent: request.header, content };
    return this.outboxes[channel].push(this.codec.encode(message));
  }

  /** Publishes on iopub; resolves when ZeroMQ has taken it. */
  publish(
    type: string,
    parent: Header | undefined,
    content: JsonObject,
    metadata?: JsonObject,
  ): Promise<void> {
    const message: Outgoing = { identities: [type], type, parent, content, ...(metadata && { metadata }) };
    return this.outboxes.iopub.push(this.codec.encode(message));
  }

  /** Closes the sockets; what was sent still leaves within half a second. */
  close(): void {
    for (const socket of [
      this.routers.shell,
      this.routers.control,
      this.stdin,
      this.heartbeat,
      this.publisher,
    ]) {
      socket.close();
    }
  }

  private async listen(channel: RequestChannel, listener: RequestListener): Promise<void> {
    for await (const frames of this.routers[channel]) {
      let message: Message;
      try {
        message = this.codec.decode(frames);
      } catch (error) {
        log(`${channel}: message ignored: ${(error as Error).message}`);
        continue;
      }
      listener(channel, message);
    }
  }

  private async echo(): Promise<void> {
    for await (const frames of this.heartbeat) await this.heartbeat.send(frames);
  }
}

async function bind(socket: Router | Reply | Publisher, address: string): Promise<void> {
  try {
    await socket.bind(address);
  } catch (error) {
    throw new UserError(
      `Le noyau ne peut pas écouter sur ${address} (${(error as Error).message}). Ce port est sans doute pris : relancez le noyau.`,
    );
  }
}
