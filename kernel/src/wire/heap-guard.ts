import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Activity, type ActivityBoard } from "../activity.js";
import { log } from "../log.js";
import type { ControlNotice } from "./control.js";

/** Milliseconds between two looks at the memory in use. */
const interval = 200;
/** The part of the limit from which on V8 is asked to say when it runs out: awaits are slower then. */
const watchedPart = 0.5;
/** Milliseconds to wait for a signal to have ended a cell before it's sent again: collecting a full heap takes seconds. */
const patience = 5000;

const ownFolder = new URL("../", import.meta.url);
const ownPath = fileURLToPath(ownFolder);

/**
 * Ends what fills the main thread's heap before V8 would end the process. V8 tells a debugger that the heap is nearly full, and
 * gives it room to look around: that room is what the cell is stopped in. A single allocation that is too big for what is left
 * can't be helped.
 */
export class HeapGuard {
  private readonly session = new Session();
  /** Numbers of the scripts that belong to Node.js or to the kernel. */
  private readonly ownScripts = new Set<string>();
  private connected = false;
  private watching = false;
  private busy = false;
  private stopping = false;

  /**
   * @param limit bytes the main thread's heap may take
   * @param board what the main thread is doing
   * @param notify tells the main thread what it has to do by itself
   */
  constructor(
    private readonly limit: number,
    private readonly board: ActivityBoard,
    private readonly notify: (notice: ControlNotice) => void,
  ) {
    this.session.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => {
      if (url.startsWith("node:") || url.startsWith(ownFolder.href) || url.startsWith(ownPath))
        this.ownScripts.add(scriptId);
    });
    this.session.on("Debugger.paused", ({ params: { callFrames } }) => {
      // Halted once more on its way to the end.
      if (this.stopping) {
        this.session.post("Debugger.resume");
        return;
      }
      const foreign = callFrames.some(({ location }) => !this.ownScripts.has(location.scriptId));
      this.stop(foreign).catch((error: unknown) => {
        log(`the full heap could not be dealt with: ${String(error)}`);
      });
    });
  }

  /** Starts to look at the memory in use; costs nothing noticeable while there is little. */
  start(): void {
    setInterval(() => {
      // All of the process's memory, which is at hand: where it is small, the heap is too.
      if (this.busy || (!this.watching && process.memoryUsage.rss() < this.limit * watchedPart)) return;
      this.busy = true;
      this.look()
        .catch((error: unknown) => {
          log(`the heap could not be looked at: ${String(error)}`);
        })
        .finally(() => (this.busy = false));
    }, interval).unref();
  }

  private async look(): Promise<void> {
    if (!this.connected) this.session.connectToMainThread();
    this.connected = true;
    const { usedSize } = await this.post<{ usedSize: number }>("Runtime.getHeapUsage");
    const large = usedSize > this.limit * watchedPart;
    if (large && !this.watching) await this.watch();
    else if (!large && this.watching) await this.unwatch();
  }

  private async watch(): Promise<void> {
    this.watching = true;
    await this.post("Debugger.enable");
    // A cell's own `debugger` statements aren't for us.
    await this.post("Debugger.setSkipAllPauses", { skip: true });
  }

  /** Also gives V8 its former limit back, or what lives and a quarter more. */
  private async unwatch(): Promise<void> {
    await this.post("Debugger.disable");
    this.ownScripts.clear();
    this.watching = false;
  }

  /**
   * Ends what the main thread does, which V8 has halted.
   * @param foreign whether code runs that isn't the kernel's
   */
  private async stop(foreign: boolean): Promise<void> {
    const { board } = this;
    this.busy = this.stopping = true;
    board.beginSignalling();
    try {
      board.fillHeap();
      if (board.activity === Activity.Cell) process.kill(process.pid, "SIGINT");
      // Answered only once the main thread goes on.
      const ended =
        board.activity === Activity.Free && foreign ? this.post("Runtime.terminateExecution") : undefined;
      await this.post("Debugger.resume");
      await ended;
      let told = false;
      for (let waited = 0; board.heapFull; waited += 10) {
        await sleep(10);
        if (board.activity === Activity.Free && !told) {
          told = true;
          this.notify({ type: "heapFull" });
        } else if (board.activity === Activity.Cell && waited >= patience) {
          waited = 0;
          process.kill(process.pid, "SIGINT");
        }
      }
      // What the cell leaves behind would be taken for what lives, by which the limit is raised.
      await this.post("HeapProfiler.collectGarbage");
      await this.unwatch();
    } finally {
      this.notify({ type: "settled" });
      this.busy = this.stopping = false;
    }
  }

  private post<T>(method: string, parameters: object = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      this.session.post(method, parameters, (error, result) => {
        if (error === null) resolve(result as T);
        else reject(error);
      });
    });
  }
}
