import { randomUUID } from "node:crypto";
import { UserError } from "../user-error.js";
import type { JsonObject } from "../wire/message.js";

/** Under this name of `globalThis`, libraries find the kernel's {@link Comms}. */
export const commsSymbol = Symbol.for("Jupyter.comms");

/** What goes over a comm: a JSON object, and bytes beside it. */
export interface CommMessage {
  data: JsonObject;
  metadata: JsonObject;
  buffers: Uint8Array[];
}

/** Called when the frontend sends something over a comm. */
export type CommListener = (message: CommMessage) => void;

/** Called when the frontend opens a comm. */
export type CommTarget = (comm: Comm, message: CommMessage) => void;

/** Publishes a message of a comm. */
export type CommSender = (type: string, content: JsonObject, extra: Partial<CommMessage>) => void;

/** A line between a library in the kernel and its counterpart in the frontend. */
export class Comm {
  private readonly messageListeners = new Set<CommListener>();
  private readonly closeListeners = new Set<CommListener>();
  private open = true;

  /** Use {@link Comms.open}, or {@link Comms.register} to let the frontend open one. */
  constructor(
    readonly id: string,
    readonly target: string,
    private readonly publish: CommSender,
    private readonly forget: () => void,
  ) {}

  /** Whether either side has closed it. */
  get closed(): boolean {
    return !this.open;
  }

  /**
   * Sends to the frontend.
   * @throws {UserError} when the comm is closed
   */
  send(data: JsonObject = {}, extra: Partial<Omit<CommMessage, "data">> = {}): void {
    if (!this.open)
      throw new UserError(`Ce canal « ${this.target} » est fermé : rien ne peut plus y être envoyé.`);
    this.publish("comm_msg", { comm_id: this.id, data }, extra);
  }

  /** Closes the comm and tells the frontend; does nothing when it is closed already. */
  close(data: JsonObject = {}, extra: Partial<Omit<CommMessage, "data">> = {}): void {
    if (!this.open) return;
    this.end();
    this.publish("comm_close", { comm_id: this.id, data }, extra);
  }

  /** Calls `listener` for each message of the frontend. Returns what stops that. */
  onMessage(listener: CommListener): () => void {
    this.messageListeners.add(listener);
    return () => void this.messageListeners.delete(listener);
  }

  /** Calls `listener` when the frontend closes the comm. Returns what stops that. */
  onClose(listener: CommListener): () => void {
    this.closeListeners.add(listener);
    return () => void this.closeListeners.delete(listener);
  }

  /** Hands over what the frontend sent. For {@link Comms}. */
  receive(message: CommMessage): void {
    for (const listener of [...this.messageListeners]) listener(message);
  }

  /** Takes note that the frontend has closed it. For {@link Comms}. */
  receiveClose(message: CommMessage): void {
    this.end();
    for (const listener of [...this.closeListeners]) listener(message);
  }

  private end(): void {
    this.open = false;
    this.forget();
  }
}

/** The open comms, and what to do when the frontend opens one. */
export class Comms {
  private readonly targets = new Map<string, CommTarget>();
  private readonly comms = new Map<string, Comm>();

  constructor(private readonly publish: CommSender) {}

  /** Calls `target` whenever the frontend opens a comm of that name; a later registration replaces it. */
  register(name: string, target: CommTarget): void {
    this.targets.set(name, target);
  }

  /** Lets the frontend open no more comms of that name. */
  unregister(name: string): void {
    this.targets.delete(name);
  }

  /** Opens a comm to the frontend's target of that name. */
  open(target: string, data: JsonObject = {}, extra: Partial<Omit<CommMessage, "data">> = {}): Comm {
    const comm = this.add(randomUUID(), target);
    this.publish("comm_open", { comm_id: comm.id, target_name: target, data }, extra);
    return comm;
  }

  /** The open comms, those of one target if it is named. */
  list(target?: string): Comm[] {
    return [...this.comms.values()].filter((comm) => target === undefined || comm.target === target);
  }

  /**
   * Handles a `comm_open`, `comm_msg` or `comm_close` of the frontend.
   * @returns why it was ignored, if it was
   * @throws what the library's own listener throws
   */
  receive(type: string, content: JsonObject, extra: Omit<CommMessage, "data">): string | undefined {
    const { comm_id: id, target_name: name, data } = content;
    if (typeof id !== "string") return "no comm_id";
    const message: CommMessage = { ...extra, data: isObject(data) ? data : {} };
    if (type === "comm_open") {
      const target = typeof name === "string" ? this.targets.get(name) : undefined;
      if (typeof name !== "string" || target === undefined || this.comms.has(id)) {
        // The protocol's answer to whoever opens what nobody listens to.
        this.publish("comm_close", { comm_id: id, data: {} }, {});
        return this.comms.has(id) ? `comm ${id} is open already` : `no comm target ${String(name)}`;
      }
      const comm = this.add(id, name);
      try {
        target(comm, message);
      } catch (error) {
        comm.close();
        throw error;
      }
      return undefined;
    }
    const comm = this.comms.get(id);
    if (comm === undefined) return `no open comm ${id}`;
    if (type === "comm_close") comm.receiveClose(message);
    else comm.receive(message);
    return undefined;
  }

  private add(id: string, target: string): Comm {
    const comm = new Comm(id, target, this.publish, () => this.comms.delete(id));
    this.comms.set(id, comm);
    return comm;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
