import { existsSync } from "node:fs";
import { mkdir, open, rename, rm, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "damir";
import type { Dataset } from "../catalogue/dataset.js";
import { explainDiskError, readableSize } from "../disk.js";
import { Damaged, requireContent, tellingBytes, verifyContent, WebPage } from "./content.js";
import {
  readBegun,
  readDone,
  writeRecord,
  type BegunDownload,
  type DoneDownload,
} from "./download-record.js";
import { sizeOf, type DownloadPlace } from "./download-place.js";
import { TransientFailure } from "./failure.js";
import type { FetchEffects } from "./fetch-effects.js";
import type { HttpClient, HttpResponse } from "./http-client.js";
import { Patience } from "./patience.js";
import { continues, hasVersion, isPage, validatorOf, versionOf } from "./published-version.js";
import { isSameVersion, type RemoteFile } from "./remote-file.js";

/** How often a page that gives links is asked again when its token is stale. */
const mostRenewals = 3;

/** What a download must know of its dataset: how it is called, where people find it, how large its files may be. */
export type DownloadedDataset = Pick<Dataset, "id" | "page"> & {
  tailles: Pick<Dataset["tailles"], "fichier_max" | "decompresse_max">;
};

/** A file that is on this disk whole, or that didn't need to come. */
export interface Download {
  path: string;
  record: DoneDownload;
  /** False where the version already here, or already imported, is the published one. */
  fetched: boolean;
}

/**
 * Downloads a file and checks it whole, from where an interrupted download stopped.
 * A version that is already here, or that the record says imported, isn't fetched again.
 * @param keepsOld true when the version known from the record needn't be on the disk: it is in the store
 * @param onBytes called with the bytes that are here so far, out of the total where the server says it
 * @throws UserError when it can't be had: what came stays for the next try, except what is unsound
 */
export async function download(
  remote: RemoteFile,
  dataset: DownloadedDataset,
  place: DownloadPlace,
  keepsOld: boolean,
  client: HttpClient,
  effects: FetchEffects,
  onBytes: (bytes: number, total: number | undefined) => void,
): Promise<Download> {
  await mkdir(dirname(place.file), { recursive: true });
  const task = new FileDownload(remote, dataset, place, keepsOld, client, effects, onBytes);
  try {
    return await task.run();
  } catch (error) {
    if (/ENOSPC|EDQUOT/.test((error as NodeJS.ErrnoException).code ?? "")) {
      throw new UserError(
        `Le disque de ${place.file} est plein. Ce qui est téléchargé est gardé : libérez de la place puis relancez la même commande, elle reprendra où elle en est.`,
        { cause: error },
      );
    }
    throw explainDiskError(error, place.file);
  }
}

class FileDownload {
  #url: string;
  #renewals = 0;
  #unsound = 0;

  constructor(
    private readonly remote: RemoteFile,
    private readonly dataset: DownloadedDataset,
    private readonly place: DownloadPlace,
    private readonly keepsOld: boolean,
    private readonly client: HttpClient,
    private readonly effects: FetchEffects,
    private readonly onBytes: (bytes: number, total: number | undefined) => void,
  ) {
    this.#url = remote.url;
  }

  async run(): Promise<Download> {
    const { remote, place } = this;
    const patience = new Patience(remote.name, this.effects);
    for (;;) {
      const before = sizeOf(place.partial);
      try {
        const known = await this.#fetch();
        if (known) {
          await this.#forgetPartial();
          return { path: place.file, record: known, fetched: false };
        }
        return await this.#finish();
      } catch (error) {
        if (error instanceof WebPage) await this.#renew();
        else if (error instanceof Damaged) await this.#discard(error);
        else if (error instanceof TransientFailure)
          await patience.after(error, sizeOf(place.partial) > before);
        else throw error;
      }
    }
  }

  /** @returns the record of the version already known, where the server still has that one */
  async #fetch(): Promise<DoneDownload | undefined> {
    const { place, remote } = this;
    const known = this.#knownVersion();
    const begun = await this.#resumable();
    const from = begun ? sizeOf(place.partial) : 0;
    if (begun && from === begun.bytes) return undefined;
    const answer = await this.client.open(this.#url, { headers: this.#conditions(known, begun, from) });
    try {
      if (answer.status === 304 && known) return known;
      const version = versionOf(answer, remote, this.#url);
      const comparable = answer.status === 200 && hasVersion(version) && !isPage(answer);
      if (known && comparable && isSameVersion(known, version)) return known;
      if (begun && answer.status === 206 && continues(answer, version, begun, from)) {
        await this.#receive(answer, begun, from);
        return undefined;
      }
      if (answer.status !== 200) {
        // The part that we have isn't of the file as it is now.
        await this.#forgetPartial();
        throw new TransientFailure("le fichier a changé pendant son téléchargement, il est repris du début");
      }
      await this.#receive(answer, version, 0);
      return undefined;
    } finally {
      answer.body.destroy();
    }
  }

  /** The version that needn't come again: whole on this disk, or in the store. */
  #knownVersion(): DoneDownload | undefined {
    const record = readDone(this.place.done);
    if (!record) return undefined;
    return this.keepsOld || sizeOf(this.place.file) === record.bytes ? record : undefined;
  }

  #conditions(
    known: DoneDownload | undefined,
    begun: BegunDownload | undefined,
    from: number,
  ): Record<string, string> {
    if (begun) {
      const validator = validatorOf(begun);
      return { range: `bytes=${from}-`, ...(validator === undefined ? {} : { "if-range": validator }) };
    }
    return {
      ...(known?.etag === undefined ? {} : { "if-none-match": known.etag }),
      ...(known?.lastModified === undefined ? {} : { "if-modified-since": known.lastModified }),
    };
  }

  /** A part can be continued when one can tell that the rest is of the same file: by its version, or by gzip's checksum. */
  async #resumable(): Promise<BegunDownload | undefined> {
    const begun = readBegun(this.place.begun);
    const length = sizeOf(this.place.partial);
    const provable = begun && (validatorOf(begun) !== undefined || this.remote.content === "gzip");
    if (begun && provable && length > 0 && begun.bytes !== undefined && length <= begun.bytes) return begun;
    await this.#forgetPartial();
    return undefined;
  }

  async #receive(answer: HttpResponse, version: BegunDownload, from: number): Promise<void> {
    const { remote, dataset } = this;
    const most = dataset.tailles.fichier_max;
    if ((version.bytes ?? 0) > most) throw new UserError(tooLarge(remote.name, most));
    let handle: FileHandle | undefined;
    let length = from;
    try {
      for await (const piece of this.#checked(answer, from)) {
        // Not before: what is here already is worth more than a page that says the link is stale.
        handle ??= await this.#openPartial(version, from);
        length += piece.length;
        if (length > most) throw new UserError(tooLarge(remote.name, most));
        if (version.bytes !== undefined && length > version.bytes) {
          throw new Damaged("le serveur envoie plus d'octets qu'il n'en annonce");
        }
        await writeWhole(handle, piece);
        this.onBytes(length, version.bytes);
      }
    } catch (error) {
      throw this.client.explained(error, this.#url);
    } finally {
      await handle?.close();
    }
    if (length === 0) throw new Damaged("le fichier reçu est vide");
    if (version.bytes !== undefined && length < version.bytes) {
      throw new TransientFailure(
        `${readableSize(length)} reçus sur ${readableSize(version.bytes)}, la connexion s'est fermée avant la fin`,
      );
    }
  }

  async #openPartial(version: BegunDownload, from: number): Promise<FileHandle> {
    const { partial, begun } = this.place;
    if (from > 0) return open(partial, "a");
    await this.#forgetPartial();
    await writeRecord(begun, version);
    return open(partial, "w");
  }

  /** The body, its first bytes held back until they are what they should be. */
  async *#checked(answer: HttpResponse, from: number): AsyncGenerator<Buffer, void, undefined> {
    const { name, content } = this.remote;
    let start: Buffer | undefined = from === 0 ? Buffer.alloc(0) : undefined;
    for await (const piece of answer.body as AsyncIterable<Buffer>) {
      if (!start) {
        yield piece;
        continue;
      }
      start = Buffer.concat([start, piece]);
      if (start.length < tellingBytes) continue;
      requireContent(start, content, name);
      yield start;
      start = undefined;
    }
    if (!start || start.length === 0) return;
    requireContent(start, content, name);
    yield start;
  }

  /** Checks what came, then gives it its name. */
  async #finish(): Promise<Download> {
    const { place, remote, dataset, effects } = this;
    const begun = readBegun(place.begun);
    if (!begun || !existsSync(place.partial)) throw new Damaged("le fichier reçu est vide");
    const verified = await verifyContent(
      place.partial,
      remote.content,
      remote.name,
      dataset.tailles.decompresse_max,
    ).catch(async (error: unknown) => {
      if (error instanceof UserError) await this.#forgetPartial();
      throw error;
    });
    const record: DoneDownload = { ...begun, ...verified, fetchedAt: effects.now().toISOString() };
    // The record first: a file without one would be fetched again, a record without its file is fetched again too.
    await rm(place.file, { force: true });
    await writeRecord(place.done, record);
    await rename(place.partial, place.file);
    await rm(place.begun, { force: true });
    return { path: place.file, record, fetched: true };
  }

  async #renew(): Promise<void> {
    const { remote, effects } = this;
    this.#renewals += 1;
    if (!remote.renew || this.#renewals > mostRenewals) {
      throw new UserError(
        `${remote.name} : le serveur répond une page web au lieu du fichier. ${remote.renew ? `Son lien, demandé ${mostRenewals} fois de nouveau, ne marche pas. ` : ""}Réessayez plus tard ; si cela dure, téléchargez-le depuis ${this.dataset.page} puis importez-le avec « damir data add ${this.dataset.id} ${remote.name} ».`,
      );
    }
    effects.report(`${remote.name} : le lien n'est plus valable, la page en redonne un.`);
    this.#url = await remote.renew();
  }

  /** What came whole and unsound is asked once more: the second time, the published file itself is to blame. */
  async #discard(fault: Damaged): Promise<void> {
    await this.#forgetPartial();
    this.#unsound += 1;
    const { remote, effects, dataset } = this;
    if (this.#unsound > 1) {
      throw new UserError(
        `${remote.name} est abîmé sur le serveur : ${fault.message}, deux fois de suite. Réessayez plus tard ou signalez-le à son producteur (${dataset.page}).`,
        { cause: fault },
      );
    }
    effects.report(`${remote.name} : ${fault.message}. Il est téléchargé de nouveau.`);
  }

  async #forgetPartial(): Promise<void> {
    await rm(this.place.partial, { force: true });
    await rm(this.place.begun, { force: true });
  }
}

async function writeWhole(handle: FileHandle, piece: Buffer): Promise<void> {
  for (let at = 0; at < piece.length;) {
    const { bytesWritten } = await handle.write(piece, at);
    at += bytesWritten;
  }
}

function tooLarge(name: string, most: number): string {
  return `${name} dépasse ${readableSize(most)}, plus qu'aucun fichier de ce jeu : il est refusé. S'il est vraiment devenu si grand, changez « fichier_max » dans le catalogue.`;
}
