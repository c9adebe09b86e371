import { storeFolder, UserError } from "damir";
import type { ImportedFile } from "../dataset-reader.js";
import { StoreWriter } from "../store-writer.js";

/**
 * Imports published files, or groups of files that go together, one after the other: each enters whole or not at all.
 * @throws UserError for the first that can't; its message says which entered before it
 */
export async function importEach<T>(
  items: readonly T[],
  home: string,
  one: (item: T, writer: StoreWriter) => Promise<ImportedFile[]>,
): Promise<ImportedFile[]> {
  const imported: ImportedFile[] = [];
  try {
    await StoreWriter.use(storeFolder(home), async (writer) => {
      for (const item of items) imported.push(...(await one(item, writer)));
    });
  } catch (error) {
    if (!(error instanceof UserError) || imported.length === 0) throw error;
    const done = [...new Set(imported.map(({ source }) => source))].join(", ");
    throw new UserError(`${error.message} Les fichiers d'avant sont importés : ${done}.`, { cause: error });
  }
  return imported;
}
