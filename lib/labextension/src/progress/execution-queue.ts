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

  private readonly onScheduled = (_: unknown, { notebook, cell }: { notebook: unknown; cell: unknown }) => {
    if (notebook !== this.panel.content) return;
    this.cells.push(cell as CodeCell);
    if (this.cells.length === 1) this.begun = performance.now();
    this._changed.emit(undefined);
  };

  private readonly onExecuted = (_: unknown, { notebook, cell }: { notebook: unknown; cell: unknown }) => {
    const index = this.cells.indexOf(cell as CodeCell);
    if (notebook !== this.panel.content || index < 0) return;
    this.cells.splice(index, 1);
    if (index === 0) this.begun = performance.now();
    this._changed.emit(undefined);
  };
}
