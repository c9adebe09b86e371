import { addTotals, type MonthTotals } from "./month-totals.js";
import { BlockReader, type OpenedMonth } from "./open-damir-blocks.js";
import { refuseBlankLine } from "./open-damir-field.js";
import { MonthlyLines, type LinesBefore } from "./open-damir-lines.js";
import { BlockThreads, type BlockOutcome } from "./open-damir-threads.js";

const LF = 0x0a;

/** Reads the blocks of a month in several threads, and tells faults as if they had been read one after the other. */
export class ThreadedReader {
  /** Names of those who write the parts. */
  readonly writers: readonly string[];
  readonly #threads: BlockThreads;
  readonly #tail: Buffer[] = [];
  /** What comes before the first block whose outcome isn't known. */
  readonly #before: LinesBefore;
  #shortRows = 0;
  /** Takes the outcomes in the order of the blocks. */
  #taken: Promise<void> = Promise.resolve();
  #failure: { error: unknown } | undefined;

  constructor(
    private readonly month: OpenedMonth,
    threads: number,
    blockBytes: number,
  ) {
    const { file, headerLine, folder, boundaries, before } = month;
    this.#before = { ...before };
    this.#threads = new BlockThreads(threads, blockBytes, {
      file,
      headerLine,
      month: before.month,
      folder,
      boundaries,
    });
    this.writers = [...this.#threads.names, "main"];
  }

  /** @throws UserError when a line of a block before can't be kept without loss */
  async read(block: Buffer): Promise<void> {
    if (this.#failure) throw this.#failure.error;
    // What has no end of line can only be the end of the file, or a line too long, which one reader alone can tell.
    const end = this.#tail.length > 0 ? 0 : block.lastIndexOf(LF) + 1;
    if (end < block.length) this.#tail.push(block.subarray(end));
    if (end === 0) return;
    const { outcome } = await this.#threads.read(block.subarray(0, end));
    this.#taken = this.#taken.then(async () => {
      this.#take(await outcome);
    });
    this.#taken.catch((error: unknown) => (this.#failure ??= { error }));
  }

  /** @throws UserError when a line can't be kept without loss, or the file stops in the middle of one */
  async end(): Promise<{ totals: MonthTotals; shortRows: number }> {
    await this.#taken;
    const tail = new BlockReader({ ...this.month, before: this.#before });
    for (const bytes of this.#tail) await tail.read(bytes);
    const last = await tail.end();
    const totals = addTotals([...(await this.#threads.end()), last.totals]);
    return { totals, shortRows: this.#shortRows + last.shortRows };
  }

  /** Stops the threads. */
  async abandon(): Promise<void> {
    await this.#threads.terminate();
    await Promise.allSettled([this.#taken]);
  }

  #take({ report, fault }: BlockOutcome): void {
    const { file, variables } = this.month;
    if (fault) {
      new MonthlyLines(file, variables, undefined, this.#before).readLines(fault.bytes);
      throw fault.error;
    }
    if (!report) return;
    const before = this.#before;
    if (before.blankLine > 0 && report.rows > 0) refuseBlankLine(file, before.blankLine);
    if (report.blankLine > 0) before.blankLine ||= before.line + report.blankLine - 1;
    before.line += report.lines;
    this.#shortRows += report.shortRows;
  }
}
