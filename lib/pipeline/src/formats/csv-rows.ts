import { Readable } from "node:stream";
import { UserError } from "damir";
import { CsvError, parse } from "csv-parse";
import { counted } from "../french-count.js";
import { TextLines } from "./text-lines.js";
import { quoted, type TextSource } from "./text-source.js";

/** A line of a CSV: its fields by the name of their column. */
export class CsvRow {
  constructor(
    /** As messages name it: file and line. */
    readonly place: string,
    private readonly columns: ReadonlyMap<string, number>,
    readonly fields: readonly string[],
  ) {}

  /** The field of a column, without the spaces around it; empty for a column that the file doesn't have. */
  text(column: string): string {
    const position = this.columns.get(column);
    return position === undefined ? "" : (this.fields[position] ?? "").trim();
  }

  /**
   * A whole number, null where the field is empty.
   * @throws UserError for anything else
   */
  integer(column: string): number | null {
    const text = this.text(column);
    if (text === "") return null;
    const value = Number(text);
    if (!/^-?\d+(\.0+)?$/.test(text) || !Number.isSafeInteger(value)) {
      this.refuse(column, "n'est pas un nombre entier");
    }
    return value;
  }

  /** @throws UserError that names file, line and field */
  refuse(column: string, fault: string): never {
    throw new UserError(
      `${this.place}, champ ${column} : ${quoted(this.text(column))} ${fault}. Rien n'a été importé de ce fichier ; s'il n'a pas été modifié, téléchargez-le de nouveau.`,
    );
  }
}

/** The first line of a CSV: what it separates its columns with, and their names in lower case. */
export interface CsvHeader {
  delimiter: string;
  names: string[];
  /** The line itself, for the messages. */
  line: string;
}

/**
 * Reads the first line of a text. The separator is the most frequent of `;`, `,` and tab.
 * @throws UserError for a web page, an empty file, or what isn't a text
 */
export async function readCsvHeader(source: TextSource): Promise<CsvHeader> {
  for await (const [line = ""] of new TextLines(source).batches()) {
    const delimiter = [";", ",", "\t"].reduce((best, other) =>
      line.split(other).length > line.split(best).length ? other : best,
    );
    const names = line.split(delimiter).map((name) =>
      name
        .trim()
        .replace(/^"(.*)"$/, "$1")
        .trim()
        .toLowerCase(),
    );
    return { delimiter, names, line };
  }
  throw new UserError(`${source.name} ne contient rien. Téléchargez-le de nouveau.`);
}

/**
 * The lines of a CSV after its first, quotes understood, in UTF-8 or Latin-1.
 * @param required names of columns, in lower case, without which the file isn't what it should be
 * @param what the file should be, for the message: `un fichier des usagers (BAAC)`
 * @throws UserError for wrong columns, or a line with more or fewer fields than the first
 */
export async function* csvRows(
  source: TextSource,
  required: readonly string[],
  what: string,
  onRead: (bytes: number) => void = () => undefined,
): AsyncGenerator<CsvRow, void, undefined> {
  const { delimiter, names, line } = await readCsvHeader(source);
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new UserError(
      `${source.name} n'est pas ${what} : il manque ${missing.length > 1 ? "les colonnes" : "la colonne"} ${missing.join(", ")}. Sa première ligne : ${quoted(line)}.`,
    );
  }
  const columns = new Map(names.map((name, position) => [name, position]));
  if (columns.size < names.length) {
    throw new UserError(
      `${source.name}, ligne 1 : deux colonnes portent le même nom. Téléchargez de nouveau le fichier.`,
    );
  }
  const text = Readable.from(linesOf(source, onRead));
  const parser = parse({ delimiter, info: true, relax_column_count: true, relax_quotes: true });
  // `pipe` doesn't hand errors on.
  text.on("error", (error) => parser.destroy(error));
  text.pipe(parser);
  let started = false;
  let blank = 0;
  try {
    for await (const item of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (!started) {
        started = true;
        continue;
      }
      const { record, info } = item;
      const place = `${source.name}, ligne ${info.lines}`;
      if (record.length === 1 && record[0] === "") {
        blank ||= info.lines;
        continue;
      }
      if (blank > 0) {
        throw new UserError(
          `${source.name}, ligne ${blank} : ligne vide au milieu du fichier. Téléchargez-le de nouveau.`,
        );
      }
      if (record.length === names.length + 1 && record.at(-1) === "") record.pop();
      if (record.length !== names.length) {
        throw new UserError(
          `${place} : ${counted(record.length, "champ")} pour ${names.length} attendus d'après la première ligne. Le fichier est ${record.length < names.length ? "tronqué ou " : ""}abîmé : téléchargez-le de nouveau.`,
        );
      }
      yield new CsvRow(place, columns, record);
    }
  } catch (error) {
    throw error instanceof CsvError
      ? new UserError(
          `${source.name} n'est pas un CSV bien formé${faultyLine(error)}. Téléchargez-le de nouveau.`,
          { cause: error },
        )
      : error;
  } finally {
    text.destroy();
    parser.destroy();
  }
}

/** Where the parser stopped, where it says so. */
function faultyLine(error: CsvError): string {
  const line: unknown = error["lines"];
  return typeof line === "number" ? ` (ligne ${line})` : "";
}

async function* linesOf(source: TextSource, onRead: (bytes: number) => void): AsyncGenerator<string> {
  const lines = new TextLines(source, onRead);
  for await (const batch of lines.batches()) yield `${batch.join("\n")}\n`;
}
