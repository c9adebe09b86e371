import fs from "node:fs";

/** Kept aside, as what cells write by it is captured. */
const { writeSync } = fs;

/**
 * Writes one line to the process's real standard error, past whatever a cell has done to `process.stderr`.
 * That is where Jupyter servers collect a kernel's log.
 */
export function log(line: string): void {
  try {
    writeSync(2, `[atelier-kernel] ${line}\n`);
  } catch {
    // A closed stderr must not end the kernel, and there is nowhere else to say so.
  }
}
