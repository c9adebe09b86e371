import { createHash } from "node:crypto";
import { open, stat, type FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { createGunzip, constants } from "node:zlib";
import { UserError } from "damir";

const pieceSize = 1 << 20;

/** What identifies the published file once it has been read to its end. */
export interface Fingerprint {
  name: string;
  /** Of the file as it lies on the disk, compressed or not. */
  sha256: string;
  bytes: number;
}

/** A file that people publish as text, plain or gzip: its bytes say which, not its name. */
export class PublishedFile {
  readonly name: string;
  #hash = createHash("sha256");
  #read = 0;

  private constructor(
    readonly path: string,
    /** Size on the disk, in bytes. */
    readonly bytes: number,
    readonly compressed: boolean,
    private readonly modified: number,
  ) {
    this.name = basename(path);
  }

  /**
   * Looks at a file without reading it whole.
   * @throws UserError when it is missing, empty, not a file, or not a text nor a gzip
   */
  static async find(path: string): Promise<PublishedFile> {
    const name = basename(path);
    const status = await explaining(path, stat(path));
    if (status.isDirectory()) {
      throw new UserError(
        `${path} est un dossier. Donnez le ou les fichiers à importer (par exemple ${path}/A202501.csv.gz).`,
      );
    }
    if (!status.isFile())
      throw new UserError(`${path} n'est pas un fichier ordinaire. Donnez un fichier .csv ou .csv.gz.`);
    if (status.size === 0) throw new UserError(`${name} est vide (0 octet). Téléchargez-le de nouveau.`);
    const handle = await openForReading(path);
    try {
      const start = Buffer.alloc(512);
      const { bytesRead } = await handle.read(start, 0, start.length, 0);
      const compressed = start[0] === 0x1f && start[1] === 0x8b;
      if (!compressed) refuseBinary(name, start.subarray(0, bytesRead));
      return new PublishedFile(path, status.size, compressed, status.mtimeMs);
    } finally {
      await handle.close();
    }
  }

  /**
   * The text of the file, piece by piece, its checksum computed on the way.
   *
   * An archive may be several archives end to end. One cut exactly between two of them, at the end of a line, is a whole
   * archive of fewer rows: nothing in its bytes tells. Only its length as the server gave it does, which is why a file that
   * the project fetches is compared with it; of a file that the user brings, the checksum in the manifest says which it was.
   * @param onRead called with the bytes of the file read so far
   * @throws UserError when the gzip is truncated or corrupt, or the file changes while it is read
   */
  async *pieces(onRead: (bytes: number) => void): AsyncGenerator<Buffer, void, undefined> {
    this.#hash = createHash("sha256");
    this.#read = 0;
    const handle = await openForReading(this.path);
    const raw = Readable.from(this.#rawPieces(handle, onRead), {
      objectMode: false,
      highWaterMark: 4 * pieceSize,
    });
    try {
      if (!this.compressed) {
        yield* raw as AsyncIterable<Buffer>;
      } else {
        const gunzip = createGunzip({ chunkSize: pieceSize, finishFlush: constants.Z_FINISH });
        raw.on("error", (error) => gunzip.destroy(error));
        try {
          yield* raw.pipe(gunzip) as AsyncIterable<Buffer>;
          // zlib stops without a word at the first zero byte after a member, whatever follows.
          if (gunzip.bytesWritten !== this.bytes) {
            throw new UserError(
              `${this.name} est abîmé : l'archive .gz finit avant la fin du fichier. Téléchargez-le de nouveau.`,
            );
          }
        } finally {
          gunzip.destroy();
        }
      }
    } catch (error) {
      throw this.#explained(error);
    } finally {
      raw.destroy();
      await handle.close();
    }
    const after = await stat(this.path);
    if (this.#read !== this.bytes || after.size !== this.bytes || after.mtimeMs !== this.modified) {
      throw new UserError(
        `${this.name} a changé pendant sa lecture. Attendez la fin de son téléchargement puis relancez.`,
      );
    }
  }

  /** Identity of the file; call it after `pieces` has ended. */
  fingerprint(): Fingerprint {
    return { name: this.name, sha256: this.#hash.copy().digest("hex"), bytes: this.bytes };
  }

  async *#rawPieces(
    handle: FileHandle,
    onRead: (bytes: number) => void,
  ): AsyncGenerator<Buffer, void, undefined> {
    for (;;) {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(pieceSize), 0, pieceSize);
      if (bytesRead === 0) return;
      const piece = buffer.subarray(0, bytesRead);
      this.#hash.update(piece);
      this.#read += bytesRead;
      onRead(this.#read);
      yield piece;
    }
  }

  #explained(error: unknown): unknown {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "Z_BUF_ERROR") {
      return new UserError(
        `${this.name} est tronqué : l'archive .gz s'arrête avant sa fin. Téléchargez-le de nouveau.`,
        { cause: error },
      );
    }
    if (code?.startsWith("Z_")) {
      return new UserError(
        `${this.name} est abîmé : l'archive .gz ne se décompresse pas. Téléchargez-le de nouveau.`,
        { cause: error },
      );
    }
    return error;
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  return explaining(path, open(path, "r"));
}

async function explaining<T>(path: string, access: Promise<T>): Promise<T> {
  try {
    return await access;
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new UserError(`${path} n'existe pas. Vérifiez le chemin du fichier à importer.`, { cause });
    }
    if (code === "EACCES" || code === "EPERM") {
      throw new UserError(`${path} ne peut pas être lu : vous n'en avez pas le droit.`, { cause });
    }
    throw cause;
  }
}

function refuseBinary(name: string, start: Buffer): void {
  const zip = start.subarray(0, 4).toString("latin1") === "PK\u0003\u0004";
  if (zip) {
    throw new UserError(
      `${name} est une archive .zip (ou un classeur). Extrayez-en le fichier .csv ou .csv.gz puis importez-le.`,
    );
  }
  if (start.includes(0)) {
    throw new UserError(
      `${name} est un fichier binaire, ni un .csv ni un .csv.gz. Téléchargez le fichier mensuel d'Open DAMIR (A202501.csv.gz par exemple).`,
    );
  }
}
