import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";

/** Encodings of the files that people have; the last takes in latin-1, and any byte. */
export type TextEncoding = "utf-8" | "utf-16le" | "windows-1252";

/** A text file, as it is read. */
export interface TextFile {
  path: string;
  encoding: TextEncoding;
  /** Its first line, without the mark that may stand before it. */
  firstLine: string;
}

/** A header longer than this isn't one. */
const mostOfFirstLine = 1_000_000;

/** Reads a text file once, to know its encoding and its first line. */
export async function readTextFile(path: string): Promise<TextFile> {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  let encoding: TextEncoding = "utf-8";
  let head = Buffer.alloc(0);
  for await (const chunk of bytesOf(path)) {
    if (head.length < mostOfFirstLine) head = Buffer.concat([head, chunk]);
    if (encoding !== "utf-8") {
      if (head.length >= mostOfFirstLine) break;
      continue;
    }
    if (head[0] === 0xff && head[1] === 0xfe) encoding = "utf-16le";
    else if (!isDecoded(utf8, chunk)) encoding = "windows-1252";
  }
  const text = new TextDecoder(encoding).decode(head);
  return { path, encoding, firstLine: /^[^\r\n]*/.exec(text)?.[0] ?? "" };
}

/** Writes a text file in UTF-8, for readers that know no other encoding. */
export async function writeInUtf8({ path, encoding }: TextFile, to: string): Promise<void> {
  const decoder = new TextDecoder(encoding);
  await pipeline(
    bytesOf(path),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
      yield decoder.decode();
    },
    createWriteStream(to),
  );
}

function isDecoded(decoder: InstanceType<typeof TextDecoder>, chunk: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: true });
    return true;
  } catch {
    // What a fatal decoder throws says no more than that.
    return false;
  }
}

function bytesOf(path: string): AsyncIterable<Buffer> {
  const file = createReadStream(path);
  return /\.gz$/i.test(path) ? file.pipe(createGunzip()) : file;
}
