import { TextDecoder } from "node:util";
import { UserError } from "damir";
import { refuseWebPage, type TextSource } from "./text-source.js";

/** Characters that a line of published data never reaches. */
const longestLine = 1 << 16;

/**
 * The lines of a published text, in UTF-8 or in Latin-1: the bytes say which. Ends of lines are LF or CRLF.
 * Reads a piece at a time, so that memory doesn't follow the size of the file.
 */
export class TextLines {
  /** Known once a character outside ASCII has been read. */
  encoding: "ascii" | "utf-8" | "latin-1" = "ascii";
  /** False when the text stops before the end of its last line. */
  endsWithNewline = true;
  #decoder: TextDecoder | undefined;
  #lines = 0;

  constructor(
    private readonly source: TextSource,
    private readonly onRead: (bytes: number) => void = () => undefined,
  ) {}

  /**
   * The lines, many at a time. A line may be empty.
   * @throws UserError for a web page, a text in UTF-16, bytes that no encoding explains, or a line without end
   */
  async *batches(): AsyncGenerator<string[], void, undefined> {
    let rest = "";
    let started = false;
    for await (const piece of this.source.pieces(this.onRead)) {
      let text = rest + this.#decode(piece);
      if (!started && text.length > 0) {
        refuseWebPage(this.source.name, text);
        if (text.startsWith("\uFEFF")) text = text.slice(1);
        started = true;
      }
      const lines = text.split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > longestLine) this.#refuseLongLine(this.#lines + lines.length + 1);
      this.#lines += lines.length;
      if (lines.length > 0) yield lines.map(withoutReturn);
    }
    if (this.#decoder && this.encoding === "utf-8") rest += this.#flush(this.#decoder);
    this.endsWithNewline = rest === "";
    if (rest !== "") yield [withoutReturn(rest)];
  }

  #decode(piece: Buffer): string {
    if (!this.#decoder) {
      if (!hasHighByte(piece)) {
        if (piece.includes(0)) this.#refuseBinary(piece);
        return piece.toString("latin1");
      }
      if (piece.includes(0)) this.#refuseBinary(piece);
      this.encoding = isUtf8(piece) ? "utf-8" : "latin-1";
      // Where Latin-1 has invisible control characters, files written on Windows have quotes and dashes.
      this.#decoder = new TextDecoder(this.encoding === "utf-8" ? "utf-8" : "windows-1252", {
        fatal: this.encoding === "utf-8",
        ignoreBOM: true,
      });
    }
    try {
      return this.#decoder.decode(piece, { stream: true });
    } catch (cause) {
      throw this.#mixedEncodings(cause);
    }
  }

  #flush(decoder: TextDecoder): string {
    try {
      return decoder.decode();
    } catch (cause) {
      throw this.#mixedEncodings(cause);
    }
  }

  #mixedEncodings(cause: unknown): UserError {
    return new UserError(
      `${this.source.name}, après la ligne ${this.#lines} : des caractères n'ont pas le même encodage que ceux d'avant (UTF-8). Le fichier est abîmé ou a été modifié : téléchargez-le de nouveau.`,
      { cause },
    );
  }

  #refuseBinary(piece: Buffer): never {
    const utf16 = /^(fffe|feff)/.test(piece.toString("hex", 0, 2));
    throw new UserError(
      utf16
        ? `${this.source.name} est encodé en UTF-16, ce qu'aucun producteur ne publie. Téléchargez de nouveau le fichier d'origine, sans le faire passer par un tableur.`
        : `${this.source.name} est un fichier binaire, pas un texte. Téléchargez de nouveau le fichier d'origine.`,
    );
  }

  #refuseLongLine(line: number): never {
    throw new UserError(
      `${this.source.name}, ligne ${line} : plus de ${longestLine} caractères sans fin de ligne. Le fichier est abîmé ou n'est pas un CSV : téléchargez-le de nouveau.`,
    );
  }
}

function withoutReturn(line: string): string {
  return line.charCodeAt(line.length - 1) === 13 ? line.slice(0, -1) : line;
}

function hasHighByte(piece: Buffer): boolean {
  for (const byte of piece) if (byte >= 0x80) return true;
  return false;
}

/** True when the bytes are UTF-8, a character that the piece cuts apart. */
function isUtf8(piece: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(piece, { stream: true });
    return true;
  } catch {
    return false;
  }
}
