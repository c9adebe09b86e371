import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { LineSink } from "./open-damir-lines.js";
import { PositionReader, type Position } from "./open-damir-order.js";
import type { RunningTotals } from "./month-totals.js";
import type { Variable } from "./variables.js";

const bufferBytes = 128 * 1024;

/**
 * Deals the checked lines of a month, as text, to files of which each holds a range of the order of the rows: sorting one
 * file after the other, each small enough for the memory, sorts the month.
 */
export class PartWriter implements LineSink {
  readonly #buffers: (Buffer | undefined)[];
  readonly #used: Float64Array;
  readonly #majors: Float64Array;
  readonly #minors: Float64Array;
  readonly #positions: PositionReader;
  readonly #position: Position = { major: 0, minor: 0 };

  /**
   * @param writer name of this writer: several may write the parts of one month, each in its own files
   * @param boundaries first position of each part but the first
   */
  constructor(
    private readonly folder: string,
    private readonly writer: string,
    columns: readonly Variable[],
    boundaries: readonly Position[],
  ) {
    this.#positions = new PositionReader(columns);
    this.#majors = Float64Array.from(boundaries, ({ major }) => major);
    this.#minors = Float64Array.from(boundaries, ({ minor }) => minor);
    this.#buffers = Array.from({ length: boundaries.length + 1 }, () => undefined);
    this.#used = new Float64Array(boundaries.length + 1);
  }

  take(bytes: Buffer, start: number, end: number, row: RunningTotals): void {
    const part = this.#majors.length === 0 ? 0 : this.#partOf(row);
    let used = this.#used[part] as number;
    if (used + end - start > bufferBytes) {
      this.#write(part);
      used = 0;
      if (end - start > bufferBytes) {
        appendFileSync(this.#path(part), bytes.subarray(start, end));
        return;
      }
    }
    const buffer = (this.#buffers[part] ??= Buffer.allocUnsafeSlow(bufferBytes));
    bytes.copy(buffer, used, start, end);
    this.#used[part] = used + end - start;
  }

  /** Writes what is left in memory. */
  end(): void {
    this.#buffers.forEach((_, part) => {
      this.#write(part);
    });
  }

  /** The number of boundaries at or before the row. */
  #partOf(row: RunningTotals): number {
    this.#positions.read(row, this.#position);
    const { major, minor } = this.#position;
    let low = 0;
    let high = this.#majors.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#majors[middle] as number;
      if (other < major || (other === major && (this.#minors[middle] as number) <= minor)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #write(part: number): void {
    const buffer = this.#buffers[part];
    const used = this.#used[part] ?? 0;
    if (!buffer || used === 0) return;
    // Opened and closed each time: there may be more parts than files that a process may hold open.
    appendFileSync(this.#path(part), buffer.subarray(0, used));
    this.#used[part] = 0;
  }

  #path(part: number): string {
    return join(this.folder, partName(part, this.writer));
  }
}

/** Name of the file in which a writer puts a part. */
export function partName(part: number, writer: string): string {
  return `part-${part}-${writer}.csv`;
}
