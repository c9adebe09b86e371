import { UserError } from "damir";
import { SaxesParser, type SaxesTagPlain } from "saxes";
import { fileKind } from "./text-source.js";
import { ZipArchive, type ZipEntry } from "./zip-archive.js";

/** Memory that the texts of a workbook may take. */
const longestTexts = 256e6;
/** Excel's own limit: a cell further right is a damaged file. */
const lastColumn = 16_384;

/** A row of a sheet. */
export interface WorkbookRow {
  /** As Excel numbers it, from 1. */
  number: number;
  /** Texts of the cells, from column A; empty where there is no cell. Numbers as the file writes them. */
  cells: string[];
}

/**
 * An Excel workbook (.xlsx), read a row at a time: its zip by yauzl, its XML by saxes. The libraries that know the whole
 * format hold a sheet in memory, which for DREES's 70 MB is several gigabytes, or are no longer maintained.
 */
export class Workbook {
  private constructor(
    /** Name of the file, without its folder. */
    readonly name: string,
    readonly archive: ZipArchive,
    /** Names of the sheets in their order, with the entry that holds each. */
    private readonly sheets: ReadonlyMap<string, ZipEntry>,
    private readonly texts: readonly string[],
  ) {}

  /**
   * Lends a workbook for the time of a task.
   * @throws UserError when the file isn't an .xlsx, or is damaged
   */
  static async use<T>(path: string, task: (workbook: Workbook) => Promise<T>): Promise<T> {
    if ((await fileKind(path)) === "old-workbook") {
      throw new UserError(
        `${path} est un classeur d'un ancien format (.xls) ou protégé par un mot de passe. Donnez le .xlsx publié, ou ouvrez-le dans un tableur et enregistrez-le au format .xlsx.`,
      );
    }
    return ZipArchive.use(path, async (archive) => {
      const entries = new Map(archive.entries.map((entry) => [entry.path, entry]));
      const book = entries.get("xl/workbook.xml");
      const relations = entries.get("xl/_rels/workbook.xml.rels");
      if (!book || !relations) {
        throw new UserError(
          `${archive.name} n'est pas un classeur Excel (.xlsx) : c'est une archive .zip d'autre chose.`,
        );
      }
      const targets = new Map<string, string>();
      await readXml(relations, {
        open: ({ name, attributes }) => {
          if (local(name) === "Relationship") {
            targets.set(attributes["Id"] ?? "", resolved(attributes["Target"] ?? ""));
          }
        },
      });
      const sheets = new Map<string, ZipEntry>();
      await readXml(book, {
        open: ({ name, attributes }) => {
          if (local(name) !== "sheet") return;
          const entry = entries.get(targets.get(attributes["r:id"] ?? "") ?? "");
          if (entry) sheets.set(attributes["name"] ?? "", entry);
        },
      });
      const texts = entries.get("xl/sharedStrings.xml");
      return task(new Workbook(archive.name, archive, sheets, texts ? await sharedTexts(texts) : []));
    });
  }

  /** Names of the sheets, in their order. */
  get sheetNames(): string[] {
    return [...this.sheets.keys()];
  }

  /**
   * The rows of a sheet that hold something.
   * @param onRead called with the bytes of the sheet read so far, and their number in all
   */
  async *rows(
    sheet: string,
    onRead: (bytes: number, total: number) => void = () => undefined,
  ): AsyncGenerator<WorkbookRow, void, undefined> {
    const entry = this.sheets.get(sheet);
    if (!entry) throw new Error(`no sheet ${sheet} in ${this.name}`);
    const ready: WorkbookRow[] = [];
    const parser = new RowParser(`${this.name}, feuille ${sheet}`, this.texts, (row) => ready.push(row));
    for await (const piece of xmlPieces(entry, (bytes) => {
      onRead(bytes, entry.bytes);
    })) {
      parser.write(piece);
      yield* ready.splice(0);
    }
    parser.close();
    yield* ready.splice(0);
  }
}

/** Turns the XML of a sheet into rows. */
class RowParser {
  #parser: SaxesParser;
  #row: WorkbookRow = { number: 0, cells: [] };
  #cell = { column: 0, type: "", text: "" };
  #inValue = false;

  constructor(
    private readonly place: string,
    private readonly texts: readonly string[],
    onRow: (row: WorkbookRow) => void,
  ) {
    this.#parser = xmlParser(place, {
      open: ({ name, attributes }) => {
        this.#open(local(name), attributes);
      },
      close: (name) => {
        if (name === "v" || name === "t") this.#inValue = false;
        else if (name === "c") this.#endCell();
        else if (name === "row" && this.#row.cells.length > 0) onRow(this.#row);
      },
      text: (text) => {
        if (this.#inValue) this.#cell.text += text;
      },
    });
  }

  write(piece: string): void {
    this.#parser.write(piece);
  }

  close(): void {
    this.#parser.close();
  }

  #open(name: string, attributes: Record<string, string>): void {
    if (name === "row") {
      this.#row = { number: Number(attributes["r"] ?? this.#row.number + 1), cells: [] };
      this.#cell.column = -1;
    } else if (name === "c") {
      const reference = attributes["r"];
      const column = reference === undefined ? this.#cell.column + 1 : columnOf(reference);
      if (!(column >= 0 && column < lastColumn)) {
        throw new UserError(
          `${this.place} : la cellule ${reference ?? ""} n'existe pas. Le classeur est abîmé : téléchargez-le de nouveau.`,
        );
      }
      this.#cell = { column, type: attributes["t"] ?? "n", text: "" };
    } else if (name === "v" || name === "t") this.#inValue = true;
  }

  #endCell(): void {
    const { column, type, text } = this.#cell;
    if (text === "") return;
    const cells = this.#row.cells;
    while (cells.length < column) cells.push("");
    cells[column] = type === "s" ? this.#shared(text) : text;
  }

  #shared(index: string): string {
    const text = this.texts[Number(index)];
    if (text === undefined) {
      throw new UserError(
        `${this.place}, ligne ${this.#row.number} : le texte n° ${index} manque au classeur. Il est abîmé : téléchargez-le de nouveau.`,
      );
    }
    return text;
  }
}

/** The texts that cells refer to by number; phonetic readings left out. */
async function sharedTexts(entry: ZipEntry): Promise<string[]> {
  const texts: string[] = [];
  let current = "";
  let size = 0;
  let inText = false;
  let phonetic = false;
  await readXml(entry, {
    open: ({ name }) => {
      const tag = local(name);
      if (tag === "si") current = "";
      else if (tag === "rPh") phonetic = true;
      else if (tag === "t") inText = !phonetic;
    },
    close: (name) => {
      if (name === "rPh") phonetic = false;
      else if (name === "t") inText = false;
      else if (name === "si") texts.push(current);
    },
    text: (text) => {
      if (!inText) return;
      current += text;
      size += text.length;
      if (size > longestTexts) {
        throw new UserError(
          `${entry.name} contient trop de texte pour un classeur publié. Vérifiez le fichier.`,
        );
      }
    },
  });
  return texts;
}

interface XmlHandlers {
  open?: (tag: SaxesTagPlain) => void;
  /** Name without its prefix. */
  close?: (name: string) => void;
  text?: (text: string) => void;
}

async function readXml(entry: ZipEntry, handlers: XmlHandlers): Promise<void> {
  const parser = xmlParser(entry.name, handlers);
  for await (const piece of xmlPieces(entry)) parser.write(piece);
  parser.close();
}

async function* xmlPieces(
  entry: ZipEntry,
  onRead: (bytes: number) => void = () => undefined,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder("utf-8");
  for await (const piece of entry.pieces(onRead)) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}

function xmlParser(place: string, { open, close, text }: XmlHandlers): SaxesParser {
  const parser = new SaxesParser();
  if (open) parser.on("opentag", open);
  if (close) {
    parser.on("closetag", ({ name }) => {
      close(local(name));
    });
  }
  if (text) parser.on("text", text);
  parser.on("error", (cause) => {
    throw new UserError(`${place} est abîmé : son XML est mal formé. Téléchargez de nouveau le classeur.`, {
      cause,
    });
  });
  return parser;
}

/** A name without the prefix that some writers put before it. */
function local(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** Targets are relative to `xl/`, or start from the root. */
function resolved(target: string): string {
  return target.startsWith("/") ? target.slice(1) : `xl/${target}`;
}

/** `A1` is column 0, `AB7` is 27. */
function columnOf(reference: string): number {
  let column = 0;
  for (const character of reference) {
    const digit = character.charCodeAt(0) - 64;
    if (digit < 1 || digit > 26) break;
    column = column * 26 + digit;
  }
  return column - 1;
}
