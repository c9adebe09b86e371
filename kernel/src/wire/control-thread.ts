/**
 * The thread that answers on control and heartbeat, and asks the person, while cells compute on the main thread. It interrupts and, where the
 * main thread can't end any more, ends the process.
 */
import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { Reply, Router } from "zeromq";
import { Activity, ActivityBoard } from "../activity.js";
import { log } from "../log.js";
import type { ControlNotice, ControlThreadData } from "./control.js";
import { HeapGuard } from "./heap-guard.js";
import { bind, listen } from "./listening.js";
import { MessageCodec, type JsonObject, type Message } from "./message.js";
import { Outbox } from "./outbox.js";
import { Stdin } from "./stdin.js";

const { connection, board: buffer, kernelInfo, questions, heapLimit } = workerData as ControlThreadData;
/** How long the main thread may take to hear of an interruption before a cell that computes gets another signal. */
const patience = 100;
/** How long before anything else it does is stopped: on a busy machine the kernel itself may not get its turn at once. */
const longPatience = 500;
/** How long after a shutdown request the process may live on. */
const graceAfterShutdown = 1500;
/** Older versions die when their main thread is stopped from outside. */
const canTerminate = Number(process.versions.node.split(".")[0]) >= 24;

const board = new ActivityBoard(buffer);
const codec = new MessageCodec(connection.key, connection.hash);
const control = new Router();
const heartbeat = new Reply();
const outbox = new Outbox(control);
const stdin = new Stdin(questions, codec);
let interruptions = 0;

function notify(notice: ControlNotice): void {
  parentPort?.postMessage(notice);
}

async function echo(): Promise<void> {
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

/** Ends what the main thread does for cells, be it computing or waiting. */
async function interrupt(): Promise<void> {
  interruptions += 1;
  const number = interruptions;
  board.beginSignalling();
  try {
    notify({ type: "interrupt", number });
    await interruptUntilHeard(number);
  } finally {
    notify({ type: "settled" });
  }
}

async function interruptUntilHeard(number: number): Promise<void> {
  // A cell that waits for the person ends by itself.
  const asking = stdin.interrupt();
  if (!asking && board.activity === Activity.Cell) process.kill(process.pid, "SIGINT");
  for (let waited = 0; board.heard < number; waited += 10) {
    await sleep(10);
    // It may have come to its question since. Stopped from outside, its wait would not be tidied up.
    if (stdin.interrupt()) continue;
    const computes = board.activity === Activity.Cell;
    if (waited < (computes ? patience : longPatience) || board.heard >= number) continue;
    waited = 0;
    if (computes) process.kill(process.pid, "SIGINT");
    else if (canTerminate) await terminate();
    else return;
  }
}

/** Stops the main thread's JavaScript where it is; its event loop goes on. */
async function terminate(): Promise<void> {
  const session = new Session();
  session.connectToMainThread();
  await new Promise<void>((resolve) => {
    session.post("Runtime.terminateExecution", () => {
      resolve();
    });
  });
  session.disconnect();
}

async function answer(message: Message): Promise<void> {
  const { header, content, identities } = message;
  const reply = async (type: string, body: JsonObject): Promise<void> => {
    await outbox.push(codec.encode({ identities, type, parent: header, content: body }));
    notify({ type: "status", parent: header, state: "idle" });
  };
  const type = header.msg_type;
  if (type !== "interrupt_request" && type !== "shutdown_request" && type !== "kernel_info_request") {
    log(`control: ${type} ignored: unknown type`);
    return;
  }
  notify({ type: "status", parent: header, state: "busy" });
  if (type === "kernel_info_request") {
    await reply("kernel_info_reply", kernelInfo);
  } else if (type === "interrupt_request") {
    await interrupt();
    await reply("interrupt_reply", { status: "ok" });
  } else {
    setTimeout(() => process.kill(process.pid, "SIGKILL"), graceAfterShutdown);
    await reply("shutdown_reply", { status: "ok", restart: content["restart"] === true });
    notify({ type: "shutdown" });
  }
}

/** A kernel whose Jupyter server has gone ends as well: nobody could stop it any more. */
function followParent(): void {
  if (process.env["JPY_PARENT_PID"] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  }, 1000).unref();
}

try {
  for (const socket of [control, heartbeat]) socket.linger = 0;
  await bind(heartbeat, connection.addresses.hb);
  await bind(stdin.socket, connection.addresses.stdin);
  await bind(control, connection.addresses.control);
  void echo();
  stdin.listen();
  void listen(control, codec, "control", (message) => {
    answer(message).catch((error: unknown) => {
      log(`control: ${message.header.msg_type} failed: ${String(error)}`);
    });
  });
  followParent();
  if (canTerminate) {
    new HeapGuard(heapLimit, board, notify).start();
  }
  notify({ type: "ready" });
} catch (error) {
  notify({ type: "failed", message: (error as Error).message });
}
