import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Row } from "../query/columns.js";
import type { ResultValue } from "../query/sql-values.js";
import { UserError } from "../user-error.js";

/** A sheet of a workbook: its header, and its rows by the header's places. */
export interface Sheet {
  name: string;
  titles: string[];
  rows: Row[];
}

/**
 * Reads a sheet of an Excel workbook. Its header is its first line with something in it.
 * @param sheet name of the sheet; the first one by default
 * @throws UserError when the file isn't a workbook, or has no such sheet, or the sheet is empty
 */
export async function readSheet(path: string, sheet?: string): Promise<Sheet> {
  // Loaded only here: few notebooks attach a workbook.
  const { read, utils } = await import("@e965/xlsx");
  const file = basename(path);
  const workbook = (() => {
    try {
      return read(readFileSync(path), { cellDates: true, UTC: true });
    } catch (cause) {
      throw new UserError(
        `${file} n'est pas un classeur Excel lisible (abîmé, ou protégé par un mot de passe).`,
        {
          cause,
        },
      );
    }
  })();
  const name = sheet ?? workbook.SheetNames[0] ?? "";
  const found = workbook.Sheets[name];
  if (found === undefined) {
    throw new UserError(
      `${file} n'a pas de feuille « ${name} ». Ses feuilles : ${workbook.SheetNames.join(", ")}.`,
    );
  }
  const [header, ...lines] = utils.sheet_to_json<ResultValue[]>(found, {
    header: 1,
    raw: true,
    defval: null,
    blankrows: false,
    UTC: true,
  });
  if (header === undefined || lines.length === 0) {
    throw new UserError(`La feuille « ${name} » de ${file} est vide : on attend un en-tête et des lignes.`);
  }
  const titles = header.map((title) => (title === null ? "" : shownTitle(title)));
  const rows = lines.map((line) =>
    Object.fromEntries(titles.map((_, index) => [String(index), line[index] ?? null])),
  );
  return { name, titles, rows };
}

function shownTitle(title: Exclude<ResultValue, null>): string {
  if (title instanceof Date) return title.toISOString().slice(0, 10);
  return typeof title === "object" ? "" : String(title);
}
