import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TextLines } from "./text-lines.js";
import type { TextSource } from "./text-source.js";

/** A text that comes in pieces cut anywhere. */
function source(bytes: Buffer, cuts: number[] = []): TextSource {
  const at = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  return {
    name: "x.csv",
    bytes: bytes.length,
    async *pieces() {
      await Promise.resolve();
      for (let index = 1; index < at.length; index++) yield bytes.subarray(at[index - 1], at[index]);
    },
    fingerprint: () => ({ name: "x.csv", sha256: "", bytes: bytes.length }),
  };
}

async function read(bytes: Buffer, cuts?: number[]): Promise<{ lines: string[]; text: TextLines }> {
  const text = new TextLines(source(bytes, cuts));
  const lines: string[] = [];
  for await (const batch of text.batches()) lines.push(...batch);
  return { lines, text };
}

describe("lines of a text", () => {
  const line = fc.string({ unit: fc.constantFrom("a", ";", "é", "È", "1", " ", "ÿ"), maxLength: 8 });

  test.each(["utf8", "latin1"] as const)(
    "are the same wherever the pieces are cut (%s)",
    async (encoding) => {
      await fc.assert(
        fc.asyncProperty(fc.array(line), fc.array(fc.nat(60)), fc.boolean(), async (rest, cuts, windows) => {
          const lines = ["première", ...rest];
          const bytes = Buffer.from(lines.map((one) => one + (windows ? "\r\n" : "\n")).join(""), encoding);
          const found = await read(
            bytes,
            // The first piece shows the encoding: files come in pieces of megabytes.
            cuts.map((cut) => Math.min(bytes.length, cut + 10)),
          );
          expect(found.lines).toEqual(lines);
          expect(found.text.endsWithNewline).toBe(true);
          expect(found.text.encoding).toBe(encoding === "utf8" ? "utf-8" : "latin-1");
        }),
      );
    },
  );

  test("may start with a byte order mark and stop without an end", async () => {
    const { lines, text } = await read(Buffer.from("\uFEFFdép;nom\n01;Ain", "utf8"));
    expect(lines).toEqual(["dép;nom", "01;Ain"]);
    expect(text.endsWithNewline).toBe(false);
  });

  test("of Windows have its quotes and dashes", async () => {
    expect(
      (await read(Buffer.from([0x43, 0xf4, 0x74, 0x65, 0x20, 0x64, 0x92, 0x4f, 0x72, 0x0a]))).lines,
    ).toEqual(["Côte d’Or"]);
  });

  test.each<[string, Buffer, RegExp]>([
    ["UTF-16", Buffer.from("\uFEFFa;b\n", "utf16le"), /UTF-16/],
    ["a binary", Buffer.from([0x7f, 0x45, 0, 1, 2]), /binaire/],
    ["a web page", Buffer.from("  <!DOCTYPE html>\n"), /page web/],
    ["a text without lines", Buffer.alloc(70_000, "x"), /ligne 1 : plus de 65536 caractères/],
  ])("refuse %s", async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(message);
  });

  test("refuse an encoding that changes on the way", async () => {
    const bytes = Buffer.concat([Buffer.from("é;à\n", "utf8"), Buffer.from("é\n", "latin1")]);
    await expect(read(bytes, [6])).rejects.toThrow(/encodage/);
  });
});
