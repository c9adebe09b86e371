import { CodeCell } from "@jupyterlab/cells";
import type { NotebookPanel } from "@jupyterlab/notebook";
import { KernelMessage } from "@jupyterlab/services";
import type { TranslationBundle } from "@jupyterlab/translation";
import { NotebookBanner } from "../notebook-banner.js";
import { codeMark, type ExecutionRecord, type RecordedExecution } from "./execution-record.js";
import type { ExecutionQueue } from "./execution-queue.js";

/** Milliseconds that messages of an ended cell may still need on their way. */
const grace = 1000;

/** A cell that goes on without the page that asked for it. */
interface Resumed extends RecordedExecution {
  readonly widget: CodeCell;
  /** Where its outputs are that may be replaced, by their names. */
  readonly places: Map<string, number>;
}

/**
 * Follows the cells that were running when the page was reloaded: JupyterLab forgets them, though its kernel goes on. What they show from now on
 * comes under them, and what was missed is said.
 */
export class ResumedExecutions {
  private readonly resumed = new Map<string, Resumed>();

  constructor(
    private readonly panel: NotebookPanel,
    private readonly queue: ExecutionQueue,
    private readonly record: ExecutionRecord,
    private readonly trans: TranslationBundle,
  ) {
    const { sessionContext } = panel;
    sessionContext.iopubMessage.connect(this.onMessage);
    sessionContext.statusChanged.connect(this.onStatus);
    panel.disposed.connect(() => {
      sessionContext.iopubMessage.disconnect(this.onMessage);
      sessionContext.statusChanged.disconnect(this.onStatus);
    });
  }

  /** Looks for what was running, once the notebook is there with its kernel. */
  async begin(): Promise<void> {
    const { context, sessionContext, content } = this.panel;
    await Promise.all([context.ready, sessionContext.ready]);
    const kernel = sessionContext.session?.kernel;
    if (!kernel || this.panel.isDisposed) return;
    const left = this.record.takeOver(kernel.id);
    if (left.length === 0) return;
    const widgets: CodeCell[] = [];
    let isUnsaved = false;
    for (const execution of left) {
      const widget = content.widgets.find(({ model }) => model.id === execution.cell);
      // Its results would stand under a code that isn't theirs.
      if (
        !(widget instanceof CodeCell) ||
        codeMark(widget.model.sharedModel.getSource()) !== execution.code
      ) {
        isUnsaved = true;
        continue;
      }
      widget.model.sharedModel.transact(() => {
        widget.model.clearExecution();
      }, false);
      widget.model.executionState = "running";
      this.resumed.set(execution.message, { ...execution, widget, places: new Map() });
      widgets.push(widget);
    }
    const [first] = left;
    if (first) this.queue.resume(widgets, performance.now() - (Date.now() - first.sent));
    this.tellWhatIsMissing(left, isUnsaved);
    // Executions have their turn one after the other: once this empty one has had its own, those before it have ended.
    await kernel.requestExecute({ code: "", silent: true, store_history: false, stop_on_error: false }).done;
    await new Promise((resolve) => setTimeout(resolve, grace));
    this.endMissed();
  }

  private tellWhatIsMissing(left: readonly RecordedExecution[], isUnsaved: boolean): void {
    const { trans } = this;
    if (isUnsaved) {
      this.tell(
        trans.__(
          "Une cellule lancée avant que la page soit rechargée tourne peut-être encore, mais son code n'est pas celui qui était enregistré : ses résultats ne viendront pas ici.",
        ),
      );
    } else if (left.some(({ hasShown }) => hasShown)) {
      this.tell(
        trans.__(
          "La page a été rechargée pendant qu'une cellule tournait : ce qu'elle avait déjà montré n'est plus là, la suite arrive sous elle.",
        ),
      );
    }
  }

  private readonly onMessage = (_: unknown, msg: KernelMessage.IMessage): void => {
    const parent = "msg_id" in msg.parent_header ? msg.parent_header.msg_id : undefined;
    const execution = parent === undefined ? undefined : this.resumed.get(parent);
    if (!execution) return;
    const { outputs } = execution.widget.model;
    if (KernelMessage.isStatusMsg(msg)) {
      if (msg.content.execution_state === "idle") this.end(execution);
    } else if (KernelMessage.isExecuteInputMsg(msg)) {
      this.resumed.set(execution.message, { ...execution, count: msg.content.execution_count });
    } else if (KernelMessage.isClearOutputMsg(msg)) {
      outputs.clear(msg.content.wait);
      execution.places.clear();
    } else if (
      KernelMessage.isStreamMsg(msg) ||
      KernelMessage.isErrorMsg(msg) ||
      KernelMessage.isExecuteResultMsg(msg)
    ) {
      outputs.add({ ...msg.content, output_type: msg.header.msg_type });
    } else if (KernelMessage.isDisplayDataMsg(msg) || KernelMessage.isUpdateDisplayDataMsg(msg)) {
      const { transient, ...shown } = msg.content;
      const output = { ...shown, output_type: "display_data" };
      const name = transient?.display_id;
      const place = name === undefined ? undefined : execution.places.get(name);
      if (place !== undefined) outputs.set(place, output);
      else {
        const length = outputs.add(output);
        if (name !== undefined) execution.places.set(name, length - 1);
      }
    }
  };

  private readonly onStatus = (_: unknown, status: KernelMessage.Status): void => {
    if (!["dead", "autorestarting", "restarting", "terminating"].includes(status)) return;
    for (const execution of [...this.resumed.values()]) this.end(execution);
  };

  private end({ message, widget, count }: Resumed): void {
    this.resumed.delete(message);
    this.record.forget(message);
    const { model } = widget;
    if (!widget.isDisposed) {
      model.executionState = "idle";
      model.executionCount = count;
    }
    this.queue.end(widget);
  }

  /** What ended while nobody listened. */
  private endMissed(): void {
    const missed = [...this.resumed.values()];
    if (missed.length === 0 || this.panel.isDisposed) return;
    for (const execution of missed) this.end(execution);
    const places = missed.map(({ widget }) => this.panel.content.widgets.indexOf(widget) + 1);
    const [only] = places;
    this.tell(
      places.length === 1
        ? this.trans.__(
            "La cellule %1 s'est terminée pendant que la page se rechargeait : ses résultats n'ont pas été reçus. Relancez-la pour les voir.",
            only,
          )
        : this.trans.__(
            "Les cellules %1 se sont terminées pendant que la page se rechargeait : leurs résultats n'ont pas été reçus. Relancez-les pour les voir.",
            places.join(", "),
          ),
    );
  }

  private tell(text: string): void {
    const banner = new NotebookBanner(text, [
      {
        label: this.trans.__("Masquer"),
        run: () => {
          banner.dispose();
        },
      },
    ]);
    banner.showIn(this.panel);
  }
}
