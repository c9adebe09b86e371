import { open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { sqlText } from "./duckdb.js";
import type { Header } from "./open-damir-header.js";
import type { Variable } from "./variables.js";

const chunkBytes = 96 * 2 ** 20;

/**
 * The typed path: takes checked lines and types them with DuckDB, one chunk while the next one is being read, into
 * unsorted Parquet files.
 */
export class Staging {
  #chunk: { handle: FileHandle; path: string; bytes: number } | undefined;
  #typing: Promise<void> = Promise.resolve();
  #count = 0;

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly folder: string,
    private readonly variables: Variable[],
  ) {}

  /** Takes data lines that all have the header's shape, in pieces that may stop anywhere. */
  async write(pieces: Buffer[], header: Header): Promise<void> {
    for (const piece of pieces) {
      this.#chunk ??= await this.#newChunk();
      await this.#chunk.handle.appendFile(piece);
      this.#chunk.bytes += piece.length;
    }
    if (this.#chunk && this.#chunk.bytes >= chunkBytes) await this.#closeChunk(header);
  }

  /**
   * Types what is left.
   * @returns an SQL list of the Parquet files, which hold the store's columns in their order
   */
  async finish(header: Header): Promise<string> {
    await this.#closeChunk(header);
    await this.#typing;
    return `[${Array.from({ length: this.#count }, (_, index) => sqlText(this.#typed(index))).join(", ")}]`;
  }

  /** Lets go of its files after a failure. */
  async abandon(): Promise<void> {
    await this.#chunk?.handle.close();
    this.#chunk = undefined;
    await Promise.allSettled([this.#typing]);
  }

  async #newChunk(): Promise<{ handle: FileHandle; path: string; bytes: number }> {
    const path = join(this.folder, `chunk-${this.#count}.csv`);
    return { handle: await open(path, "w"), path, bytes: 0 };
  }

  async #closeChunk(header: Header): Promise<void> {
    const chunk = this.#chunk;
    if (!chunk) return;
    this.#chunk = undefined;
    await chunk.handle.close();
    await this.#typing;
    this.#typing = this.#type(chunk.path, this.#typed(this.#count++), header);
    // Its failure is met at the next `await`; until then it must not pass for unhandled.
    this.#typing.catch(() => undefined);
  }

  async #type(csv: string, parquet: string, header: Header): Promise<void> {
    const published = header.columns.map((variable) => `${sqlText(variable.name)}: ${sqlText(variable.sql)}`);
    if (header.trailingSeparator) published.push("'_after_last': 'VARCHAR'");
    const missing = new Set(header.missing);
    const canonical = this.variables.map((variable) =>
      missing.has(variable) ? `CAST(NULL AS ${variable.sql}) AS ${variable.name}` : variable.name,
    );
    await this.connection.run(
      `COPY (SELECT ${canonical.join(", ")} FROM read_csv(${sqlText(csv)}, columns = {${published.join(", ")}},
        auto_detect = false, header = false, delim = ';', quote = '', escape = '', new_line = '\\n', nullstr = '',
        decimal_separator = '.', strict_mode = true, null_padding = false, ignore_errors = false))
      TO ${sqlText(parquet)} (FORMAT parquet, COMPRESSION lz4_raw)`,
    );
    await rm(csv);
  }

  #typed(index: number): string {
    return join(this.folder, `typed-${index}.parquet`);
  }
}
