import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { readStore, type Manifest, type StoreFile, type StoreTable } from "damir";
import { explainDiskError } from "./disk.js";
import { lockStore } from "./store-lock.js";

/** A Parquet file ready to enter a store; its size and checksum are measured by the writer. */
export interface NewFile extends Omit<StoreFile, "path" | "bytes" | "sha256"> {
  /** Name without folder nor extension: `202501`. A file of that name or of that month is replaced. */
  name: string;
  /** The verified Parquet file, inside the writer's `workFolder`. */
  parquet: string;
}

/**
 * Writes whole Parquet files into a store, one at a time: whatever happens and whenever, `manifest.json` names complete
 * files only.
 */
export class StoreWriter {
  /** Folder for half-done work, on the store's disk, empty at the start and gone at the end. */
  readonly workFolder: string;
  #adding: Promise<void> = Promise.resolve();

  private constructor(readonly folder: string) {
    this.workFolder = join(folder, "import.partial");
  }

  /**
   * Lends the only writer of a store for the time of a task, then cleans up. A failed task leaves the store as it was.
   * @throws UserError when another process writes in this store, or the disk is full or can't be written
   */
  static async use<T>(folder: string, task: (writer: StoreWriter) => Promise<T>): Promise<T> {
    const created = firstMissing(folder);
    try {
      const unlock = lockStore(`${folder}.lock`);
      const writer = new StoreWriter(folder);
      const giveBack = () => {
        // While the lock is held: another process's folders may be empty too, for an instant.
        if (created !== undefined) removeEmptyFolders(folder);
        unlock();
        if (created !== undefined) removeEmptyParents(folder, created);
      };
      const leave = () => {
        removeWhileWritten(writer.workFolder);
        giveBack();
      };
      // A command that is interrupted ends by process.exit: what it was making goes with it.
      process.once("exit", leave);
      try {
        try {
          await removeLeftovers(folder);
          await mkdir(writer.workFolder, { recursive: true });
          return await task(writer);
        } finally {
          await rm(writer.workFolder, { recursive: true, force: true });
        }
      } finally {
        process.removeListener("exit", leave);
        giveBack();
      }
    } catch (error) {
      throw explainDiskError(error, folder);
    }
  }

  /** What the store holds now. */
  manifest(): Manifest {
    return readStore(this.folder)?.manifest ?? { version: 1, tables: {} };
  }

  /**
   * Puts a verified file in a table: file first, manifest next, the file it replaces last. Files given at the same time
   * enter one after the other.
   * @param description of the table, which its new files keep up to date
   * @returns what the manifest says of the file, and of the one it replaced if any
   */
  add(
    table: string,
    description: Omit<StoreTable, "files">,
    file: NewFile,
  ): Promise<{ added: StoreFile; replaced: StoreFile | undefined }> {
    const added = this.#adding.then(() => this.#add(table, description, file));
    this.#adding = added.then(
      () => undefined,
      () => undefined,
    );
    return added;
  }

  async #add(
    table: string,
    description: Omit<StoreTable, "files">,
    file: NewFile,
  ): Promise<{ added: StoreFile; replaced: StoreFile | undefined }> {
    const { name, parquet, month, rows, ...facts } = file;
    const { bytes, sha256 } = await measure(parquet);
    const manifest = this.manifest();
    const files = manifest.tables[table]?.files ?? [];
    const replaced = files.find((other) =>
      month === undefined ? nameOf(other) === name : other.month === month,
    );
    // The old file is valid until the manifest changes, so the new one never takes its place on the disk.
    const path = replaced ? `${table}/${name}-${sha256.slice(0, 12)}.parquet` : `${table}/${name}.parquet`;
    const added: StoreFile = {
      path,
      ...(month === undefined ? {} : { month }),
      rows,
      bytes,
      sha256,
      ...facts,
    };

    const target = join(this.folder, path);
    await mkdir(dirname(target), { recursive: true });
    await synchronise(parquet);
    await rename(parquet, target);
    await synchronise(dirname(target));
    const others = files.filter((other) => other !== replaced);
    await this.#replaceManifest({
      ...manifest,
      tables: {
        ...manifest.tables,
        [table]: { ...description, files: [...others, added].sort((a, b) => (a.path < b.path ? -1 : 1)) },
      },
    });
    if (replaced && replaced.path !== path) await rm(join(this.folder, replaced.path), { force: true });
    return { added, replaced };
  }

  /**
   * Takes files out of a table: manifest first, files next. A table left without files goes too.
   * @returns what was taken out
   */
  async remove(table: string, isUnwanted: (file: StoreFile) => boolean): Promise<StoreFile[]> {
    const manifest = this.manifest();
    const { [table]: found, ...others } = manifest.tables;
    const gone = found?.files.filter(isUnwanted) ?? [];
    if (!found || gone.length === 0) return [];
    const files = found.files.filter((file) => !gone.includes(file));
    await this.#replaceManifest({
      ...manifest,
      tables: files.length === 0 ? others : { ...manifest.tables, [table]: { ...found, files } },
    });
    for (const { path } of gone) await rm(join(this.folder, path), { force: true });
    return gone;
  }

  async #replaceManifest(manifest: Manifest): Promise<void> {
    const partial = join(this.folder, "manifest.json.partial");
    const handle = await open(partial, "w");
    try {
      await handle.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, join(this.folder, "manifest.json"));
    await synchronise(this.folder);
  }
}

/** Size in bytes and checksum of a file. */
export async function measure(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  const stream = createReadStream(path, { highWaterMark: 1 << 20 });
  await pipeline(stream, async (pieces: AsyncIterable<Buffer>) => {
    for await (const piece of pieces) {
      hash.update(piece);
      bytes += piece.length;
    }
  });
  return { bytes, sha256: hash.digest("hex") };
}

function nameOf(file: StoreFile): string {
  return basename(file.path, ".parquet").replace(/-[0-9a-f]{12}$/, "");
}

/** Makes a file's bytes, or a folder's entries, survive a power cut. */
async function synchronise(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what an interrupted run left: partial files and, in the tables' folders, Parquet files that no manifest names. */
async function removeLeftovers(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const named = new Set(
    Object.values(readStore(folder)?.manifest.tables ?? {}).flatMap((table) =>
      table.files.map((file) => file.path),
    ),
  );
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.endsWith(".partial")) {
      await rm(join(folder, entry.name), { recursive: true, force: true });
    } else if (entry.isDirectory() && named.size > 0) {
      for (const name of await readdir(join(folder, entry.name))) {
        const garbage = name.endsWith(".partial") || name.endsWith(".parquet");
        if (garbage && !named.has(`${entry.name}/${name}`))
          await rm(join(folder, entry.name, name), { recursive: true });
      }
    }
  }
}

/** How often, and how many milliseconds apart, a folder is removed again that others still write in. */
const removals = { most: 80, apart: 25 };

/**
 * Removes a folder in which threads of this process may be ending what they write. Where they don't end in time, the next
 * writer of the store removes what is left.
 */
function removeWhileWritten(folder: string): void {
  for (let removal = 1; removal <= removals.most; removal++) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch {
      // The process is ending: nothing else would make it wait.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, removals.apart);
    }
  }
}

/** The highest folder of a path that doesn't exist yet. */
function firstMissing(folder: string): string | undefined {
  let missing: string | undefined;
  for (let at = folder; !existsSync(at); at = dirname(at)) missing = at;
  return missing;
}

function removeEmptyFolders(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyFolders(join(folder, entry.name));
  }
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

/** Removes the folders above one that is gone, as long as they are empty, up to the highest one given. */
function removeEmptyParents(folder: string, highest: string): void {
  for (let at = folder; at !== highest;) {
    at = dirname(at);
    if (existsSync(at) && readdirSync(at).length === 0) rmdirSync(at);
  }
}
