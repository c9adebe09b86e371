import type { MonthTotals } from "./month-totals.js";
import { BlockReader, OpeningLines } from "./open-damir-blocks.js";
import type { Header } from "./open-damir-header.js";
import { boundariesOf } from "./open-damir-order.js";
import { partName } from "./open-damir-parts.js";
import { canUseThreads } from "./open-damir-threads.js";
import { ThreadedReader } from "./open-damir-threaded.js";
import type { PublishedFile } from "./published-file.js";
import type { Variable } from "./variables.js";

/** A month read, checked and dealt to parts, as text. */
export interface MonthRead {
  header: Header;
  /** Processing month `AAAAMM`. */
  month: string;
  shortRows: number;
  totals: MonthTotals;
  /** The parts in the order of the rows: the names of the files of each, of which some may be missing. */
  parts: string[][];
}

/** How to read. */
export interface ReadingPlan {
  /** Where the parts go. */
  folder: string;
  /** Size of the text, about. */
  csvBytes: number;
  /** Size of a part, about. */
  partBytes: number;
  threads: number;
}

const blockBytes = 4 * 2 ** 20;
/** Below, starting threads takes longer than reading. */
const worthThreads = 32 * 2 ** 20;
const mostParts = 128;
const LF = 0x0a;

/**
 * Reads a monthly file to its end: every field is checked, counted and summed, every line goes to the part that its place
 * in the order of the rows tells.
 * @throws UserError naming the file, the line and the field that can't be kept without loss
 */
export async function readMonthlyFile(
  source: PublishedFile,
  variables: Variable[],
  plan: ReadingPlan,
  onRead: (bytes: number) => void,
): Promise<MonthRead> {
  const blocks = blocksOf(source.pieces(onRead));
  try {
    const opening = new OpeningLines(source.name, variables, await nextOf(blocks));
    const wanted = Math.min(mostParts, Math.ceil(plan.csvBytes / plan.partBytes));
    const month = {
      file: source.name,
      variables,
      folder: plan.folder,
      boundaries: boundariesOf(opening.positions, wanted),
      before: opening.before,
      headerLine: opening.headerLine,
    };
    const threaded = plan.csvBytes >= worthThreads && plan.threads > 1 && canUseThreads();
    const reader = threaded
      ? new ThreadedReader(month, plan.threads, 2 * blockBytes)
      : new BlockReader(month);
    try {
      await reader.read(opening.data);
      for await (const block of blocks) await reader.read(block);
      const { totals, shortRows } = await reader.end();
      const parts = Array.from({ length: month.boundaries.length + 1 }, (_, part) =>
        reader.writers.map((writer) => partName(part, writer)),
      );
      const { header } = opening.before;
      return { header, month: String(opening.before.month), shortRows, totals, parts };
    } finally {
      await reader.abandon();
    }
  } finally {
    await blocks.return(undefined);
  }
}

/**
 * Reads the start of a monthly file.
 * @returns its processing month `AAAAMM`
 * @throws UserError when it isn't a monthly file of Open DAMIR, or its first rows are faulty
 */
export async function readMonthOf(source: PublishedFile, variables: Variable[]): Promise<string> {
  const blocks = blocksOf(source.pieces(() => undefined));
  try {
    return String(new OpeningLines(source.name, variables, await nextOf(blocks)).before.month);
  } finally {
    await blocks.return(undefined);
  }
}

async function nextOf(blocks: AsyncGenerator<Buffer, void>): Promise<Buffer> {
  const { done, value } = await blocks.next();
  return done === true ? Buffer.alloc(0) : value;
}

/** Cuts a text after an end of line every few megabytes. The last block, or one without any end of line, may end anywhere. */
async function* blocksOf(pieces: AsyncGenerator<Buffer, void>): AsyncGenerator<Buffer, void> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    held.push(piece);
    bytes += piece.length;
    if (bytes < blockBytes) continue;
    const last = piece.lastIndexOf(LF) + 1;
    held[held.length - 1] = piece.subarray(0, last > 0 ? last : piece.length);
    yield Buffer.concat(held);
    held = last > 0 && last < piece.length ? [piece.subarray(last)] : [];
    bytes = held[0]?.length ?? 0;
  }
  if (bytes > 0) yield Buffer.concat(held);
}
