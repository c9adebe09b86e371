import { join } from "node:path";
import { dataFolder, readCsv } from "damir";

/** Rows of `data/geography/<name>.csv`. */
export function readGeography(name: string): Record<string, string>[] {
  return readCsv(join(dataFolder, "geography", `${name}.csv`));
}
