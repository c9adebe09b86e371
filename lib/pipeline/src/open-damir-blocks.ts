import { UserError } from "damir";
import type { MonthTotals } from "./month-totals.js";
import { MonthlyLines, type LinesBefore } from "./open-damir-lines.js";
import { PositionReader, type Position } from "./open-damir-order.js";
import { PartWriter } from "./open-damir-parts.js";
import type { Variable } from "./variables.js";

const LF = 0x0a;
/** Rows between two whose position is kept: a few thousand are enough to cut a month in parts. */
const sampling = 8;

/** The first block of a monthly file, read to know what the whole is: its header, its month, how its rows spread. */
export class OpeningLines {
  readonly headerLine: string;
  /** What comes before the first data line. */
  readonly before: LinesBefore;
  /** The data lines of the block. */
  readonly data: Buffer;
  readonly positions: Position[] = [];

  /** @throws UserError when it isn't a monthly file of Open DAMIR, is empty, or one of these lines is faulty */
  constructor(file: string, variables: Variable[], block: Buffer) {
    let positions: PositionReader | undefined;
    let rows = 0;
    const lines = new MonthlyLines(file, variables, {
      take: (_bytes, _start, _end, row) => {
        if (rows++ % sampling > 0 || !lines.header) return;
        positions ??= new PositionReader(lines.header.columns);
        const position = { major: 0, minor: 0 };
        positions.read(row, position);
        this.positions.push(position);
      },
    });
    lines.push(block);
    if (lines.rows === 0) lines.end();
    const { header, month } = lines;
    if (!header) throw new UserError(`${file} ne contient rien. Téléchargez-le de nouveau.`);
    if (month === undefined) {
      throw new UserError(
        `${file} ne contient que ses noms de colonnes, aucune donnée. Téléchargez-le de nouveau.`,
      );
    }
    const start = block.indexOf(LF) + 1;
    this.headerLine = block.toString("latin1", 0, start - 1);
    this.data = block.subarray(start);
    this.before = { header, month, line: 2, blankLine: 0 };
  }
}

/** A month about to be read: what its readers share. */
export interface OpenedMonth {
  /** Name of the published file, for the messages. */
  file: string;
  variables: Variable[];
  /** Folder of the parts. */
  folder: string;
  /** First position of each part but the first. */
  boundaries: Position[];
  before: LinesBefore;
  headerLine: string;
}

/** Reads the blocks of a month one after the other, in the calling thread. */
export class BlockReader {
  /** Names of those who write the parts. */
  readonly writers: readonly string[] = ["main"];
  readonly #lines: MonthlyLines;
  readonly #parts: PartWriter;

  constructor({ file, variables, folder, boundaries, before }: OpenedMonth) {
    this.#parts = new PartWriter(folder, "main", before.header.columns, boundaries);
    this.#lines = new MonthlyLines(file, variables, this.#parts, before);
  }

  /** @throws UserError when a line can't be kept without loss */
  async read(block: Buffer): Promise<void> {
    this.#lines.push(block);
    return Promise.resolve();
  }

  /** @throws UserError when the file stops in the middle of a line */
  async end(): Promise<{ totals: MonthTotals; shortRows: number }> {
    this.#lines.end();
    this.#parts.end();
    return Promise.resolve({ totals: this.#lines.totals(), shortRows: this.#lines.shortRows });
  }

  /** Lets go of what it holds. */
  async abandon(): Promise<void> {
    return Promise.resolve();
  }
}
