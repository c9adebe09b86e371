import { setImmediate } from "node:timers";
import v8 from "node:v8";
import { Worker } from "node:worker_threads";
import type { ActivityBoard } from "../activity.js";
import { UserError } from "../user-error.js";
import type { Connection } from "./connection.js";
import type { Header, JsonObject } from "./message.js";
import type { QuestionLine } from "./questions.js";

/** What the control thread is given. */
export interface ControlThreadData {
  connection: Connection;
  board: SharedArrayBuffer;
  /** Content of a `kernel_info_reply`. */
  kernelInfo: JsonObject;
  questions: QuestionLine;
  /** Bytes the main thread's heap may take. */
  heapLimit: number;
}

/** What the control thread tells the main thread. */
export type ControlNotice =
  | { type: "ready" }
  | { type: "failed"; message: string }
  | { type: "status"; parent: Header; state: "busy" | "idle" }
  | { type: "interrupt"; number: number }
  /** A full heap can't be dealt with from outside: it's an await that has to be ended. */
  | { type: "heapFull" }
  /** No more signals come of what was interrupted. */
  | { type: "settled" }
  | { type: "shutdown" };

/** What the main thread does when control asks. */
export interface ControlEffects {
  status(state: "busy" | "idle", parent: Header): void;
  interrupt(): void;
  shutdown(): void;
}

/**
 * Opens control, heartbeat and stdin on a thread of their own, so that they answer while cells compute or wait for the person.
 * @throws {UserError} when a port is taken
 */
export async function openControl(
  connection: Connection,
  board: ActivityBoard,
  kernelInfo: JsonObject,
  questions: QuestionLine,
  effects: ControlEffects,
): Promise<void> {
  const data: ControlThreadData = {
    connection,
    board: board.buffer,
    kernelInfo,
    questions,
    heapLimit: v8.getHeapStatistics().heap_size_limit,
  };
  const thread = new Worker(new URL("./control-thread.js", import.meta.url), {
    workerData: data,
    transferList: [questions.port],
  });
  await new Promise<void>((resolve, reject) => {
    thread.on("error", reject);
    thread.on("message", (notice: ControlNotice) => {
      switch (notice.type) {
        case "ready":
          resolve();
          break;
        case "failed":
          reject(new UserError(notice.message));
          break;
        case "status":
          effects.status(notice.state, notice.parent);
          break;
        case "interrupt":
          effects.interrupt();
          board.hear(notice.number);
          break;
        case "heapFull":
          // It may have been heard of since.
          if (board.heapFull) effects.interrupt();
          break;
        case "settled":
          // A signal that is still on its way arrives within a turn of the event loop.
          setImmediate(() => {
            setImmediate(() => {
              board.endSignalling();
            });
          });
          break;
        case "shutdown":
          effects.shutdown();
          break;
      }
    });
  });
}
