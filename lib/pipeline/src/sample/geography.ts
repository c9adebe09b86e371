import { readFileSync } from "node:fs";
import { join } from "node:path";
import { csvParse, type DSVRowString } from "d3-dsv";
import { dataFolder } from "damir";

/** Rows of `data/geography/<name>.csv`. */
export function readGeography(name: string): DSVRowString[] {
  return csvParse(readFileSync(join(dataFolder, "geography", `${name}.csv`), "utf8"));
}
