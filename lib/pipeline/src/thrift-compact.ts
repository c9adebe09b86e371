/** Thrift's compact protocol, in which a Parquet file writes its footer: any structure, read and written field by field. */

/** Types of the protocol. Booleans carry their value in their type. */
const type = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  struct: 12,
};

/** A value as it is written: numbers as bigints, texts as bytes, so that what isn't understood comes out as it went in. */
export type ThriftValue = bigint | boolean | Buffer | ThriftList | ThriftStruct;

/** Elements of one type. */
export interface ThriftList {
  type: number;
  elements: ThriftValue[];
}

/** Fields by their numbers, in the order they were written. */
export type ThriftStruct = Map<number, { type: number; value: ThriftValue }>;

/** @throws Error when the bytes aren't a structure in this protocol */
export function readThrift(bytes: Buffer): ThriftStruct {
  return new Reader(bytes).struct();
}

/** The bytes of a structure. */
export function writeThrift(struct: ThriftStruct): Buffer {
  const writer = new Writer();
  writer.struct(struct);
  return writer.bytes();
}

class Reader {
  #at = 0;

  constructor(private readonly buffer: Buffer) {}

  struct(): ThriftStruct {
    const fields: ThriftStruct = new Map();
    let id = 0;
    for (;;) {
      const head = this.#byte();
      if (head === 0) return fields;
      id = head >> 4 === 0 ? Number(this.#signed()) : id + (head >> 4);
      const kind = head & 0x0f;
      const value = kind === type.true || kind === type.false ? kind === type.true : this.#value(kind);
      fields.set(id, { type: kind, value });
    }
  }

  #value(kind: number): ThriftValue {
    switch (kind) {
      case type.true:
      case type.false:
        return this.#byte() === type.true;
      case type.byte:
        return BigInt(this.#byte());
      case type.i16:
      case type.i32:
      case type.i64:
        return this.#signed();
      case type.double:
        return this.#bytes(8);
      case type.binary:
        return this.#bytes(Number(this.#unsigned()));
      case type.list:
      case type.set:
        return this.#list();
      case type.struct:
        return this.struct();
      default:
        throw new Error(`Unexpected Thrift type ${kind}`);
    }
  }

  #list(): ThriftList {
    const head = this.#byte();
    const size = head >> 4 === 15 ? Number(this.#unsigned()) : head >> 4;
    const kind = head & 0x0f;
    return { type: kind, elements: Array.from({ length: size }, () => this.#value(kind)) };
  }

  #byte(): number {
    const byte = this.buffer[this.#at++];
    if (byte === undefined) throw new Error("The Thrift structure is cut short");
    return byte;
  }

  #bytes(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.buffer.length) throw new Error("The Thrift structure is cut short");
    const bytes = this.buffer.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  #unsigned(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  #signed(): bigint {
    const value = this.#unsigned();
    return (value >> 1n) ^ -(value & 1n);
  }
}

class Writer {
  #pieces: Buffer[] = [];

  bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  struct(fields: ThriftStruct): void {
    let before = 0;
    for (const [id, { type: kind, value }] of fields) {
      const step = id - before;
      if (step > 0 && step < 16) this.#byte((step << 4) | kind);
      else {
        this.#byte(kind);
        this.#signed(BigInt(id));
      }
      if (typeof value !== "boolean") this.#value(kind, value);
      before = id;
    }
    this.#byte(0);
  }

  #value(kind: number, value: ThriftValue): void {
    if (typeof value === "boolean") this.#byte(value ? type.true : type.false);
    else if (typeof value === "bigint") {
      if (kind === type.byte) this.#byte(Number(value));
      else this.#signed(value);
    } else if (Buffer.isBuffer(value)) {
      if (kind === type.binary) this.#unsigned(BigInt(value.length));
      this.#pieces.push(value);
    } else if (value instanceof Map) this.struct(value);
    else {
      const size = value.elements.length;
      this.#byte((Math.min(size, 15) << 4) | value.type);
      if (size >= 15) this.#unsigned(BigInt(size));
      for (const element of value.elements) this.#value(value.type, element);
    }
  }

  #byte(byte: number): void {
    this.#pieces.push(Buffer.of(byte));
  }

  #unsigned(value: bigint): void {
    const bytes: number[] = [];
    let left = value;
    for (; left >= 0x80n; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
    bytes.push(Number(left));
    this.#pieces.push(Buffer.from(bytes));
  }

  #signed(value: bigint): void {
    this.#unsigned(value >= 0n ? value << 1n : (-value << 1n) - 1n);
  }
}
