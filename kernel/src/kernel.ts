import { CellSession, type ExecuteRequest } from "./cell-session.js";
import { endProcess } from "./execution/exit.js";
import { kernelInfo } from "./kernel-info.js";
import { log } from "./log.js";
import { charactersBefore, offsetOf } from "./text-offset.js";
import { ActivityBoard } from "./activity.js";
import type { Compiler } from "./compiler/compiler.js";
import { Channels } from "./wire/channels.js";
import type { Connection } from "./wire/connection.js";
import { openControl } from "./wire/control.js";
import type { JsonObject, Message } from "./wire/message.js";
import { Questions } from "./wire/questions.js";

/** Answers one type of request with its reply's content. */
type Handler = (content: JsonObject, message: Message) => JsonObject | Promise<JsonObject>;

const commTypes = new Set(["comm_open", "comm_msg", "comm_close"]);

/** Answers Jupyter's requests. Cells run one after another; other requests are answered meanwhile. */
export class Kernel {
  private readonly channels: Channels;
  private readonly board = new ActivityBoard();
  private readonly questions = new Questions();
  private readonly session: CellSession;
  private readonly waiting: Message[] = [];
  private executing = false;
  private arrivals = 0;
  private controlOpen = Promise.resolve();

  /**
   * @param connection where to listen
   * @param compiler for the notebook's folder
   * @param directory the notebook's folder
   * @param nodePath folders of packages for notebooks outside a project
   */
  constructor(
    private readonly connection: Connection,
    private readonly compiler: Compiler,
    directory: string,
    nodePath: string | undefined,
  ) {
    this.channels = new Channels(connection);
    this.session = new CellSession(compiler, directory, nodePath, this.board, {
      publish: (type, parent, content, extra) => {
        this.channels.publish(type, parent, content, extra);
      },
      ask: (question) => this.questions.ask(question),
    });
  }

  /**
   * Opens the channels and starts answering.
   * @throws {UserError} when a port is taken
   */
  async start(): Promise<void> {
    process.on("SIGINT", () => {
      if (!this.board.signalling) this.session.interrupt();
    });
    process.on("SIGTERM", endProcess);
    this.session.takeOverProcess();
    await this.channels.open();
    // What the kernel is can be answered before the thread is there that interrupts cells.
    this.channels.listen((message) => {
      this.arrivals += 1;
      void this.receive(message);
    });
    void this.channels.welcomed.then(() => {
      // After a first answer it would be untrue.
      if (this.arrivals === 0) this.channels.publish("status", undefined, { execution_state: "starting" });
    });
    this.controlOpen = openControl(this.connection, this.board, kernelInfo, this.questions.line, {
      status: (state, parent) => {
        this.channels.publish("status", parent, { execution_state: state });
      },
      interrupt: () => {
        this.session.interrupt();
      },
      shutdown: () => void this.end(),
    });
    await this.controlOpen;
  }

  private async receive(message: Message): Promise<void> {
    if (message.header.msg_type !== "execute_request") {
      await this.answer(message);
      return;
    }
    this.waiting.push(message);
    if (this.executing) return;
    this.executing = true;
    // A cell that can't be interrupted must not start.
    await this.controlOpen;
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) await this.answer(next);
    this.executing = false;
  }

  private async answer(message: Message): Promise<void> {
    const { header } = message;
    const handler = Object.hasOwn(this.handlers, header.msg_type)
      ? this.handlers[header.msg_type]
      : undefined;
    if (commTypes.has(header.msg_type)) {
      await this.deliver(message);
      return;
    }
    if (handler === undefined) {
      log(`shell: ${header.msg_type} ignored: unknown type`);
      return;
    }
    this.channels.publish("status", header, { execution_state: "busy" });
    const reply = await this.contentFor(handler, message);
    const dropped = stopsTheQueue(message, reply) ? await this.takeWaiting() : [];
    await this.channels.reply(message, header.msg_type.replace(/_request$/, "_reply"), reply);
    this.channels.publish("status", header, { execution_state: "idle" });
    for (const request of dropped) await this.abort(request);
    if (header.msg_type === "shutdown_request") await this.end();
  }

  /** Comm messages have no reply. */
  private async deliver(message: Message): Promise<void> {
    const { header } = message;
    this.channels.publish("status", header, { execution_state: "busy" });
    await this.session.receiveComm(message);
    this.channels.publish("status", header, { execution_state: "idle" });
  }

  private async contentFor(handler: Handler, message: Message): Promise<JsonObject> {
    try {
      return await handler(message.content, message);
    } catch (error) {
      const { name, message: text, stack } = error as Error;
      log(`${message.header.msg_type} failed: ${stack ?? String(error)}`);
      return { status: "error", ename: name, evalue: text, traceback: [] };
    }
  }

  /** The cells that were asked for before the failure could be known: those here, and those still on their way in. */
  private async takeWaiting(): Promise<Message[]> {
    for (let quietTurns = 0; quietTurns < 3; quietTurns += 1) {
      const seen = this.arrivals;
      await new Promise((resolve) => setImmediate(resolve));
      if (this.arrivals !== seen) quietTurns = 0;
    }
    return this.waiting.splice(0);
  }

  private async abort(message: Message): Promise<void> {
    const { header } = message;
    this.channels.publish("status", header, { execution_state: "busy" });
    await this.channels.reply(message, "execute_reply", { status: "aborted" });
    this.channels.publish("status", header, { execution_state: "idle" });
  }

  private readonly handlers: Record<string, Handler> = {
    kernel_info_request: () => kernelInfo,
    execute_request: (content, message) => this.session.execute(executeRequest(content), message),
    complete_request: (content) => this.complete(content),
    inspect_request: (content) => this.inspect(content),
    is_complete_request: async (content) => ({
      ...(await this.compiler.completeness(textOf(content["code"]))),
    }),
    history_request: (content) => ({ status: "ok", history: this.session.history.answer(content) }),
    comm_info_request: (content) => this.commInfo(content),
    shutdown_request: (content) => ({ status: "ok", restart: content["restart"] === true }),
  };

  private commInfo(content: JsonObject): JsonObject {
    const target = content["target_name"];
    const comms = this.session.comms.list(typeof target === "string" && target !== "" ? target : undefined);
    const entries = comms.map((comm) => [comm.id, { target_name: comm.target }] as const);
    return { status: "ok", comms: Object.fromEntries(entries) };
  }

  private async complete(content: JsonObject): Promise<JsonObject> {
    const { code, offset } = cursor(content);
    const { start, end, matches } = await this.session.complete(code, offset);
    const [cursor_start, cursor_end] = [charactersBefore(code, start), charactersBefore(code, end)];
    return {
      status: "ok",
      matches: matches.map(({ name }) => name),
      cursor_start,
      cursor_end,
      metadata: {
        _jupyter_types_experimental: matches.map(({ name, kind, signature, documentation }) => ({
          text: name,
          type: kind,
          ...(signature !== "" && { signature }),
          ...(documentation !== "" && { documentation }),
          start: cursor_start,
          end: cursor_end,
        })),
      },
    };
  }

  private async inspect(content: JsonObject): Promise<JsonObject> {
    const { code, offset } = cursor(content);
    const data = await this.session.inspect(code, offset, content["detail_level"] === 1 ? 1 : 0);
    return { status: "ok", found: data !== null, data: data ?? {}, metadata: {} };
  }

  private async end(): Promise<void> {
    await this.channels.close();
    // ZeroMQ has taken the last messages; this is its time to send them.
    setTimeout(endProcess, 50);
  }
}

function stopsTheQueue({ header, content }: Message, reply: JsonObject): boolean {
  return (
    header.msg_type === "execute_request" && reply["status"] === "error" && content["stop_on_error"] !== false
  );
}

function executeRequest(content: JsonObject): ExecuteRequest {
  const expressions = Object.entries(content["user_expressions"] ?? {}).map(
    ([name, code]: [string, unknown]): [string, string] => [name, textOf(code)],
  );
  return {
    code: textOf(content["code"]),
    silent: content["silent"] === true,
    storeHistory: content["store_history"] !== false,
    allowStdin: content["allow_stdin"] === true,
    userExpressions: Object.fromEntries(expressions),
  };
}

function cursor(content: JsonObject): { code: string; offset: number } {
  const code = textOf(content["code"]);
  const position = content["cursor_pos"];
  return { code, offset: typeof position === "number" ? offsetOf(code, position) : code.length };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
