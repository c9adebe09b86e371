import { readFileSync } from "node:fs";

/**
 * Reads one of the project's own files of `data/`: UTF-8, comma, double quotes where needed, header first.
 * @returns one object a line, keyed by the header's names
 */
export function readCsv(path: string): Record<string, string>[] {
  const [header = [], ...lines] = parseLines(readFileSync(path, "utf8"));
  return lines.map((line) => Object.fromEntries(header.map((name, index) => [name, line[index] ?? ""])));
}

function parseLines(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
      ),
    );
}
