/** One frontend for any Jupyter kernel, so that all are measured alike. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { Dealer, Subscriber } from "zeromq";
import { MessageCodec } from "../kernel/dist/wire/message.js";

/** @typedef {import("../kernel/dist/wire/message.js").Message} Message */

/**
 * How to start a kernel.
 * @typedef {object} KernelCommand
 * @property {string[]} argv `{connection_file}` stands for the connection file
 * @property {Record<string, string>} [env]
 */

/**
 * One executed cell.
 * @typedef {object} Execution
 * @property {number} duration milliseconds from the request to both its reply and its `idle`
 * @property {number} lines newlines that were printed
 */

/** Milliseconds after which an answer isn't waited for any more. */
const patience = 120_000;

/** A kernel's process, and the sockets of a frontend. */
export class KernelProcess {
  /** @type {import("node:child_process").ChildProcess} */
  #process;
  #codec;
  #folder;
  #shell = new Dealer({ linger: 0, reconnectInterval: 5 });
  #iopub = new Subscriber({ linger: 0, reconnectInterval: 5, receiveHighWaterMark: 0 });
  /** @type {Message[]} */
  #replies = [];
  /** @type {Message[]} */
  #published = [];
  /** @type {(() => void)[]} */
  #waiting = [];
  #started = 0;
  /** Milliseconds from the start of the process to its first kernel_info_reply. */
  startup = 0;

  /**
   * Starts a kernel and waits for its first answer.
   * @param {KernelCommand} command
   * @param {string} directory the notebook's folder
   */
  static async start(command, directory) {
    const folder = mkdtempSync(join(tmpdir(), "kernel-bench-"));
    const ports = await freePorts();
    const kernel = new KernelProcess(command, directory, folder, ports);
    await kernel.#request("kernel_info_request", {});
    kernel.startup = performance.now() - kernel.#started;
    return kernel;
  }

  /**
   * @param {KernelCommand} command
   * @param {string} directory
   * @param {string} folder where its connection file goes
   * @param {Record<string, number>} ports
   */
  constructor(command, directory, folder, ports) {
    this.#folder = folder;
    const key = randomUUID();
    const file = join(folder, "connection.json");
    const fields = { transport: "tcp", ip: "127.0.0.1", key, signature_scheme: "hmac-sha256", ...ports };
    writeFileSync(file, JSON.stringify(fields));
    this.#codec = new MessageCodec(key, "sha256");
    this.#iopub.connect(`tcp://127.0.0.1:${ports["iopub_port"]}`);
    this.#iopub.subscribe();
    this.#shell.connect(`tcp://127.0.0.1:${ports["shell_port"]}`);
    void this.#collect(this.#iopub, this.#published);
    void this.#collect(this.#shell, this.#replies);
    const [program = "", ...args] = command.argv.map((part) => part.replace("{connection_file}", file));
    this.#started = performance.now();
    this.#process = spawn(program, args, {
      cwd: directory,
      env: { ...process.env, ...command.env },
      stdio: "ignore",
    });
    this.#process.once("exit", () => this.#wake());
    this.#process.once("error", () => this.#wake());
  }

  /** Milliseconds since the process was started. */
  get age() {
    return performance.now() - this.#started;
  }

  /** @param {string} code @returns {Promise<Execution>} */
  async execute(code) {
    const start = performance.now();
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false };
    const id = await this.#send("execute_request", { ...content, stop_on_error: true });
    const reply = await this.#until(() => this.#replies.find(({ parent }) => parent?.msg_id === id));
    const own = () => this.#published.filter(({ parent }) => parent?.msg_id === id);
    await this.#until(() => own().find(({ content }) => content["execution_state"] === "idle"));
    const duration = performance.now() - start;
    if (reply.content["status"] !== "ok") {
      throw new Error(`${String(reply.content["ename"])}: ${String(reply.content["evalue"])}`);
    }
    let lines = 0;
    for (const { header, content } of own()) {
      if (header.msg_type === "stream") lines += String(content["text"]).split("\n").length - 1;
    }
    this.#replies.length = this.#published.length = 0;
    return { duration, lines };
  }

  /**
   * Memory of the process and of those it started, in bytes; undefined where the system doesn't say. Pages that several
   * processes share count once. The highest is the sum of what each reached, be it at different times.
   */
  memory() {
    if (process.platform !== "linux") return undefined;
    /** @param {string} file @param {string} name */
    const field = (file, name) =>
      Number(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(readFileSync(file, "utf8"))?.[1]) * 1024;
    const all = family(this.#process.pid ?? 0);
    /** @param {(pid: number) => number} of */
    const sum = (of) => all.reduce((total, pid) => total + of(pid), 0);
    return {
      resident: sum((pid) => field(`/proc/${pid}/smaps_rollup`, "Pss")),
      highest: sum((pid) => field(`/proc/${pid}/status`, "VmHWM")),
    };
  }

  /** Ends the process. */
  async stop() {
    const { exitCode, signalCode, pid } = this.#process;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      const exited = new Promise((resolve) => this.#process.once("exit", resolve));
      this.#process.kill("SIGKILL");
      await exited;
    }
    this.#shell.close();
    this.#iopub.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** @param {string} type @param {Record<string, unknown>} content */
  async #request(type, content) {
    const id = await this.#send(type, content);
    return this.#until(() => this.#replies.find(({ parent }) => parent?.msg_id === id));
  }

  /** @param {string} type @param {Record<string, unknown>} content */
  async #send(type, content) {
    const frames = this.#codec.encode({ identities: [], type, parent: undefined, content });
    await this.#shell.send(frames);
    return /** @type {{ msg_id: string }} */ (JSON.parse(String(frames[2]))).msg_id;
  }

  /** @param {Dealer | Subscriber} socket @param {Message[]} messages */
  async #collect(socket, messages) {
    for await (const frames of socket) {
      messages.push(this.#codec.decode(frames));
      this.#wake();
    }
  }

  /** @template T @param {() => T | undefined} look @returns {Promise<T>} */
  async #until(look) {
    const deadline = performance.now() + patience;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (
        this.#process.exitCode !== null ||
        this.#process.signalCode !== null ||
        this.#process.pid === undefined
      )
        throw new Error("le noyau s'est arrêté");
      if (performance.now() > deadline) throw new Error(`pas de réponse en ${patience / 1000} s`);
      await new Promise((resolve) => {
        this.#waiting.push(() => resolve(undefined));
        setTimeout(resolve, 1000).unref();
      });
    }
  }

  #wake() {
    for (const resume of this.#waiting.splice(0)) resume();
  }
}

/** @param {number} pid @returns {number[]} the process and those it started */
function family(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  return [pid, ...children.flatMap((child) => family(Number(child)))];
}

/** A free port for each channel, under its name in a connection file. */
async function freePorts() {
  const names = ["shell", "control", "iopub", "stdin", "hb"];
  const servers = await Promise.all(
    names.map(async (name) => {
      const server = createServer();
      await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
      return { name, server };
    }),
  );
  /** @type {Record<string, number>} */
  const ports = {};
  for (const { name, server } of servers) {
    const address = server.address();
    if (typeof address === "object" && address) ports[`${name}_port`] = address.port;
    await new Promise((resolve) => server.close(resolve));
  }
  return ports;
}
