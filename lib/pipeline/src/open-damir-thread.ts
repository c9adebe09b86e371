/** A thread that checks blocks of lines of a monthly file and deals them to the parts. */
import { parentPort, workerData } from "node:worker_threads";
import { readHeader } from "./open-damir-header.js";
import { MonthlyLines } from "./open-damir-lines.js";
import { PartWriter } from "./open-damir-parts.js";
import type { BlockReport, ThreadRequest, ThreadSetting } from "./open-damir-threads.js";
import { readVariables } from "./variables.js";

const { file, headerLine, month, folder, name, boundaries, blocks } = workerData as ThreadSetting;
const variables = readVariables();
const header = readHeader(headerLine, file, variables);
const parts = new PartWriter(folder, name, header.columns, boundaries);
const lines = new MonthlyLines(file, variables, parts, { header, month, line: 2, blankLine: 0 });

function read(block: number, length: number): BlockReport {
  const bytes = Buffer.from(blocks[block] as SharedArrayBuffer, 0, length);
  const before = { line: lines.line, rows: lines.rows, shortRows: lines.shortRows };
  lines.blankLine = 0;
  lines.readLines(bytes);
  return {
    lines: lines.line - before.line,
    rows: lines.rows - before.rows,
    shortRows: lines.shortRows - before.shortRows,
    blankLine: lines.blankLine === 0 ? 0 : lines.blankLine - before.line + 1,
  };
}

parentPort?.on("message", (request: ThreadRequest) => {
  if (request.end) {
    parts.end();
    parentPort?.postMessage({ totals: lines.totals() });
    parentPort?.close();
    return;
  }
  try {
    parentPort?.postMessage({ report: read(request.block, request.length) });
  } catch (error) {
    // What is wrong, and on which line of the file, is said by the main thread, which knows what comes before.
    parentPort?.postMessage({ fault: error });
  }
});
