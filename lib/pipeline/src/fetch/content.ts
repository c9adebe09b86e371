import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createGunzip } from "node:zlib";
import { UserError } from "damir";
import type { Content } from "../catalogue/dataset.js";
import { readableSize } from "../disk.js";

/** A web page where a file was expected: what a stale token answers. */
export class WebPage extends Error {
  override name = "WebPage";
}

/** A file that came whole and isn't sound. */
export class Damaged extends Error {
  override name = "Damaged";
}

/** How many first bytes tell what a file is. */
export const tellingBytes = 512;

/** What a file is: published, or of a store. */
export type FileContent = Content | "parquet";

const signatures: Partial<Record<FileContent, { bytes: Buffer; name: string }>> = {
  gzip: { bytes: Buffer.from([0x1f, 0x8b]), name: "un .gz" },
  zip: { bytes: Buffer.from("PK\u0003\u0004", "latin1"), name: "une archive zip ou un classeur xlsx" },
  parquet: { bytes: Buffer.from("PAR1", "latin1"), name: "un fichier Parquet" },
};

/**
 * Looks at the first bytes that a server sends.
 * @param start `tellingBytes` of them, fewer where the file is shorter
 * @throws WebPage where it answers a page instead of the file
 * @throws UserError where it is neither
 */
export function requireContent(start: Buffer, content: FileContent, name: string): void {
  const text = start
    .toString("latin1")
    .replace(/^\u00ef\u00bb\u00bf/, "")
    .trimStart();
  const signature = signatures[content];
  if (signature && start.subarray(0, signature.bytes.length).equals(signature.bytes)) return;
  if (/^(<!--[^]*?-->\s*)?<(!doctype\s+html|html|head|body|script)\b/i.test(text)) throw new WebPage(name);
  if (signature) {
    throw new UserError(
      `${name} : le serveur n'envoie pas ${signature.name}, mais « ${printable(text)} ». Réessayez plus tard, ou téléchargez-le dans un navigateur puis importez-le avec « damir data add ».`,
    );
  }
  if (content === "json" && !/^[[{]/.test(text)) {
    throw new UserError(
      `${name} : le serveur n'envoie pas du JSON, mais « ${printable(text)} ». Réessayez plus tard.`,
    );
  }
}

/**
 * Reads a file that came whole, to its end.
 * @param most bytes that it may hold once decompressed: beyond, it is made to fill disks
 * @returns its size and checksum
 * @throws Damaged where the archive is truncated or corrupt
 * @throws UserError where it is a bomb
 */
export async function verifyContent(
  path: string,
  content: FileContent,
  name: string,
  most: number,
): Promise<{ bytes: number; sha256: string }> {
  const { size } = await stat(path);
  if (size === 0) throw new Damaged("le fichier reçu est vide");
  if (content === "zip") await requireZipEnd(path, size);
  const hash = createHash("sha256");
  const hashing = new Transform({
    transform(piece: Buffer, _, done) {
      hash.update(piece);
      done(null, piece);
    },
  });
  const source = createReadStream(path, { highWaterMark: 1 << 20 });
  const count = new Count(name, most);
  const counting = (pieces: AsyncIterable<Buffer>) => count.all(pieces);
  if (content === "gzip") {
    const gunzip = createGunzip({ chunkSize: 1 << 20, finishFlush: constants.Z_FINISH });
    await pipeline(source, hashing, gunzip, counting).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code?.startsWith("Z_"))
        throw new Damaged(`l'archive .gz ne se décompresse pas (${(error as Error).message})`, {
          cause: error,
        });
      // Older versions of Node.js say « aborted » where the last step refuses, or ends before the first.
      if (count.refusal !== undefined) throw count.refusal;
      if (!count.ended) throw error;
    });
    // zlib stops without a word at the first zero byte after a member, whatever follows.
    if (gunzip.bytesWritten !== size) throw new Damaged("l'archive .gz finit avant la fin du fichier");
  } else {
    await pipeline(source, hashing, counting).catch((error: unknown) => {
      throw count.refusal ?? error;
    });
  }
  return { bytes: size, sha256: hash.digest("hex") };
}

/** Counts the bytes that come, up to a limit. */
class Count {
  /** Why it stopped, if it did. */
  refusal: UserError | undefined;
  /** Whether all came. */
  ended = false;

  constructor(
    private readonly name: string,
    private readonly most: number,
  ) {}

  async all(pieces: AsyncIterable<Buffer>): Promise<void> {
    let bytes = 0;
    for await (const piece of pieces) {
      bytes += piece.length;
      if (bytes > this.most) {
        this.refusal = new UserError(
          `${this.name} se décompresse en plus de ${readableSize(this.most)}, ce qu'aucun fichier de ce jeu n'atteint : il est refusé. S'il est vraiment devenu si grand, changez « decompresse_max » dans le catalogue.`,
        );
        throw this.refusal;
      }
    }
    this.ended = true;
  }
}

/** A zip ends with its table of contents: without it, it was cut. */
async function requireZipEnd(path: string, size: number): Promise<void> {
  const longest = 65_557;
  const handle = await open(path, "r");
  try {
    const end = Buffer.alloc(Math.min(size, longest));
    await handle.read(end, 0, end.length, size - end.length);
    if (!end.includes(Buffer.from("PK\u0005\u0006", "latin1"))) throw new Damaged("l'archive est tronquée");
  } finally {
    await handle.close();
  }
}

function printable(text: string): string {
  return text.slice(0, 40).replace(/[^\u0020-\u007e\u00a0-\u00ff]/g, ".");
}
