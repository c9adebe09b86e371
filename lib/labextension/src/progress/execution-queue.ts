import type { CodeCell } from "@jupyterlab/cells";
import { NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";
import { Signal, type ISignal } from "@lumino/signaling";

/** The cell that a notebook's kernel is at. */
export interface Execution {
  readonly cell: CodeCell;
  /** When it began, in milliseconds of `performance.now()`. */
  readonly begun: number;
  /** Cells that wait for it. */
  readonly waiting: number;
}

/** Follows the cells of one notebook from when they are asked to run to when they have run. */
export class ExecutionQueue {
  private readonly cells: CodeCell[] = [];
  private begun = 0;
  private readonly _changed = new Signal<this, undefined>(this);

  constructor(private readonly panel: NotebookPanel) {
    const { executionScheduled, executed } = NotebookActions;
    executionScheduled.connect(this.onScheduled);
    executed.connect(this.onExecuted);
    panel.disposed.connect(() => {
      executionScheduled.disconnect(this.onScheduled);
      executed.disconnect(this.onExecuted);
      Signal.clearData(this);
    });
  }

  /** Emitted when another cell runs, or none. */
  get changed(): ISignal<this, undefined> {
    return this._changed;
  }

  /** What runs now; undefined for nothing. */
  get current(): Execution | undefined {
    const [cell, ...waiting] = this.cells;
    return cell && { cell, begun: this.begun, waiting: waiting.length };
  }

  /**
   * Takes in cells that an earlier page of this notebook had asked for, in their order.
   * @param begun when the first of them was sent, in milliseconds of `performance.now()`
   */
  resume(cells: readonly CodeCell[], begun: number): void {
    if (this.cells.length === 0) this.begun = begun;
    this.cells.unshift(...cells);
    this._changed.emit(undefined);
  }

  /** Lets go of a cell that has run. */
  end(cell: CodeCell): void {
    const index = this.cells.indexOf(cell);
    if (index < 0) return;
    this.cells.splice(index, 1);
    if (index === 0) this.begun = performance.now();
    this._changed.emit(undefined);
  }

  private readonly onScheduled = (_: unknown, { notebook, cell }: { notebook: unknown; cell: unknown }) => {
    if (notebook !== this.panel.content) return;
    this.cells.push(cell as CodeCell);
    if (this.cells.length === 1) this.begun = performance.now();
    this._changed.emit(undefined);
  };

  private readonly onExecuted = (_: unknown, { notebook, cell }: { notebook: unknown; cell: unknown }) => {
    if (notebook === this.panel.content) this.end(cell as CodeCell);
  };
}
