import type { Extra, Header, JsonObject } from "../wire/message.js";
import { CellStream, type StreamName } from "../display/stream.js";
import type { Bundle } from "../display/bundle.js";
import type { Run } from "./executor.js";
import type { Asker } from "./input.js";

/** Publishes a message on behalf of a request. */
export type Publish = (type: string, parent: Header, content: JsonObject, extra?: Extra) => void;

/** One execution of a cell as its outputs see it: they go to the request that asked for it, in order, however late. */
export class CellRun implements Run {
  readonly file: string;
  private readonly stream: CellStream;
  private readonly pending = new Set<Promise<unknown>>();
  private readonly endings: (() => void)[] = [];
  private muted = false;
  private readonly controller = new AbortController();
  /** What the reply asks the frontend to show beside the notebook. */
  readonly payload: JsonObject[] = [];

  /**
   * @param silent whether nothing at all is to be published
   */
  constructor(
    readonly id: number,
    readonly parent: Header,
    private readonly silent: boolean,
    private readonly publishMessage: Publish,
    /** Whom the cell may ask; undefined when it isn't a cell but a frontend's message. */
    readonly asker: Asker | undefined,
  ) {
    this.file = `cell-${id}.ts`;
    this.stream = new CellStream((name, text) => {
      this.publishMessage("stream", this.parent, { name, text });
    });
  }

  /** Aborted when the person interrupts the run. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Tells libraries that work for the run to stop. */
  abort(reason: Error): void {
    this.controller.abort(reason);
  }

  /** Prints. */
  write(name: StreamName, text: string): void {
    if (!this.muted && !this.silent) this.stream.write(name, text);
  }

  /** Publishes a message after what was printed before it. */
  publish(type: string, content: JsonObject, extra?: Extra): void {
    if (this.muted || this.silent) return;
    this.stream.flush();
    this.publishMessage(type, this.parent, content, extra);
  }

  /** Publishes a bundle as `display_data`, `update_display_data` or `execute_result`. */
  show(type: string, bundle: Bundle, more: JsonObject = {}): void {
    this.publish(type, { data: bundle.data, metadata: bundle.metadata, ...more });
  }

  /** Removes the outputs shown so far, at once or when the next one comes. */
  clear(wait: boolean): void {
    this.publish("clear_output", { wait });
  }

  /** Shows a bundle beside the notebook. */
  page(bundle: Bundle): void {
    this.payload.push({ source: "page", data: bundle.data, start: 0 });
  }

  /** Calls `work` when the run ends, while its outputs can still be changed. */
  beforeEnd(work: () => void): void {
    this.endings.push(work);
  }

  /** Makes the cell's reply wait for an output that is being prepared. */
  await(work: Promise<unknown>): void {
    const settled = work.catch(() => undefined).finally(() => this.pending.delete(settled));
    this.pending.add(settled);
  }

  /** Waits for the outputs being prepared, then passes on what was printed. */
  async finish(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending);
    for (const end of this.endings.splice(0)) end();
    this.flush();
  }

  /** Passes on what was printed. */
  flush(): void {
    if (!this.muted) this.stream.flush();
  }

  /** Drops whatever the run still produces. */
  mute(): void {
    this.flush();
    this.muted = true;
  }
}
