import { open, type FileHandle } from "node:fs/promises";
import { readThrift, writeThrift, type ThriftStruct, type ThriftValue } from "./thrift-compact.js";

const magic = Buffer.from("PAR1");
const pieceSize = 1 << 20;

/** Numbers of the fields that hold places in the file or counts, as parquet.thrift of apache/parquet-format defines them. */
const fileMetaData = { schema: 2, rows: 3, rowGroups: 4 };
const rowGroup = { columns: 1, fileOffset: 5, ordinal: 7 };
const columnChunk = { fileOffset: 2, metaData: 3, offsetIndex: 4, columnIndex: 6 };
const columnMetaData = { dataPage: 9, indexPage: 10, dictionaryPage: 11, bloomFilter: 14 };

/**
 * Joins Parquet files of one schema end to end, without reading their values: the row groups of each are copied as they
 * are, and one footer names them all, in the order given.
 */
export class ParquetJoin {
  #written = 0;
  #footer: ThriftStruct | undefined;

  private constructor(private readonly handle: FileHandle) {}

  /** Starts the joined file. */
  static async create(path: string): Promise<ParquetJoin> {
    const join = new ParquetJoin(await open(path, "w"));
    await join.#write(magic);
    return join;
  }

  /**
   * Appends a file.
   * @throws Error when it isn't a Parquet file or has other columns than those before
   */
  async append(path: string): Promise<void> {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const end = await readAt(file, size - 8, 8);
      const length = end.readUInt32LE(0);
      if (!end.subarray(4).equals(magic) || length + 12 > size)
        throw new Error(`${path} isn't a Parquet file`);
      const footer = readThrift(await readAt(file, size - 8 - length, length));
      const shift = BigInt(this.#written - magic.length);
      for (const group of structsOf(footer, fileMetaData.rowGroups)) shiftRowGroup(group, shift);
      for (let at = magic.length; at < size - 8 - length; at += pieceSize) {
        await this.#write(await readAt(file, at, Math.min(pieceSize, size - 8 - length - at)));
      }
      this.#take(footer, path);
    } finally {
      await file.close();
    }
  }

  /** Writes the footer and closes the file. */
  async end(): Promise<void> {
    if (!this.#footer) throw new Error("No file to join");
    const footer = writeThrift(this.#footer);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    await this.#write(Buffer.concat([footer, length, magic]));
    await this.handle.close();
  }

  /** Closes the file as it is. */
  async abandon(): Promise<void> {
    await this.handle.close();
  }

  #take(footer: ThriftStruct, path: string): void {
    const joined = this.#footer;
    if (!joined) {
      this.#footer = footer;
      return;
    }
    const schemaOf = (of: ThriftStruct) =>
      writeThrift(new Map([...of].filter(([id]) => id === fileMetaData.schema)));
    if (!schemaOf(joined).equals(schemaOf(footer))) throw new Error(`${path} has other columns`);
    add(joined, fileMetaData.rows, footer.get(fileMetaData.rows)?.value);
    const groups = joined.get(fileMetaData.rowGroups)?.value;
    const more = structsOf(footer, fileMetaData.rowGroups);
    if (groups !== undefined && typeof groups === "object" && "elements" in groups)
      groups.elements.push(...more);
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.handle.appendFile(bytes);
    this.#written += bytes.length;
  }
}

function shiftRowGroup(group: ThriftStruct, shift: bigint): void {
  shiftField(group, rowGroup.fileOffset, shift);
  // Its place among the row groups is optional, and no longer the one it says.
  group.delete(rowGroup.ordinal);
  for (const chunk of structsOf(group, rowGroup.columns)) {
    for (const field of [columnChunk.fileOffset, columnChunk.offsetIndex, columnChunk.columnIndex]) {
      shiftField(chunk, field, shift);
    }
    const data = chunk.get(columnChunk.metaData)?.value;
    if (!(data instanceof Map)) throw new Error("A column chunk without metadata");
    for (const field of Object.values(columnMetaData)) shiftField(data, field, shift);
  }
}

/** Moves a place in the file; 0 isn't one. */
function shiftField(struct: ThriftStruct, id: number, shift: bigint): void {
  const field = struct.get(id);
  if (field && field.value !== 0n) add(struct, id, shift);
}

function add(struct: ThriftStruct, id: number, more: ThriftValue | undefined): void {
  const field = struct.get(id);
  if (typeof field?.value !== "bigint" || typeof more !== "bigint")
    throw new Error(`Field ${id} isn't a number`);
  field.value += more;
}

function structsOf(struct: ThriftStruct, id: number): ThriftStruct[] {
  const list = struct.get(id)?.value;
  if (list === undefined || typeof list !== "object" || !("elements" in list)) return [];
  return list.elements.flatMap((element) => (element instanceof Map ? element : []));
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await file.read(buffer, read, length - read, position + read);
    if (bytesRead === 0) throw new Error("The Parquet file is cut short");
    read += bytesRead;
  }
  return buffer;
}
