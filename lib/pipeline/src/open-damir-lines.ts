import { UserError } from "damir";
import { counted } from "./french-count.js";
import { exactLimit, RunningTotals, type MonthTotals } from "./month-totals.js";
import { readField, readMonth, refuseBlankLine, type Field } from "./open-damir-field.js";
import { readHeader, type Header } from "./open-damir-header.js";
import type { Variable } from "./variables.js";

/** What happens to a line once it has been checked. */
export interface LineSink {
  /**
   * Takes one line that has the header's shape.
   * @param bytes where the line lies, from `start` to `end`, its end of line included
   * @param row its values, valid during the call
   */
  take(bytes: Buffer, start: number, end: number, row: RunningTotals): void;
}

/** Where in the file a reader starts, when it isn't at the first byte. */
export interface LinesBefore {
  header: Header;
  month: number;
  /** Number of the next line; the header is line 1. */
  line: number;
  /** Number of the first of the empty lines just before, 0 where there is none. */
  blankLine: number;
}

const LF = 0x0a;
const CR = 0x0d;
const SEMICOLON = 0x3b;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

const longestLine = 65_536;
const powersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

/**
 * Reads the lines of one monthly file, or of a part of it: checks each field, counts and sums each column, and hands over
 * lines that all have the header's shape.
 *
 * Bytes that follow the published format go through a fast path and are handed over as they came. Any other line goes
 * through `mend`, which either rewrites it without loss (short rows padded, CRLF) or says what is wrong with it.
 */
export class MonthlyLines {
  /** Undefined until the first line has come. */
  header: Header | undefined;
  /** Number of the next line to read; the header is line 1. */
  line = 1;
  /** Rows that had fewer fields than the header and were padded with nulls. */
  shortRows = 0;
  /** Number of the first of the empty lines just read, 0 where there is none. */
  blankLine = 0;

  #rest: Buffer = Buffer.alloc(0);
  #month: number | undefined;
  #monthColumn = 0;
  #columns: Variable[] = [];
  #trailingSeparator = false;
  #isText = new Uint8Array();
  #scales = new Uint8Array();
  #limits = new Float64Array();
  #totals = new RunningTotals([]);

  constructor(
    private readonly file: string,
    private readonly variables: Variable[],
    private readonly sink?: LineSink,
    before?: LinesBefore,
  ) {
    if (!before) return;
    this.#start(before.header);
    this.#month = before.month;
    this.line = before.line;
    this.blankLine = before.blankLine;
  }

  /** Data rows read. */
  get rows(): number {
    return this.#totals.rows;
  }

  /** Processing month `AAAAMM` that every row carries. */
  get month(): number | undefined {
    return this.#month;
  }

  /**
   * Reads the next bytes of the file, cut anywhere.
   * @throws UserError naming the file, the line and the field that can't be kept without loss
   */
  push(bytes: Buffer): void {
    const last = bytes.lastIndexOf(LF);
    const complete = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    const end = last < 0 ? 0 : this.#rest.length + last + 1;
    if (end > 0) this.readLines(complete.subarray(0, end));
    this.#rest = Buffer.from(complete.subarray(end));
    if (this.#rest.length > longestLine) this.#refuseLongLine();
  }

  /**
   * Reads what comes after the last end of line.
   * @throws UserError when the file stops in the middle of a line
   */
  end(): void {
    const last = this.#rest;
    this.#rest = Buffer.alloc(0);
    if (last.length === 0) return;
    const short = this.shortRows;
    this.readLines(Buffer.concat([last, Buffer.of(LF)]));
    if (this.shortRows > short) {
      throw new UserError(
        `${this.file}, ligne ${this.line - 1} : le fichier s'arrête au milieu de cette ligne. Il est incomplet : téléchargez-le de nouveau.`,
      );
    }
  }

  /** What was counted so far. */
  totals(): MonthTotals {
    return this.#totals.totals();
  }

  /**
   * Reads whole lines.
   * @throws UserError as `push` does
   */
  readLines(bytes: Buffer): void {
    let position = 0;
    if (!this.header) {
      position = bytes.indexOf(LF) + 1;
      const line = bytes.toString("latin1", 0, position - 1).replace(/^\u00ef\u00bb\u00bf/, "");
      this.#start(readHeader(line, this.file, this.variables));
    }
    while (position < bytes.length) {
      const next = this.#readLine(bytes, position);
      if (next > 0) {
        this.#totals.count();
        this.sink?.take(bytes, position, next, this.#totals);
        position = next;
      } else {
        const end = bytes.indexOf(LF, position);
        const mended = this.#mend(bytes.toString("latin1", position, end));
        if (mended !== undefined && this.sink) {
          const line = Buffer.from(`${mended}\n`, "latin1");
          this.sink.take(line, 0, line.length, this.#totals);
        }
        position = end + 1;
      }
      this.line += 1;
    }
  }

  #start(header: Header): void {
    this.header = header;
    const { columns, trailingSeparator } = header;
    this.#columns = columns;
    this.#trailingSeparator = trailingSeparator;
    this.#monthColumn = columns.findIndex((variable) => variable.name === "flx_ann_moi");
    this.#isText = Uint8Array.from(columns, (variable) => (variable.kind === "text" ? 1 : 0));
    this.#scales = Uint8Array.from(columns, (variable) => variable.scale);
    this.#limits = Float64Array.from(columns, (variable) => Math.min(Number(variable.max), exactLimit));
    this.#totals = new RunningTotals(columns);
    this.line = 2;
  }

  /**
   * Reads one line that is exactly as published.
   * @returns the position after it, or 0 when the line needs a closer look; nothing is counted then
   */
  #readLine(bytes: Buffer, start: number): number {
    if (this.blankLine > 0) return 0;
    const isText = this.#isText;
    const scales = this.#scales;
    const limits = this.#limits;
    const { values, empty, texts } = this.#totals;
    const last = isText.length - 1;
    let at = start;
    let emptyCount = 0;
    for (let column = 0; column <= last; column++) {
      let byte = bytes[at] as number;
      let value = 0;
      if (isText[column] === 1) {
        const first = at;
        while (byte >= 0x20 && byte < 0x7f && byte !== SEMICOLON) byte = bytes[++at] as number;
        value = at - first;
        texts[column] = value === 1 ? (bytes[first] as number) : 0;
        if (value === 0) empty[emptyCount++] = column;
        else if (value > 1) texts[column] = this.#totals.textField(bytes.toString("latin1", first, at));
      } else if (byte >= ZERO && byte <= NINE && scales[column] === 0) {
        // Most fields are codes: a path of their own takes an eighth off the reading.
        const first = at;
        let units = byte - ZERO;
        byte = bytes[++at] as number;
        while (byte >= ZERO && byte <= NINE) {
          units = (units * 10 + byte - ZERO) | 0;
          byte = bytes[++at] as number;
        }
        if (at - first > 9 || units > (limits[column] as number)) return 0;
        value = units;
      } else if (byte === SEMICOLON) {
        empty[emptyCount++] = column;
      } else {
        const negative = byte === MINUS;
        if (negative) byte = bytes[++at] as number;
        // At most nine digits fit 32 bits, which is what makes this loop fast; a longer number goes to `mend`.
        let units = 0;
        let first = at;
        while (byte >= ZERO && byte <= NINE) {
          units = (units * 10 + byte - ZERO) | 0;
          byte = bytes[++at] as number;
        }
        let digits = at - first;
        const scale = scales[column] as number;
        if (byte === DOT) {
          byte = bytes[++at] as number;
          first = at;
          while (byte >= ZERO && byte <= NINE) {
            units = (units * 10 + byte - ZERO) | 0;
            byte = bytes[++at] as number;
          }
          const decimals = at - first;
          if (decimals === 0 || decimals > scale) return 0;
          digits += decimals;
          value = units * (powersOfTen[scale - decimals] as number);
        } else value = scale === 0 ? units : units * (powersOfTen[scale] as number);
        if (digits === 0 || digits > 9 || value > (limits[column] as number)) return 0;
        if (negative) value = -value;
      }
      values[column] = value;
      if (column < last || this.#trailingSeparator) {
        if (byte !== SEMICOLON) return 0;
        at++;
      }
    }
    if (bytes[at] !== LF || values[this.#monthColumn] !== this.#month) return 0;
    this.#totals.emptyCount = emptyCount;
    return at + 1;
  }

  /**
   * Reads a line that isn't exactly as published.
   * @returns the same values in the header's shape, or undefined for an empty line at the end of the file
   */
  #mend(published: string): string | undefined {
    const line = published.charCodeAt(published.length - 1) === CR ? published.slice(0, -1) : published;
    if (line === "") {
      this.blankLine ||= this.line;
      return undefined;
    }
    if (this.blankLine > 0) refuseBlankLine(this.file, this.blankLine);
    const fields = line.split(";");
    const expected = this.#columns.length + (this.#trailingSeparator ? 1 : 0);
    if (fields.length === this.#columns.length + 1 && fields.at(-1) === "") fields.pop();
    else if (fields.length > this.#columns.length) {
      throw new UserError(
        `${this.file}, ligne ${this.line} : ${counted(fields.length, "champ")} pour ${expected} attendus d'après la première ligne. Le fichier est abîmé : téléchargez-le de nouveau.`,
      );
    } else if (fields.length < expected) this.shortRows += 1;
    this.#totals.emptyCount = 0;
    const read = this.#columns.map((variable, index) => this.#field(variable, index, fields[index] ?? ""));
    this.#totals.countExactly(read.map(({ weight }) => weight));
    return read.map(({ text }) => text).join(";") + (this.#trailingSeparator ? ";" : "");
  }

  #field(variable: Variable, index: number, text: string): Field {
    const place = `${this.file}, ligne ${this.line}`;
    if (variable.name === "flx_ann_moi") this.#month = readMonth(text, this.#month, place);
    const totals = this.#totals;
    if (text === "") {
      totals.empty[totals.emptyCount++] = index;
      totals.values[index] = 0;
      return { text, weight: 0n };
    }
    const field = readField(variable, text, place);
    totals.values[index] = Number(field.weight);
    if (variable.kind === "text") totals.texts[index] = totals.textField(text);
    return field;
  }

  #refuseLongLine(): never {
    if (!this.header) {
      readHeader(this.#rest.toString("latin1", 0, 1_000), this.file, this.variables);
    }
    throw new UserError(
      `${this.file}, ligne ${this.line} : plus de ${longestLine} caractères sans fin de ligne. Le fichier est abîmé : téléchargez-le de nouveau.`,
    );
  }
}
