import { Widget } from "@lumino/widgets";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { TranslationBundle } from "@jupyterlab/translation";
import { ExecutionQueue, type Execution } from "./execution-queue.js";
import { ExecutionRecord } from "./execution-record.js";
import { ResumedExecutions } from "./resumed-executions.js";
import { duration, shownProgress } from "./shown-progress.js";

/** Milliseconds after which a cell is long enough to be followed. */
const patience = 1000;
/** Milliseconds between two looks at it. */
const pace = 500;
/** Milliseconds after which one who listens is told of a cell that runs; again at each quarter of the work. */
const tellAfter = 5000;
/** Milliseconds that an interruption may take. */
const interruptionPatience = 10_000;

/** What the buttons do. */
export interface RunningCellActions {
  readonly interrupt: (panel: NotebookPanel) => Promise<void>;
  /** Asks before it restarts the kernel. */
  readonly restart: () => void;
  readonly fail: (error: unknown) => void;
}

/** Says in a notebook's toolbar which cell runs, for how long and how far it has come, and interrupts it. */
export class RunningCell extends Widget {
  private readonly queue: ExecutionQueue;
  private readonly cell = element("button", "damir-Running-cell");
  private readonly bar = element("progress", "damir-Running-bar");
  private readonly time = element("span", "damir-Running-time");
  private readonly stop = element("button", "damir-Running-stop");
  private readonly told = element("span", "damir-Running-told");
  private timer: number | undefined;
  private followed: Execution | undefined;
  private quarter = -1;
  private interrupted: { readonly execution: Execution; readonly at: number } | undefined;

  constructor(
    private readonly panel: NotebookPanel,
    private readonly trans: TranslationBundle,
    private readonly actions: RunningCellActions,
  ) {
    super();
    this.addClass("damir-Running");
    this.node.dataset["lmSuppressShortcuts"] = "true";
    this.node.setAttribute("role", "group");
    this.node.setAttribute("aria-label", trans.__("Cellule en cours"));
    this.told.setAttribute("role", "status");
    this.cell.title = trans.__("Aller à la cellule");
    this.cell.addEventListener("click", () => {
      void this.reveal();
    });
    this.stop.addEventListener("click", () => {
      this.onStop();
    });
    this.bar.max = 1;
    const visible = element("span", "damir-Running-visible");
    visible.append(this.cell, this.time, this.bar, this.stop);
    visible.hidden = true;
    this.node.append(visible, this.told);
    this.queue = new ExecutionQueue(panel);
    const resumed = new ResumedExecutions(panel, this.queue, new ExecutionRecord(panel), trans);
    resumed.begin().catch((error: unknown) => {
      // Of a page that was left: what runs from now on is followed all the same.
      console.warn("What ran before this page was opened could not be followed", error);
    });
    this.queue.changed.connect(() => {
      this.follow();
    });
    this.follow();
  }

  override dispose(): void {
    window.clearInterval(this.timer);
    super.dispose();
  }

  private follow(): void {
    const { current } = this.queue;
    if (current && !this.timer)
      this.timer = window.setInterval(() => {
        this.look();
      }, pace);
    if (current?.begun === this.followed?.begun) return;
    const ended = this.followed;
    this.followed = current;
    this.interrupted = undefined;
    if (ended && this.quarter >= 0)
      this.tell(
        this.trans.__("%1 : fini en %2", this.nameOf(ended), duration(performance.now() - ended.begun)),
      );
    this.quarter = -1;
    this.look();
  }

  private look(): void {
    const { current } = this.queue;
    const visible = this.cell.parentElement;
    const elapsed = current ? performance.now() - current.begun : 0;
    const isShown = current !== undefined && elapsed >= patience;
    if (!current) {
      window.clearInterval(this.timer);
      this.timer = undefined;
    }
    if (visible && visible.hidden === isShown) {
      // The focus would be lost with the button.
      const hadFocus = this.node.contains(document.activeElement);
      visible.hidden = !isShown;
      if (hadFocus && !isShown) this.panel.content.activate();
    }
    if (current && isShown) this.describe(current, elapsed);
  }

  private describe(current: Execution, elapsed: number): void {
    const { trans } = this;
    const name = this.nameOf(current);
    const progress = shownProgress(current.cell.outputArea.node);
    const percent = progress?.share === undefined ? "" : `${Math.floor(progress.share * 100)}\u00a0%`;
    const waiting =
      current.waiting === 0
        ? ""
        : trans._n("%1 en attente", "%1 en attente", current.waiting, current.waiting);
    setText(this.cell, name);
    setText(this.time, [duration(elapsed), percent, waiting].filter((part) => part !== "").join(" · "));
    this.node.title = progress?.text ?? "";
    this.bar.hidden = percent === "";
    this.bar.setAttribute("aria-label", trans.__("Avancement : %1", name));
    if (progress?.share !== undefined) this.bar.value = progress.share;

    const since = this.interrupted ? performance.now() - this.interrupted.at : undefined;
    const isStopping = since !== undefined && since < interruptionPatience;
    // Not `disabled`, which would lose the focus.
    this.stop.setAttribute("aria-disabled", String(isStopping));
    setText(
      this.stop,
      since === undefined
        ? trans.__("Interrompre")
        : isStopping
          ? trans.__("Interruption…")
          : trans.__("Redémarrer le noyau"),
    );
    const quarter = elapsed < tellAfter ? -1 : Math.floor((progress?.share ?? 0) * 4);
    if (quarter > this.quarter) {
      this.quarter = quarter;
      this.tell(`${name} : ${progress?.text || trans.__("en cours depuis %1", duration(elapsed))}`);
    }
  }

  private onStop(): void {
    const { current } = this.queue;
    if (!current) return;
    if (this.interrupted) {
      if (this.stop.getAttribute("aria-disabled") !== "true") this.actions.restart();
      return;
    }
    this.interrupted = { execution: current, at: performance.now() };
    this.tell(this.trans.__("Interruption demandée"));
    this.look();
    this.actions.interrupt(this.panel).catch((error: unknown) => {
      this.interrupted = undefined;
      this.look();
      this.actions.fail(error);
    });
  }

  private async reveal(): Promise<void> {
    const { content } = this.panel;
    const index = content.widgets.findIndex((cell) => cell === this.queue.current?.cell);
    if (index < 0) return;
    content.activeCellIndex = index;
    content.activate();
    await content.scrollToItem(index, "smart");
  }

  private nameOf({ cell }: Execution): string {
    const index = this.panel.content.widgets.findIndex((other) => other === cell);
    return this.trans.__("Cellule %1", index + 1);
  }

  private tell(text: string): void {
    setText(this.told, text);
  }
}

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.className = className;
  if (made instanceof HTMLButtonElement) made.type = "button";
  return made;
}

/** Writing the same text again would select it anew, and tell it anew. */
function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
