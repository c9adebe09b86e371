import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { sqlText, type Engine } from "./duckdb.js";
import type { Header } from "./open-damir-header.js";
import { sortKeys } from "./open-damir-order.js";
import { ParquetJoin } from "./parquet-join.js";
import type { Variable } from "./variables.js";

/**
 * Values that a column may have in a row group to be written as numbers of a dictionary. Codes have fewer, amounts more:
 * as they are, sorted amounts compress better. Files are 8 % smaller than with DuckDB's own limit, for the same time.
 */
const largestDictionary = 4000;

/** How many of the keys a month is sorted on: the others make its file 1 % smaller and the sort 5 % longer. */
const decisiveKeys = 8;

/** zstd's quickest: its usual level makes files 3 % smaller and the import 15 % longer. */
const compressionLevel = 1;

/**
 * The typed path: DuckDB types and sorts the parts of a month, several at a time, and their Parquet files are joined in
 * the order of the parts. A part's files are removed as soon as they have been used.
 * @param parts names of the files of each part, of which some may be missing
 * @param parquet where the sorted month goes; its columns are `variables`, in their order
 */
export async function sortParts(
  engine: Engine,
  folder: string,
  parts: readonly string[][],
  header: Header,
  variables: readonly Variable[],
  parquet: string,
): Promise<void> {
  const files = parts
    .map((names) => names.map((name) => join(folder, name)).filter((path) => existsSync(path)))
    .filter((paths) => paths.length > 0);
  const sorted = files.map((_, part) => join(folder, `sorted-${part}.parquet`));
  const done = files.map(() => false);
  let next = 0;
  let joined = 0;
  const joining = await ParquetJoin.create(parquet);
  let appending: Promise<void> = Promise.resolve();
  const appendReady = async () => {
    for (let path = sorted[joined]; path !== undefined && done[joined] === true; path = sorted[joined]) {
      joined += 1;
      await joining.append(path);
      await rm(path);
    }
  };
  try {
    await engine.together(async (connection) => {
      for (let part = next++; part < files.length; part = next++) {
        const paths = files[part] ?? [];
        await sortPart(connection, paths, header, variables, sorted[part] ?? "");
        await Promise.all(paths.map((path) => rm(path)));
        done[part] = true;
        // Nobody waits for the joining; its failure is met at the end, or by what is appended next.
        appending = appending.then(appendReady);
        appending.catch(() => undefined);
      }
    });
    await appending;
    await joining.end();
  } catch (error) {
    await Promise.allSettled([appending]);
    await joining.abandon();
    throw error;
  }
}

async function sortPart(
  connection: DuckDBConnection,
  files: readonly string[],
  header: Header,
  variables: readonly Variable[],
  parquet: string,
): Promise<void> {
  const published = header.columns.map(({ name, sql }) => `${sqlText(name)}: ${sqlText(sql)}`);
  if (header.trailingSeparator) published.push("'_after_last': 'VARCHAR'");
  const missing = new Set(header.missing);
  const canonical = variables.map((variable) =>
    missing.has(variable) ? `CAST(NULL AS ${variable.sql}) AS ${variable.name}` : variable.name,
  );
  await connection.run(
    `COPY (SELECT ${canonical.join(", ")} FROM read_csv([${files.map(sqlText).join(", ")}], columns = {${published.join(", ")}},
      auto_detect = false, header = false, delim = ';', quote = '', escape = '', new_line = '\\n', nullstr = '',
      decimal_separator = '.', strict_mode = false, null_padding = false, ignore_errors = false)
      ORDER BY ${sortKeys.slice(0, decisiveKeys).join(", ")})
    TO ${sqlText(parquet)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL ${compressionLevel}, DICTIONARY_SIZE_LIMIT ${largestDictionary})`,
  );
}
