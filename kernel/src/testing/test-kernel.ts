import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Dealer, Request, Subscriber } from "zeromq";
import { nodeFlags } from "../kernelspec.js";
import { MessageCodec, type JsonObject, type Message } from "../wire/message.js";
import { ensureBuilt, kernelNode, projectModules, snapshot } from "./build.js";

/** One executed cell as a frontend sees it. */
export interface Executed {
  /** Content of the reply. */
  reply: JsonObject;
  /** Everything published for the request, `status` included, in order. */
  published: Message[];
  /** What was printed on each stream. */
  stdout: string;
  stderr: string;
  /** `text/plain` of the result. */
  result: string | undefined;
}

/** Options of a test kernel. */
export interface TestKernelOptions {
  /** The notebook's folder. */
  directory?: string;
  env?: Record<string, string>;
  /** What the compiler starts from; by default a snapshot that is up to date. */
  snapshot?: string;
}

const binary = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));

/** A real kernel process and a frontend for it. */
export class TestKernel {
  /** Lines the kernel wrote to its standard error. */
  log = "";
  private readonly codec: MessageCodec;
  // The kernel asks on stdin whoever sent the cell on shell: both have one name.
  private readonly shell = new Dealer({ routingId: "frontend" });
  private readonly stdin = new Dealer({ routingId: "frontend" });
  private readonly control = new Dealer();
  private readonly iopub = new Subscriber();
  private readonly heartbeat = new Request();
  private readonly published: Message[] = [];
  private readonly questions: Message[] = [];
  private readonly replies = new Map<string, Message>();
  private wake: (() => void)[] = [];

  private constructor(
    private readonly process: ChildProcess,
    key: string,
    readonly ports: Record<string, number>,
    private readonly folder: string,
  ) {
    this.codec = new MessageCodec(key, "sha256");
    process.stderr?.on("data", (chunk: Buffer) => {
      this.log += chunk.toString("utf8");
      this.signal();
    });
  }

  /** Starts a kernel and waits until it answers and its publications arrive. */
  static async start(options: TestKernelOptions = {}): Promise<TestKernel> {
    await ensureBuilt();
    const folder = mkdtempSync(join(tmpdir(), "kernel-test-"));
    const ports = await freePorts();
    const file = join(folder, "connection.json");
    const key = randomUUID();
    const fields = { transport: "tcp", ip: "127.0.0.1", key, signature_scheme: "hmac-sha256", ...ports };
    writeFileSync(file, JSON.stringify(fields));
    const kernelProcess = spawn(
      kernelNode,
      [...nodeFlags, binary, "run", file, "--snapshot", options.snapshot ?? snapshot],
      {
        cwd: options.directory ?? folder,
        env: { ...process.env, NODE_PATH: projectModules, ...options.env },
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    const kernel = new TestKernel(kernelProcess, key, ports, folder);
    kernel.connect();
    await kernel.request("kernel_info_request", {});
    while (kernel.published.length === 0) await kernel.request("kernel_info_request", {});
    return kernel;
  }

  /** Resolves with the exit code, or null after a signal. */
  get exited(): Promise<number | null> {
    if (this.process.exitCode !== null || this.process.signalCode !== null)
      return Promise.resolve(this.process.exitCode);
    return new Promise((resolve) => this.process.once("exit", resolve));
  }

  /** Sends a request and resolves with its reply. */
  async request(type: string, content: JsonObject, channel: "shell" | "control" = "shell"): Promise<Message> {
    return this.replyTo(await this.send(type, content, channel));
  }

  /** Sends a request and resolves with its id. */
  async send(type: string, content: JsonObject, channel: "shell" | "control" = "shell"): Promise<string> {
    const frames = this.codec.encode({ identities: [], type, parent: undefined, content });
    await this.sendFrames(frames, channel);
    const header = JSON.parse(String(frames[2])) as { msg_id: string };
    return header.msg_id;
  }

  /** Sends frames as they are. */
  async sendFrames(frames: (Buffer | string)[], channel: "shell" | "control" = "shell"): Promise<void> {
    await (channel === "shell" ? this.shell : this.control).send(frames);
  }

  /** The signed frames of a request, to be sent or spoilt. */
  framesOf(type: string, content: JsonObject): (Buffer | string)[] {
    return this.codec.encode({ identities: [], type, parent: undefined, content });
  }

  /** The reply to a request. */
  async replyTo(id: string): Promise<Message> {
    return this.until(() => this.replies.get(id));
  }

  /** Runs a cell; resolves when its reply and its `idle` have arrived. */
  async execute(code: string, more: JsonObject = {}): Promise<Executed> {
    return this.executed(await this.send("execute_request", { code, ...more }));
  }

  /** What came of a cell sent before. */
  async executed(id: string): Promise<Executed> {
    const reply = await this.replyTo(id);
    await this.until(() => this.publishedFor(id).find(isIdle));
    const published = this.publishedFor(id);
    const stream = (name: string): string =>
      published
        .filter(({ header, content }) => header.msg_type === "stream" && content["name"] === name)
        .map(({ content }) => content["text"] as string)
        .join("");
    const result = published.find(({ header }) => header.msg_type === "execute_result");
    const data = result?.content["data"] as JsonObject | undefined;
    return {
      reply: reply.content,
      published,
      stdout: stream("stdout"),
      stderr: stream("stderr"),
      result: data?.["text/plain"] as string | undefined,
    };
  }

  /** The next question a cell asks the person. */
  async question(): Promise<Message> {
    return this.until(() => this.questions.shift());
  }

  /** Answers a question; without one, as frontends do that don't say to which question they answer. */
  async answer(value: unknown, question?: Message): Promise<void> {
    const content = { value };
    await this.stdin.send(
      this.codec.encode({ identities: [], type: "input_reply", parent: question?.header, content }),
    );
  }

  /** Ids of the processes that the kernel started. */
  get children(): number[] {
    const { pid = 0 } = this.process;
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return list.split(" ").filter(Boolean).map(Number);
  }

  /** Sends a signal to the kernel's process. */
  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Everything published for a request so far. */
  publishedFor(id: string): Message[] {
    return this.published.filter(({ parent }) => parent?.msg_id === id);
  }

  /** Waits until `look` finds something among what arrives. */
  async until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.wake.push(resolve));
    }
  }

  /** Asks the heartbeat for an echo. */
  async beat(): Promise<string> {
    await this.heartbeat.send("beat");
    const [echo] = await this.heartbeat.receive();
    return String(echo);
  }

  /** Ends the process, if it still lives, and everything that belongs to it. */
  async stop(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.exited;
    for (const socket of [this.shell, this.control, this.iopub, this.stdin, this.heartbeat]) socket.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private connect(): void {
    for (const socket of [this.shell, this.control, this.iopub, this.stdin, this.heartbeat])
      socket.linger = 0;
    this.iopub.receiveHighWaterMark = 0;
    const address = (name: string): string => `tcp://127.0.0.1:${this.ports[`${name}_port`] ?? 0}`;
    this.iopub.connect(address("iopub"));
    this.iopub.subscribe();
    this.shell.connect(address("shell"));
    this.control.connect(address("control"));
    this.heartbeat.connect(address("hb"));
    this.stdin.connect(address("stdin"));
    void this.collect(this.stdin, (message) => this.questions.push(message));
    void this.collect(this.iopub, (message) => this.published.push(message));
    for (const socket of [this.shell, this.control]) {
      void this.collect(socket, (message) => this.replies.set(message.parent?.msg_id ?? "", message));
    }
  }

  private async collect(socket: Dealer | Subscriber, keep: (message: Message) => void): Promise<void> {
    for await (const frames of socket) {
      keep(this.codec.decode(frames));
      this.signal();
    }
  }

  private signal(): void {
    const woken = this.wake;
    this.wake = [];
    for (const resume of woken) resume();
  }
}

/** Type names of messages, statuses with their state: `["status busy", "execute_input", …]`. */
export function typesOf(messages: Message[]): string[] {
  return messages.map(({ header, content }) =>
    header.msg_type === "status" ? `status ${String(content["execution_state"])}` : header.msg_type,
  );
}

function isIdle({ header, content }: Message): boolean {
  return header.msg_type === "status" && content["execution_state"] === "idle";
}

/** A free port for each channel, under its name in a connection file. */
export async function freePorts(): Promise<Record<string, number>> {
  const servers = await Promise.all(
    ["shell", "control", "iopub", "stdin", "hb"].map(async (name) => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return { name, server };
    }),
  );
  const ports: Record<string, number> = {};
  for (const { name, server } of servers) {
    const address = server.address();
    if (typeof address === "object" && address) ports[`${name}_port`] = address.port;
    await new Promise((resolve) => server.close(resolve));
  }
  return ports;
}
