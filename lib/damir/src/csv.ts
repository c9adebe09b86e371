import { readFileSync } from "node:fs";
import { csvParse } from "d3-dsv";

/**
 * Reads one of the project's own files of `data/`: UTF-8, commas, header first.
 * @returns one object a line, keyed by the header's names
 * @internal
 */
export function readCsv(path: string): Record<string, string>[] {
  return [...csvParse(readFileSync(path, "utf8"))];
}
