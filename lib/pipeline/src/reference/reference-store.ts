import { createHash } from "node:crypto";
import { join } from "node:path";
import { readStore, storeFolder, type Manifest, type StoreSource } from "damir";
import type { DatasetReader } from "../dataset-reader.js";
import { withDuckDB } from "../duckdb.js";
import { silentEffects, type PipelineEffects } from "../effects.js";
import { geographyTables } from "./geography-tables.js";
import { draftRows, writeParquet } from "../tables/project-parquet.js";
import { dictionaryTables } from "./dictionary-tables.js";
import { descriptionOf, type ProjectTable } from "../tables/project-table.js";
import { StoreBusyError } from "../store-lock.js";
import { StoreWriter } from "../store-writer.js";

/** Name of the source of these tables in the manifest: the project's own folder. */
const sourceName = "data";

/** True for the source of a table that the project brings itself; the sample's have none. */
export function isReferenceSource(source: StoreSource | undefined): boolean {
  return source === undefined || source.name === sourceName;
}

/** A reference table as `data/` has it now. */
interface Reference {
  table: ProjectTable;
  /** What its content is told by: changes with a row, a column or a title. */
  source: Omit<StoreSource, "importedAt">;
}

/**
 * Keeps the code lists, the dictionary and the geography of a store as they are in `data/`, so that imported tables can be
 * joined to them without the sample. Writes what is missing or has changed, removes what `data/` no longer has, and writes
 * nothing else; a store that holds no table is left alone. Where another process writes in the store, its own import does it.
 * @param home folder of the stores (`damirHome()`)
 * @returns names of the tables written
 * @throws UserError when the disk is full or can't be written, or the manifest can't be read
 */
export async function ensureReference(
  home: string,
  effects: PipelineEffects = silentEffects,
): Promise<string[]> {
  const folder = storeFolder(home);
  const manifest = readStore(folder)?.manifest;
  if (!manifest || Object.keys(manifest.tables).length === 0) return [];
  const references = [...dictionaryTables(), ...geographyTables()].map(referenceOf);
  if (stale(references, manifest).length + obsolete(references, manifest).length === 0) return [];
  try {
    return await StoreWriter.use(folder, (writer) => writeReferences(references, writer, effects));
  } catch (error) {
    if (!(error instanceof StoreBusyError)) throw error;
    effects.report(
      "Les nomenclatures et la géographie seront mises à jour à la fin de l'autre import en cours, ou au prochain.",
    );
    return [];
  }
}

/** Makes a reader that leaves the store with its reference tables up to date, whatever it imported. */
export function withReference(reader: DatasetReader): DatasetReader {
  return {
    add: async (files, home, effects, options) => {
      const [outcome] = await Promise.allSettled([reader.add(files, home, effects, options)]);
      if (outcome.status === "fulfilled") {
        await ensureReference(home, effects);
        return outcome.value;
      }
      // The files before a bad one stay, and need these tables too. Of two troubles, the import's is the one to mend first.
      await Promise.allSettled([ensureReference(home, effects)]);
      throw outcome.reason;
    },
  };
}

function referenceOf(table: ProjectTable): Reference {
  const rows = table.files.map((file) => [...file.rows()]);
  const content = JSON.stringify([descriptionOf(table), table.columns, rows]);
  return {
    table,
    source: {
      name: sourceName,
      sha256: createHash("sha256").update(content).digest("hex"),
      bytes: Buffer.byteLength(content),
    },
  };
}

/** What the store lacks or holds in a former version. */
function stale(references: readonly Reference[], { tables }: Manifest): Reference[] {
  return references.filter(({ table, source }) => {
    const files = tables[table.name]?.files ?? [];
    return files.length !== 1 || files[0]?.source?.sha256 !== source.sha256;
  });
}

/** Tables that came from `data/` and are no longer there. */
function obsolete(references: readonly Reference[], { tables }: Manifest): string[] {
  const names = new Set(references.map(({ table }) => table.name));
  return Object.entries(tables)
    .filter(
      ([name, { files }]) => !names.has(name) && files.every(({ source }) => source?.name === sourceName),
    )
    .map(([name]) => name);
}

async function writeReferences(
  references: readonly Reference[],
  writer: StoreWriter,
  effects: PipelineEffects,
): Promise<string[]> {
  // Read again under the lock: another import may have done it meanwhile.
  const wanted = stale(references, writer.manifest());
  const importedAt = effects.now().toISOString();
  await withDuckDB(writer.workFolder, { memory: "400MB", threads: 1 }, async (connection) => {
    for (const { table, source } of wanted) {
      for (const file of table.files) {
        const draft = draftRows(writer.workFolder, table, file);
        const { path, rows } = await writeParquet(connection, writer.workFolder, draft);
        const parquet = join(writer.workFolder, path);
        await writer.add(table.name, descriptionOf(table), {
          name: file.name,
          parquet,
          rows,
          source: { ...source, importedAt },
        });
      }
    }
  });
  for (const name of obsolete(references, writer.manifest())) await writer.remove(name, () => true);
  return wanted.map(({ table }) => table.name);
}
