import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { inspect } from "node:util";
import { installGlobals } from "./cell-globals.js";
import { Comms } from "./comm/comms.js";
import { bundleOf, plainText } from "./display/bundle.js";
import type { StreamName } from "./display/stream.js";
import { tslabModule } from "./display/tslab-module.js";
import { failureOf, failureOfDiagnostics, type Failure, type TracedText } from "./display/failure.js";
import { CellRun, type Publish } from "./execution/cell-run.js";
import { captureChildOutput } from "./execution/child-output.js";
import { rememberGlobals } from "./execution/essential-globals.js";
import { Executor } from "./execution/executor.js";
import { refuseExit } from "./execution/exit.js";
import { History } from "./execution/history.js";
import type { Ask } from "./execution/input.js";
import { heapFullName, Interruption, interruptionName } from "./execution/interruption.js";
import { Modules, sourceOf } from "./execution/modules.js";
import { captureOutput, endableGroups } from "./execution/output-capture.js";
import { bundleOfDescription } from "./display/description.js";
import { completeTemplate, inspectTemplate } from "./template-hooks.js";
import type { Completions } from "./language/completions.js";
import { CellMap } from "./compiler/cell-map.js";
import type { CheckedCell, Compiler } from "./compiler/compiler.js";
import type { CellDiagnostic, EmittedFile } from "./language/language.js";
import { PackageFolders } from "./language/packages.js";
import { compilerVersions } from "./kernel-info.js";
import type { ActivityBoard } from "./activity.js";
import { log } from "./log.js";
import type { JsonObject, Message } from "./wire/message.js";

/** What an `execute_request` asks. */
export interface ExecuteRequest {
  code: string;
  silent: boolean;
  storeHistory: boolean;
  allowStdin: boolean;
  userExpressions: Record<string, string>;
}

/** What a session does to the world. */
export interface SessionEffects {
  publish: Publish;
  ask: Ask;
}

/** Everything that lasts from cell to cell: compiler, variables, count, history, and where late output goes. */
export class CellSession {
  readonly history = new History();
  readonly comms = new Comms((type, content, extra) => {
    this.target?.publish(type, content, { metadata: extra.metadata, buffers: extra.buffers });
  });
  private readonly executor: Executor<CellRun>;
  /** What runs, by the file name that stacks give it. */
  private readonly texts = new Map<string, TracedText>();
  private readonly endGroups = endableGroups();
  private count = 0;
  private runs = 0;
  private latest: CellRun | undefined;
  private running: CellRun | undefined;

  constructor(
    private readonly compiler: Compiler,
    private readonly directory: string,
    nodePath: string | undefined,
    board: ActivityBoard,
    private readonly effects: SessionEffects,
  ) {
    const packages = new PackageFolders(resolve(directory), nodePath);
    const tslab = tslabModule(() => this.target, compilerVersions);
    const provided = new Map([["tslab", tslab]]);
    this.executor = new Executor(new Modules(packages, provided), packages.directory, board);
  }

  /** Takes over what the process as a whole does with output, exits and stray errors. */
  takeOverProcess(): void {
    const write = (name: StreamName, text: string): void => this.target?.write(name, text);
    captureOutput(write);
    captureChildOutput(write, (work) => this.target?.await(work));
    refuseExit();
    installGlobals({ current: () => this.target, ask: this.effects.ask, comms: this.comms });
    rememberGlobals();
    const stray = (error: unknown): void => {
      const run = this.target;
      if (run === undefined) {
        log(`uncaught error: ${inspect(error)}`);
        return;
      }
      try {
        run.publish("error", { ...this.failure(error) });
      } catch (unshown) {
        log(`uncaught error that can't be shown: ${String(unshown)}`);
      }
    };
    process.on("uncaughtException", stray);
    process.on("unhandledRejection", stray);
  }

  /** Ends the running cell's await. A cell that computes is ended by SIGINT instead. */
  interrupt(): void {
    this.running?.abort(new Interruption());
    this.executor.interruptAwait();
    // A long cell would keep it busy for nothing, and the next cell waiting.
    this.compiler.giveUp();
  }

  /** What can be written at `offset` of a cell: in a tagged template its library says so, elsewhere the compiler. */
  async complete(code: string, offset: number): Promise<Completions> {
    const template = await this.compiler.templateAt(code, offset);
    const own = template && (await completeTemplate(template, this.variable));
    return own ?? (await this.compiler.complete(code, offset));
  }

  /**
   * What is known of the name at `offset`, as a MIME bundle; null when nothing is.
   * @param detail 0 for what it is, 1 for everything its author wrote about it
   */
  async inspect(code: string, offset: number, detail: number): Promise<JsonObject | null> {
    const template = await this.compiler.templateAt(code, offset);
    const own = template && (await inspectTemplate(template, this.variable, detail));
    if (own !== undefined) return own;
    const description = await this.compiler.inspect(code, offset);
    return description ? bundleOfDescription(description, detail) : null;
  }

  /** A variable of the notebook, or a global. */
  private readonly variable = (name: string): unknown =>
    this.executor.variable(name) ?? (Reflect.get(globalThis, name) as unknown);

  /** Runs a cell and returns its reply's content. Its outputs are published before. */
  async execute(request: ExecuteRequest, message: Message): Promise<JsonObject> {
    const { code, silent, allowStdin } = request;
    const stored = request.storeHistory && !silent;
    if (stored) this.count += 1;
    this.runs += 1;
    const count = this.count;
    const run = new CellRun(this.runs, message.header, silent, this.effects.publish, {
      identities: message.identities,
      allowStdin,
    });
    this.latest = run;
    this.running = run;
    run.publish("execute_input", { code, execution_count: count });
    if (stored) this.history.add(count, code);
    let failure: Failure | undefined;
    try {
      failure = await this.evaluate(run, code, count);
    } finally {
      this.endGroups();
      this.running = undefined;
    }
    if (failure) {
      run.publish("error", { ...failure });
      if (failure.ename === interruptionName || failure.ename === heapFullName) {
        run.abort(new Interruption());
        run.mute();
      }
      return { status: "error", execution_count: count, ...failure };
    }
    const user_expressions = await this.evaluateExpressions(request.userExpressions, run);
    return { status: "ok", execution_count: count, payload: run.payload, user_expressions };
  }

  /** Hands a comm message to the library that listens to it. What that one shows and throws belongs to the message. */
  async receiveComm({ header, content, metadata, buffers }: Message): Promise<void> {
    this.runs += 1;
    const run = new CellRun(this.runs, header, false, this.effects.publish, undefined);
    try {
      const ignored = this.executor.within(run, () =>
        this.comms.receive(header.msg_type, content, { metadata, buffers }),
      );
      if (ignored !== undefined) log(`${header.msg_type} ignored: ${ignored}`);
    } catch (error) {
      run.publish("error", { ...this.failure(error) });
    }
    await run.finish();
  }

  private async evaluate(run: CellRun, code: string, count: number): Promise<Failure | undefined> {
    try {
      const cell = await this.check(run, code, count);
      if (!("javascript" in cell)) return cell;
      const value = await this.executor.execute(cell, run);
      if (value !== undefined) {
        const bundle = await this.executor.interruptible(this.executor.within(run, () => bundleOf(value)));
        run.show("execute_result", bundle, { execution_count: count });
        const text = bundle.data["text/plain"];
        if (typeof text === "string") this.history.setOutput(count, text);
      }
      await this.executor.interruptible(run.finish());
      return undefined;
    } catch (error) {
      if (error instanceof Interruption) return this.failure(error);
      // What the failed cell still prepares to show may never end: it can be interrupted too.
      const finished = this.executor.interruptible(run.finish());
      return this.failure(
        await finished.then(
          () => error,
          (interruption: unknown) => interruption,
        ),
      );
    }
  }

  private async check(run: CellRun, code: string, count: number): Promise<CheckedCell | Failure> {
    const checked = await this.compile(code);
    if (Array.isArray(checked)) return failureOfDiagnostics(checked, code);
    const { map } = checked;
    this.texts.set(run.file, {
      name: `cellule [${count}]`,
      code,
      original: (line, column) => map.original(line - Executor.wrapperLines, column),
    });
    for (const file of checked.modules) this.trace(file);
    return checked;
  }

  /** Errors of a file beside the notebook are to show the file's own lines. */
  private trace({ path, maps }: EmittedFile): void {
    const source = sourceOf(path);
    if (source === path) return;
    const code = readFileSync(source, "utf8");
    const map = new CellMap(maps, code);
    this.texts.set(source, {
      name: relative(this.directory, source),
      code,
      original: (line, column) => map.original(line, column),
    });
  }

  private compile(code: string): Promise<CheckedCell | CellDiagnostic[]> {
    return this.executor.interruptible(this.compiler.check(code));
  }

  private async evaluateExpressions(expressions: Record<string, string>, run: CellRun): Promise<JsonObject> {
    const results: JsonObject = {};
    for (const [name, code] of Object.entries(expressions)) {
      try {
        const cell = await this.compile(code);
        if (Array.isArray(cell)) {
          results[name] = { status: "error", ...failureOfDiagnostics(cell, code) };
          continue;
        }
        const value = await this.executor.execute(cell, run);
        const bundle =
          value === undefined
            ? { data: { "text/plain": plainText(value) }, metadata: {} }
            : await bundleOf(value);
        results[name] = { status: "ok", ...bundle };
      } catch (error) {
        results[name] = { status: "error", ...this.failure(error) };
      }
    }
    return results;
  }

  private failure(error: unknown): Failure {
    try {
      return failureOf(error, (file) => this.texts.get(file));
    } catch {
      // What was thrown throws in its turn when it's read.
      const evalue = "la valeur lancée ne se laisse pas lire";
      return { ename: "Erreur", evalue, traceback: [evalue] };
    }
  }

  /** Where output of the code now running belongs: the cell that started it, or else the latest one. */
  private get target(): CellRun | undefined {
    return this.executor.current ?? this.running ?? this.latest;
  }
}
