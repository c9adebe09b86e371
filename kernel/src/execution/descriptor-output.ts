import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import type { StreamName } from "../display/stream.js";

type Writer = (name: StreamName, chunk: string | Uint8Array) => void;
type Call = (fd: unknown, data: unknown, ...rest: unknown[]) => unknown;

/** Passes on what is written to the descriptors 1 and 2 by `node:fs`, past the streams of the process. */
export function captureDescriptors(write: Writer): void {
  const functions = fs as unknown as Record<string, Call>;
  const { writeSync, write: writeLater, writeFileSync, appendFileSync } = functions;
  if (!writeSync || !writeLater || !writeFileSync || !appendFileSync) return;
  functions["writeSync"] = (fd, data, ...rest) => {
    const name = streamOf(fd);
    if (name === undefined) return writeSync(fd, data, ...rest);
    const chunk = chunkOf(data, rest);
    write(name, chunk);
    return chunk.length;
  };
  functions["write"] = (fd, data, ...rest) => {
    const name = streamOf(fd);
    const done = rest.at(-1);
    if (name === undefined || typeof done !== "function") return writeLater(fd, data, ...rest);
    const chunk = chunkOf(data, rest.slice(0, -1));
    write(name, chunk);
    setImmediate(done as (...values: unknown[]) => void, null, chunk.length, data);
    return undefined;
  };
  for (const [key, original] of [
    ["writeFileSync", writeFileSync],
    ["appendFileSync", appendFileSync],
  ] as const) {
    functions[key] = (file, data, ...rest) => {
      const name = streamOf(file);
      if (name === undefined) return original(file, data, ...rest);
      const options = rest[0] as BufferEncoding | { encoding?: BufferEncoding } | undefined;
      write(name, chunkOf(data, [null, typeof options === "object" ? options.encoding : options]));
      return undefined;
    };
  }
  // For those who import the functions by their names.
  syncBuiltinESMExports();
}

function streamOf(file: unknown): StreamName | undefined {
  if (file === 1 || file === "/dev/stdout") return "stdout";
  return file === 2 || file === "/dev/stderr" ? "stderr" : undefined;
}

/** The bytes that a call of `fs.write` means: a part of some bytes, or a text in an encoding. */
function chunkOf(data: unknown, [first, second]: unknown[]): Buffer {
  if (typeof data === "string")
    return Buffer.from(data, typeof second === "string" ? (second as BufferEncoding) : "utf8");
  if (!ArrayBuffer.isView(data)) {
    throw new TypeError("fs.write attend un texte ou des octets.");
  }
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const { offset = 0, length } = (
    typeof first === "object" && first !== null ? first : { offset: first ?? 0, length: second }
  ) as { offset?: number; length?: number | null };
  return bytes.subarray(offset, typeof length === "number" ? offset + length : undefined);
}
