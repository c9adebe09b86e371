import { UserError } from "damir";
import { readField, readMonth } from "./open-damir-field.js";
import { readHeader, type Header } from "./open-damir-header.js";
import type { Variable } from "./variables.js";

/** What was counted of one column while reading the published bytes, apart from DuckDB: the reference of a lossless import. */
export interface ColumnTotal {
  variable: Variable;
  /** Fields that aren't empty. */
  filled: bigint;
  /** Sum in units of 10^-scale for a number, number of characters for a text. */
  sum: bigint;
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
/** The fast path adds doubles: below 2^40 units a value, 4096 rows stay under 2^52 and every sum is exact. */
const fastLimit = 2 ** 40;
const fastRows = 4096;

/**
 * Reads the lines of one monthly file: checks each field, counts and sums each column, and hands over lines that all
 * have the header's shape.
 *
 * Bytes that follow the published format go through a fast path and are handed over as they came. Any other line goes
 * through `mend`, which either rewrites it without loss (short rows padded, CRLF) or says what is wrong with it.
 */
export class MonthlyLines {
  /** Undefined until the first line has come. */
  header: Header | undefined;
  /** Data rows read. */
  rows = 0;
  /** Rows that had fewer fields than the header and were padded with nulls. */
  shortRows = 0;

  #rest: Buffer = Buffer.alloc(0);
  #line = 1;
  #blankLine = 0;
  #month: number | undefined;
  #monthColumn = 0;
  #columns: Variable[] = [];
  #trailingSeparator = false;
  #isText = new Uint8Array();
  #scales = new Uint8Array();
  #limits = new Float64Array();
  #values = new Float64Array();
  /** Columns of the current line that are empty. */
  #empty = new Uint16Array();
  #sums = new Float64Array();
  #nulls = new Float64Array();
  #fastRows = 0;
  #exactSums: bigint[] = [];

  constructor(
    private readonly file: string,
    private readonly variables: Variable[],
  ) {}

  /** Processing month `AAAAMM` that every row carries. */
  get month(): string {
    return String(this.#month);
  }

  /**
   * Reads the next bytes of the file, cut anywhere.
   * @returns checked data lines, without the header, as pieces to write in order
   * @throws UserError naming the file, the line and the field that can't be kept without loss
   */
  push(bytes: Buffer): Buffer[] {
    const last = bytes.lastIndexOf(LF);
    const complete = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    const end = last < 0 ? 0 : this.#rest.length + last + 1;
    this.#rest = Buffer.from(complete.subarray(end));
    const pieces = end > 0 ? this.#readLines(complete.subarray(0, end)) : [];
    if (this.#rest.length > longestLine) this.#refuseLongLine();
    return pieces;
  }

  /**
   * Reads what comes after the last end of line.
   * @returns the last pieces to write, if any, and the header
   * @throws UserError when the file holds no data or stops in the middle of a line
   */
  end(): { header: Header; pieces: Buffer[] } {
    const last = this.#rest;
    this.#rest = Buffer.alloc(0);
    let pieces: Buffer[] = [];
    if (last.length > 0) {
      const short = this.shortRows;
      pieces = this.#readLines(Buffer.concat([last, Buffer.of(LF)]));
      if (this.shortRows > short) {
        throw new UserError(
          `${this.file}, ligne ${this.#line - 1} : le fichier s'arrête au milieu de cette ligne. Il est incomplet : téléchargez-le de nouveau.`,
        );
      }
    }
    if (!this.header) throw new UserError(`${this.file} ne contient rien. Téléchargez-le de nouveau.`);
    if (this.rows === 0) {
      throw new UserError(
        `${this.file} ne contient que ses noms de colonnes, aucune donnée. Téléchargez-le de nouveau.`,
      );
    }
    return { header: this.header, pieces };
  }

  /** Counts and sums so far, in the order of the file's columns. */
  totals(): ColumnTotal[] {
    this.#flushSums();
    return this.#columns.map((variable, index) => ({
      variable,
      filled: BigInt(this.rows - (this.#nulls[index] ?? 0)),
      sum: this.#exactSums[index] ?? 0n,
    }));
  }

  #readLines(bytes: Buffer): Buffer[] {
    let position = 0;
    if (!this.header) {
      position = bytes.indexOf(LF) + 1;
      this.#start(bytes.toString("latin1", 0, position - 1));
    }
    const pieces: Buffer[] = [];
    let kept = position;
    while (position < bytes.length) {
      const next = this.#readLine(bytes, position);
      if (next > 0) {
        position = next;
        this.rows += 1;
      } else {
        const end = bytes.indexOf(LF, position);
        if (position > kept) pieces.push(bytes.subarray(kept, position));
        const mended = this.#mend(bytes.toString("latin1", position, end));
        if (mended !== undefined) pieces.push(Buffer.from(`${mended}\n`, "latin1"));
        position = end + 1;
        kept = position;
      }
      this.#line += 1;
    }
    if (position > kept) pieces.push(bytes.subarray(kept, position));
    return pieces;
  }

  #start(line: string): void {
    this.header = readHeader(line.replace(/^\u00ef\u00bb\u00bf/, ""), this.file, this.variables);
    const { columns, trailingSeparator } = this.header;
    this.#columns = columns;
    this.#trailingSeparator = trailingSeparator;
    this.#monthColumn = columns.findIndex((variable) => variable.name === "flx_ann_moi");
    this.#isText = Uint8Array.from(columns, (variable) => (variable.kind === "text" ? 1 : 0));
    this.#scales = Uint8Array.from(columns, (variable) => variable.scale);
    this.#limits = Float64Array.from(columns, (variable) => Math.min(Number(variable.max), fastLimit));
    this.#values = new Float64Array(columns.length);
    this.#empty = new Uint16Array(columns.length);
    this.#sums = new Float64Array(columns.length);
    this.#nulls = new Float64Array(columns.length);
    this.#exactSums = columns.map(() => 0n);
    this.#line = 2;
  }

  /**
   * Reads one line that is exactly as published.
   * @returns the position after it, or 0 when the line needs a closer look; nothing is counted then
   */
  #readLine(bytes: Buffer, start: number): number {
    if (this.#blankLine > 0) return 0;
    const isText = this.#isText;
    const scales = this.#scales;
    const limits = this.#limits;
    const values = this.#values;
    const last = isText.length - 1;
    let at = start;
    let empty = 0;
    for (let column = 0; column <= last; column++) {
      let byte = bytes[at] as number;
      let value = 0;
      if (isText[column] === 1) {
        const first = at;
        while (byte >= 0x20 && byte < 0x7f && byte !== SEMICOLON) byte = bytes[++at] as number;
        value = at - first;
        if (value === 0) this.#empty[empty++] = column;
      } else if (byte === SEMICOLON) {
        this.#empty[empty++] = column;
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
        } else value = units * (powersOfTen[scale] as number);
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
    this.#count(empty);
    return at + 1;
  }

  #count(empty: number): void {
    const values = this.#values;
    const sums = this.#sums;
    for (let column = 0; column < values.length; column++)
      (sums[column] as number) += values[column] as number;
    for (let index = 0; index < empty; index++) (this.#nulls[this.#empty[index] as number] as number) += 1;
    if (++this.#fastRows === fastRows) this.#flushSums();
  }

  #flushSums(): void {
    this.#exactSums = this.#exactSums.map((sum, column) => sum + BigInt(this.#sums[column] ?? 0));
    this.#sums.fill(0);
    this.#fastRows = 0;
  }

  /**
   * Reads a line that isn't exactly as published.
   * @returns the same values in the header's shape, or undefined for an empty line at the end of the file
   */
  #mend(published: string): string | undefined {
    const line = published.charCodeAt(published.length - 1) === CR ? published.slice(0, -1) : published;
    if (line === "") {
      this.#blankLine ||= this.#line;
      return undefined;
    }
    if (this.#blankLine > 0) {
      throw new UserError(
        `${this.file}, ligne ${this.#blankLine} : ligne vide au milieu du fichier. Téléchargez-le de nouveau.`,
      );
    }
    const fields = line.split(";");
    const expected = this.#columns.length + (this.#trailingSeparator ? 1 : 0);
    if (fields.length === this.#columns.length + 1 && fields.at(-1) === "") fields.pop();
    else if (fields.length > this.#columns.length) {
      throw new UserError(
        `${this.file}, ligne ${this.#line} : ${fields.length} champs pour ${expected} attendus d'après la première ligne. Le fichier est abîmé : téléchargez-le de nouveau.`,
      );
    } else if (fields.length < expected) this.shortRows += 1;
    const values = this.#columns.map((variable, index) => this.#field(variable, index, fields[index] ?? ""));
    this.rows += 1;
    return values.join(";") + (this.#trailingSeparator ? ";" : "");
  }

  #field(variable: Variable, index: number, text: string): string {
    const place = `${this.file}, ligne ${this.#line}`;
    if (variable.name === "flx_ann_moi") this.#month = readMonth(text, this.#month, place);
    if (text === "") {
      this.#nulls[index] = (this.#nulls[index] ?? 0) + 1;
      return "";
    }
    const field = readField(variable, text, place);
    this.#exactSums[index] = (this.#exactSums[index] ?? 0n) + field.weight;
    return field.text;
  }

  #refuseLongLine(): never {
    if (!this.header) {
      readHeader(this.#rest.toString("latin1", 0, 1_000), this.file, this.variables);
    }
    throw new UserError(
      `${this.file}, ligne ${this.#line} : plus de ${longestLine} caractères sans fin de ligne. Le fichier est abîmé : téléchargez-le de nouveau.`,
    );
  }
}
