import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** Version of the Jupyter messaging protocol spoken here. */
export const protocolVersion = "5.4";

/** A JSON object, as message parts are. */
export type JsonObject = Record<string, unknown>;

/** Header of a Jupyter message. */
export interface Header {
  msg_id: string;
  session: string;
  username: string;
  date: string;
  msg_type: string;
  version: string;
}

/** A Jupyter message as received. */
export interface Message {
  /** Routing frames of the ZeroMQ router, to be put before the answer. */
  identities: Buffer[];
  header: Header;
  parent: Header | undefined;
  metadata: JsonObject;
  content: JsonObject;
  /** Bytes that came beside the JSON. */
  buffers: Buffer[];
}

/** What a message may carry beside its content. */
export interface Extra {
  metadata?: JsonObject | undefined;
  /** Bytes to send beside the JSON; they aren't signed. */
  buffers?: Uint8Array[] | undefined;
}

/** A Jupyter message to send. */
export interface Outgoing extends Extra {
  /** Routing frames; for iopub, the topic. */
  identities: (Buffer | string)[];
  type: string;
  parent: Header | undefined;
  content: JsonObject;
}

/** Frames that aren't a Jupyter message, wear a wrong signature or were seen before. */
export class MalformedMessage extends Error {
  override name = "MalformedMessage";
}

/** Kept aside, as a cell may replace what hangs on globals. */
const { parse, stringify } = JSON as {
  parse: (text: string) => unknown;
  stringify: (value: unknown) => string;
};

const delimiter = "<IDS|MSG>";
/** How many signatures are remembered to recognise a replay, as the reference implementation does. */
const rememberedSignatures = 65_536;

/** Turns Jupyter messages into signed ZeroMQ frames and back. */
export class MessageCodec {
  readonly session = randomUUID();
  private readonly seen = new Set<string>();

  constructor(
    private readonly key: string,
    private readonly hash: string,
  ) {}

  /**
   * Reads frames as a message.
   * @throws {MalformedMessage} when they aren't one that the key's holder signed, for the first time.
   */
  decode(frames: Buffer[]): Message {
    const mark = frames.findIndex((frame) => frame.toString("latin1") === delimiter);
    if (mark < 0) throw new MalformedMessage("no <IDS|MSG> delimiter");
    const [signature, ...parts] = frames.slice(mark + 1, mark + 6);
    if (signature === undefined || parts.length < 4) throw new MalformedMessage("missing frames");
    this.verify(signature, parts);
    const [header, parent, metadata, content] = parts.map(readObject);
    if (header === undefined || parent === undefined || metadata === undefined || content === undefined) {
      throw new MalformedMessage("missing frames");
    }
    if (!isHeader(header)) throw new MalformedMessage("header without msg_id or msg_type");
    return {
      identities: frames.slice(0, mark),
      header,
      parent: isHeader(parent) ? parent : undefined,
      metadata,
      content,
      buffers: frames.slice(mark + 6),
    };
  }

  /** The signed frames of a message. */
  encode(message: Outgoing): (Buffer | string)[] {
    const header: Header = {
      msg_id: randomUUID(),
      session: this.session,
      username: "kernel",
      date: new Date().toISOString(),
      msg_type: message.type,
      version: protocolVersion,
    };
    const parts = [header, message.parent ?? {}, message.metadata ?? {}, message.content].map((part) =>
      Buffer.from(stringify(part)),
    );
    const buffers = (message.buffers ?? []).map((bytes) => Buffer.from(bytes));
    return [...message.identities, delimiter, this.sign(parts), ...parts, ...buffers];
  }

  private sign(parts: Buffer[]): string {
    if (this.key === "") return "";
    const hmac = createHmac(this.hash, this.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }

  private verify(signature: Buffer, parts: Buffer[]): void {
    if (this.key === "") return;
    const expected = Buffer.from(this.sign(parts));
    if (expected.length !== signature.length || !timingSafeEqual(expected, signature)) {
      throw new MalformedMessage("bad signature");
    }
    const text = signature.toString("latin1");
    if (this.seen.has(text)) throw new MalformedMessage("replayed message");
    this.seen.add(text);
    if (this.seen.size > rememberedSignatures) {
      for (const oldest of this.seen) {
        this.seen.delete(oldest);
        break;
      }
    }
  }
}

function readObject(frame: Buffer): JsonObject {
  let value: unknown;
  try {
    value = parse(frame.toString("utf8"));
  } catch {
    throw new MalformedMessage("a frame isn't JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new MalformedMessage("a frame isn't a JSON object");
  }
  return value as JsonObject;
}

function isHeader(value: JsonObject): value is JsonObject & Header {
  return typeof value["msg_id"] === "string" && typeof value["msg_type"] === "string";
}
