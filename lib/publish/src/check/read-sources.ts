import { damirHome, readTables, type Source, type StoredTable } from "damir";
import type { Notebook, ReadSource } from "./check-report.js";

/**
 * What the queries read, with the published files that the store keeps the sha256 of. Where a server answered and there is no store
 * here, there are no files.
 */
export function describeSources(read: readonly Source[], readOn: string): ReadSource[] {
  const stored = storedTables();
  return read.map(({ table, title, producer, licence, synthetic, updated }) => {
    // A store that disagrees with what was read is another one.
    const known = stored.get(table)?.description;
    const description = known?.synthetic === synthetic && known.updated === updated ? known : undefined;
    const files = new Map(
      (description?.files ?? [])
        .flatMap(({ source, sources }) => sources ?? (source === undefined ? [] : [source]))
        .map(({ name, sha256 }) => [sha256, { name, sha256 }]),
    );
    return {
      table,
      title,
      producer,
      licence,
      synthetic,
      readOn,
      files: [...files.values()],
      ...(description?.url === undefined ? {} : { url: description.url }),
      ...(updated === undefined ? {} : { updated }),
    };
  });
}

/**
 * The tables that a notebook's code names, for outputs that were saved and whose reading nobody followed: tables that no query of the
 * code can have reached aren't among them.
 */
export function namedTables({ cells }: Notebook): Source[] {
  const code = cells
    .filter(({ cell_type }) => cell_type === "code")
    .map(({ source }) => source)
    .join("\n");
  const words = new Set(code.match(/\w+/g));
  // The library, and the connection of every starter, have that name too.
  if (!/\b(from|join)\s+"?damir\b/i.test(code.replace(/\bfrom\s+["']damir["']/g, ""))) words.delete("damir");
  return [...storedTables()]
    .filter(([name]) => words.has(name) && !/^(nomenclature_|departements$|regions$)/.test(name))
    .map(([table, { description }]) => {
      const { title, producer, licence, synthetic, updated } = description;
      return { table, title, producer, licence, synthetic, ...(updated === undefined ? {} : { updated }) };
    });
}

function storedTables(): Map<string, StoredTable> {
  try {
    return readTables(damirHome());
  } catch {
    // A notebook that reads a server, or its author's own file, needs no store here.
    return new Map();
  }
}
