import { AsyncLocalStorage } from "node:async_hooks";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { Activity, type ActivityBoard } from "../activity.js";
import type { CheckedCell } from "../compiler/compiler.js";
import { boxName } from "../language/notebook-variables.js";
import { importName, metaName } from "../language/emitter.js";
import { restoreGlobals } from "./essential-globals.js";
import { HeapFull, Interruption } from "./interruption.js";
import type { Modules } from "./modules.js";
import { isSigint, untilSigint } from "../sigint.js";
import { Variables } from "./variables.js";

/** One run of a cell. What it starts finds it again, however late. */
export interface Run {
  /** File name of the cell in stack traces. */
  readonly file: string;
  /** Aborted when the person interrupts the run. */
  readonly signal: AbortSignal;
}

const wrapperLines = 1;
const fixedNames = ["exports", "require", importName, metaName, "__filename", "__dirname"];

/** Runs cells, one at a time, over one set of variables. */
export class Executor<R extends Run> {
  private readonly variables = new Variables();
  private readonly runs = new AsyncLocalStorage<R>();
  private interrupt: ((reason: Interruption | HeapFull) => void) | undefined;
  private readonly meta: object;

  constructor(
    private readonly modules: Modules,
    private readonly directory: string,
    private readonly board: ActivityBoard,
  ) {
    const filename = join(directory, "notebook.ts");
    this.meta = { url: pathToFileURL(filename).href, dirname: directory, filename };
  }

  /** The value of a variable of the notebook. */
  variable(name: string): unknown {
    return this.variables.value(name);
  }

  /** The run that the code now running belongs to. */
  get current(): R | undefined {
    return this.runs.getStore();
  }

  /** Lines of our own before the cell's JavaScript. */
  static readonly wrapperLines = wrapperLines;

  /** Rejects what the running cell awaits. Returns false when nothing runs. */
  interruptAwait(): boolean {
    const reason = this.reason();
    if (this.interrupt !== undefined) {
      this.interrupt(reason);
      return true;
    }
    // What filled the memory was left behind by a cell that has ended: reported as what it throws late would be.
    if (reason instanceof HeapFull) {
      setImmediate(() => {
        throw reason;
      });
    }
    return false;
  }

  /** Why the person's or the control thread's signal ends the cell. */
  private reason(): Interruption | HeapFull {
    return this.board.takeHeapFull() ? new HeapFull() : new Interruption();
  }

  /** Calls `work` as a part of `run`: what it prints, and whatever it starts, belongs to it. */
  within<T>(run: R, work: () => T): T {
    return this.runs.run(run, work);
  }

  /** Awaits `work`, unless the person interrupts. */
  async interruptible<T>(work: PromiseLike<T>): Promise<T> {
    const { promise, reject } = withRejection();
    this.interrupt = reject;
    try {
      return await Promise.race([work, promise]);
    } finally {
      this.interrupt = undefined;
    }
  }

  /**
   * Runs a checked cell and returns the value of its last expression, awaited.
   * Whatever happens, the declarations whose value was reached are kept.
   * @throws what the cell throws, {@link Interruption} or {@link HeapFull}
   */
  async execute(cell: CheckedCell, run: R): Promise<unknown> {
    const declaration = this.variables.declare(cell.declares, cell.blank);
    const exports = {};
    try {
      this.modules.addLocal(cell.modules);
      const value = await this.within(run, () => this.evaluate(cell, run, exports));
      declaration.take(exports);
      await cell.commit();
      return value;
    } catch (error) {
      declaration.take(exports);
      const reached = declaration.giveUp();
      await cell.commit(cell.declares.filter((name) => !reached(name)));
      throw isSigint(error) ? new Interruption() : error;
    } finally {
      restoreGlobals();
    }
  }

  /** Loads what the cell imports, runs it to its end and awaits its last expression. */
  private async evaluate(cell: CheckedCell, run: R, exports: Record<string, unknown>): Promise<unknown> {
    // The person may have interrupted while the cell was checked.
    run.signal.throwIfAborted();
    await this.interruptible(this.modules.prepare(cell.imports));
    const outcome = this.call(cell, run, exports);
    if (cell.awaits) await this.interruptible(outcome as Promise<unknown>);
    if (cell.lastExpression === undefined) return undefined;
    const value = exports[cell.lastExpression];
    return isThenable(value) ? await this.interruptible(value) : value;
  }

  /** Runs the cell's function up to its end or its first await, and returns what it returns. */
  private call(cell: CheckedCell, run: R, exports: Record<string, unknown>): unknown {
    const names = [...fixedNames, ...cell.uses.map(boxName)];
    const head = cell.awaits ? "(async function" : "(function";
    const script = new vm.Script(`${head}(${names.join(", ")}) {\n${cell.javascript}\n})`, {
      filename: run.file,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    const body = script.runInThisContext() as (...values: unknown[]) => unknown;
    const importModule = (specifier: unknown) => this.modules.import(specifier);
    const values = [
      exports,
      this.modules.require,
      importModule,
      this.meta,
      join(this.directory, "notebook.ts"),
      this.directory,
      ...cell.uses.map((name) => this.variables.box(name)),
    ];
    return this.board.during(Activity.Cell, () => {
      try {
        return untilSigint(() => body(...values));
      } catch (error) {
        throw isSigint(error) ? this.reason() : error;
      } finally {
        // First of all: whatever comes after may need what the cell has broken.
        restoreGlobals();
      }
    });
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

function withRejection(): { promise: Promise<never>; reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  // The race may be over before it is lost.
  promise.catch(() => undefined);
  return { promise, reject };
}
