import { AsyncResource } from "node:async_hooks";
import childProcess, { type ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { StreamName } from "../display/stream.js";
import { log } from "../log.js";

/** Prints for the cell that the code now running belongs to. */
type Write = (name: StreamName, text: string) => void;
/** Makes that cell wait for an output. */
type Hold = (work: Promise<unknown>) => void;

/** What `spawn` and its siblings hand down: `stdio` as the caller wrote it. */
interface SpawnOptions {
  stdio?: unknown;
}

/** What `spawnSync` and its siblings hand down to Node.js. */
interface SyncOptions {
  stdio: { type: string; fd?: number; readable?: boolean; writable?: boolean }[];
  maxBuffer?: number;
}

interface SyncResult {
  output?: (Uint8Array | null)[] | null;
}

const names: [number, StreamName][] = [
  [1, "stdout"],
  [2, "stderr"],
];
/** Milliseconds to wait for what an ended process has left in its pipe; a process of its own may keep that open for ever. */
const patience = 100;

/**
 * Lets the cells see what the processes they start print to inherited streams: it would reach the Jupyter server's terminal.
 * A process that is waited for (`execSync` …) shows its output when it has ended.
 */
export function captureChildOutput(write: Write, hold: Hold): void {
  captureSpawn(write, hold);
  captureSpawnSync(write);
}

function captureSpawn(write: Write, hold: Hold): void {
  // Everything asynchronous goes through this method: spawn, exec, execFile, fork.
  const prototype = childProcess.ChildProcess.prototype as { spawn?: (options: SpawnOptions) => unknown };
  const { spawn } = prototype;
  if (spawn === undefined) {
    log("the output of child processes can't be captured: ChildProcess has no spawn");
    return;
  }
  prototype.spawn = function (this: ChildProcess, options: SpawnOptions): unknown {
    const stdio: unknown[] = Array.isArray(options.stdio)
      ? [...(options.stdio as unknown[])]
      : [options.stdio, options.stdio, options.stdio];
    const inherited = names.filter(([fd]) => isInherited(stdio[fd], fd));
    if (inherited.length === 0) return spawn.call(this, options);
    for (const [fd] of inherited) stdio[fd] = "pipe";
    const result = spawn.call(this, { ...options, stdio });
    const pipes = inherited.flatMap(([fd, name]) =>
      pipeOf(this, fd, targetOf(options.stdio, fd) ?? name, write),
    );
    // Before the caller's own listener, after which the cell may end.
    this.prependOnceListener("exit", () => {
      hold(Promise.race([Promise.all(pipes), sleep(patience)]));
    });
    return result;
  };
}

/** Prints what comes through a child's pipe and hides the pipe, as inherited streams have none. Resolves at its end. */
function pipeOf(child: ChildProcess, fd: number, name: StreamName, write: Write): Promise<void>[] {
  const streams = child.stdio as unknown as (Readable | null | undefined)[] | undefined;
  const stream = streams?.[fd];
  if (streams === undefined || !stream) return [];
  streams[fd] = null;
  child[fd === 1 ? "stdout" : "stderr"] = null;
  stream.setEncoding("utf8");
  stream.on(
    "data",
    AsyncResource.bind((text: string) => {
      write(name, text);
    }),
  );
  return [
    new Promise((resolve) => {
      stream.once("close", resolve);
    }),
  ];
}

/** Whether a child's stream is one of the kernel's own: by its number, by the stream object, or by "inherit". */
function isInherited(setting: unknown, fd: number): boolean {
  return setting === "inherit" || targetOf(setting, fd) !== undefined;
}

/** The kernel's stream that a setting names, be it for all streams or for one. */
function targetOf(settings: unknown, fd: number): StreamName | undefined {
  const setting: unknown = Array.isArray(settings) ? settings[fd] : settings;
  if (setting === 1 || setting === process.stdout) return "stdout";
  if (setting === 2 || setting === process.stderr) return "stderr";
  return undefined;
}

function captureSpawnSync(write: Write): void {
  // spawnSync, execSync and execFileSync call each other inside Node.js: this is the one place they all go through.
  const { binding } = process as unknown as {
    binding: (name: string) => { spawn: (options: SyncOptions) => SyncResult };
  };
  let native: ReturnType<typeof binding>;
  try {
    native = binding("spawn_sync");
  } catch (error) {
    log(`the output of processes that are waited for can't be captured: ${String(error)}`);
    return;
  }
  const { spawn } = native;
  native.spawn = (options) => {
    const captured = options.stdio.flatMap(({ type, fd }, index): [number, StreamName][] =>
      index > 0 && (type === "inherit" || type === "fd") && (fd === 1 || fd === 2)
        ? [[index, fd === 1 ? "stdout" : "stderr"]]
        : [],
    );
    if (captured.length === 0) return spawn(options);
    const stdio = [...options.stdio];
    for (const [index] of captured) stdio[index] = { type: "pipe", readable: false, writable: true };
    // What is inherited has no limit; the caller's own pipes keep theirs.
    const limited = options.stdio.slice(1).some(({ type }) => type === "pipe");
    const result = spawn({ ...options, stdio, ...(!limited && { maxBuffer: Infinity }) });
    for (const [index, name] of captured) {
      const bytes = result.output?.[index];
      if (!bytes) continue;
      write(name, Buffer.from(bytes).toString("utf8"));
      if (result.output) result.output[index] = null;
    }
    return result;
  };
}
