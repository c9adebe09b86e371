import { open } from "node:fs/promises";
import { UserError } from "damir";
import type { Fingerprint } from "../published-file.js";

/** A text to read: a file on the disk, plain or gzip, or a file inside a zip. */
export interface TextSource {
  /** As messages name it. */
  readonly name: string;
  /** What `pieces` counts up to, in bytes. */
  readonly bytes: number;
  /** The bytes of the text, in order. May be read again from the start. */
  pieces(onRead: (bytes: number) => void): AsyncIterable<Buffer>;
  /** Identity of the published file; call it after `pieces` has ended. */
  fingerprint(): Fingerprint;
}

/** What a file is by its first bytes, whatever its name says. */
export type FileKind = "zip" | "old-workbook" | "utf-16" | "binary" | "other";

/**
 * Looks at the first bytes of a file.
 * @returns `other` also where the file can't be read: whoever opens it then says why
 */
export async function fileKind(path: string): Promise<FileKind> {
  const buffer = Buffer.alloc(512);
  let start: Buffer;
  try {
    const handle = await open(path, "r");
    try {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
      start = buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return "other";
  }
  const signature = start.toString("hex", 0, 8);
  // An empty zip has no entry, only its end record (PK 05 06).
  if (signature.startsWith("504b0304") || signature.startsWith("504b0506")) return "zip";
  if (signature === "d0cf11e0a1b11ae1") return "old-workbook";
  if (signature.startsWith("1f8b")) return "other";
  if (/^(fffe|feff)/.test(signature)) return "utf-16";
  return start.includes(0) ? "binary" : "other";
}

/** A piece of a file as a message may quote it: one line, no control character, not too long. */
export function quoted(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}]+/gu, " ").trim();
  return `« ${line.length > 60 ? `${line.slice(0, 60)}…` : line} »`;
}

/**
 * Refuses what a link that expired gives instead of a file.
 * @param start the first line, or as much of it as was read
 * @throws UserError for a web page
 */
export function refuseWebPage(name: string, start: string): void {
  if (/^\uFEFF?\s*<(?!\?xml)/.test(start)) {
    throw new UserError(
      `${name} est une page web (HTML), pas le fichier de données : le lien de téléchargement avait sans doute expiré. Téléchargez-le de nouveau.`,
    );
  }
}
