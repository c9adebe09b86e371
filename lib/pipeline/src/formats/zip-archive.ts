import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { UserError } from "damir";
import { openPromise, type Entry, type ZipFile } from "yauzl";
import { readableSize } from "../disk.js";
import type { Fingerprint } from "../published-file.js";
import type { TextSource } from "./text-source.js";

/** Its types are those of CommonJS. Node's own `zlib.crc32` came with 20.15. */
const crc32 = createRequire(import.meta.url)("buffer-crc32") as {
  unsigned(bytes: Buffer, before: number): number;
};

/** Text compresses 10 to 50 times; what claims far more, and is large, is made to fill disks. */
const suspectRatio = 400;
const suspectBytes = 200e6;
/** No published archive has as many files. */
const mostEntries = 5_000;

/** A file inside a zip, read as it comes: nothing is ever written under the name it claims. */
export class ZipEntry implements TextSource {
  readonly name: string;
  readonly bytes: number;

  constructor(
    private readonly archive: ZipArchive,
    private readonly entry: Entry,
  ) {
    this.name = `${archive.name}/${entry.fileName}`;
    this.bytes = entry.uncompressedSize;
  }

  /** Name inside the archive, folders included. */
  get path(): string {
    return this.entry.fileName;
  }

  async *pieces(onRead: (bytes: number) => void = () => undefined): AsyncGenerator<Buffer, void, undefined> {
    let read = 0;
    let checksum = 0;
    try {
      const stream = await this.archive.read(this.entry);
      for await (const piece of stream as AsyncIterable<Buffer>) {
        read += piece.length;
        checksum = crc32.unsigned(piece, checksum);
        onRead(read);
        yield piece;
      }
    } catch (error) {
      throw explained(error, this.name);
    }
    // yauzl verifies the size only.
    if (checksum !== this.entry.crc32) {
      throw new UserError(
        `${this.name} est abîmé (somme de contrôle fausse). Téléchargez l'archive de nouveau.`,
      );
    }
  }

  fingerprint(): Fingerprint {
    return { ...this.archive.fingerprint, name: this.name };
  }
}

/** A zip on the disk, whose list of files has been read and found reasonable. */
export class ZipArchive {
  private constructor(
    /** Name of the file, without its folder. */
    readonly name: string,
    /** Of the archive as it lies on the disk. */
    readonly fingerprint: Fingerprint,
    private readonly zip: ZipFile,
    readonly entries: readonly ZipEntry[],
  ) {}

  /**
   * Lends a zip for the time of a task.
   * @throws UserError when it is truncated, corrupt, encrypted, or claims what no published archive holds
   */
  static async use<T>(path: string, task: (archive: ZipArchive) => Promise<T>): Promise<T> {
    const name = basename(path);
    const zip = await openPromise(path, { autoClose: false }).catch((error: unknown) => {
      throw explained(error, name);
    });
    try {
      const entries: ZipEntry[] = [];
      const archive = new ZipArchive(name, await fingerprintOf(path), zip, entries);
      for (const entry of await listed(zip, name)) entries.push(new ZipEntry(archive, entry));
      return await task(archive);
    } finally {
      zip.close();
    }
  }

  /** The content of an entry; its size is verified on the way. */
  read(entry: Entry): Promise<NodeJS.ReadableStream> {
    return this.zip.openReadStreamPromise(entry);
  }
}

async function listed(zip: ZipFile, name: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  let compressed = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith("/")) continue;
      if (entry.isEncrypted()) {
        throw new UserError(
          `${name} est protégé par un mot de passe (${entry.fileName}). Les archives publiées ne le sont pas : téléchargez-la de nouveau, ou donnez les fichiers extraits.`,
        );
      }
      compressed += entry.compressedSize;
      if (
        entries.push(entry) > mostEntries ||
        // Files that share their bytes: the compressed sizes add up to more than the archive.
        compressed > zip.fileSize ||
        (entry.uncompressedSize > suspectBytes &&
          entry.uncompressedSize > suspectRatio * entry.compressedSize)
      ) {
        throw new UserError(
          `${name} prétend contenir bien plus que sa taille ne permet (${entry.fileName} : ${readableSize(entry.uncompressedSize)}) : ce n'est pas une archive publiée. Téléchargez-la de nouveau.`,
        );
      }
    }
  } catch (error) {
    throw explained(error, name);
  }
  return entries;
}

async function fingerprintOf(path: string): Promise<Fingerprint> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(piece);
  }
  return { name: basename(path), sha256: hash.digest("hex"), bytes: (await stat(path)).size };
}

function explained(error: unknown, name: string): unknown {
  if (error instanceof UserError || error instanceof TypeError || !(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") {
    return new UserError(`${name} n'existe pas. Vérifiez le chemin du fichier à importer.`, { cause: error });
  }
  if (code === "EACCES" || code === "EPERM") {
    return new UserError(`${name} ne peut pas être lu : vous n'en avez pas le droit.`, { cause: error });
  }
  if (code !== undefined && !code.startsWith("Z_")) return error;
  if (/unsupported compression method/.test(error.message)) {
    return new UserError(
      `${name} est compressé d'une façon que ce programme ne lit pas. Extrayez-en les fichiers et donnez-les.`,
      { cause: error },
    );
  }
  return new UserError(
    `${name} est tronqué ou abîmé : ce n'est pas une archive .zip entière. Téléchargez-le de nouveau.`,
    {
      cause: error,
    },
  );
}
