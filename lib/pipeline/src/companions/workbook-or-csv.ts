import type { StoreSource } from "damir";
import type { ReceivedFile } from "../dataset-reader.js";
import type { PipelineEffects } from "../effects.js";
import { openText } from "../formats/text-file.js";
import { fileKind, type TextSource } from "../formats/text-source.js";
import { Workbook } from "../formats/workbook.js";
import { progressOf, storeSource } from "./published-texts.js";

/** The two ways in which a producer publishes the same table. */
export interface TwoForms<T> {
  workbook(workbook: Workbook, onRead: (done: number, total: number) => void): Promise<T>;
  csv(text: TextSource, onRead: (read: number) => void): Promise<T>;
}

/**
 * Reads a file that comes as a workbook or as CSV: its bytes say which, not its name.
 * @throws UserError when it is neither, or its reader refuses it
 */
export async function readWorkbookOrCsv<T>(
  file: ReceivedFile,
  effects: PipelineEffects,
  forms: TwoForms<T>,
): Promise<{ published: T; source: StoreSource }> {
  const kind = await fileKind(file.path);
  if (kind === "zip" || kind === "old-workbook") {
    return Workbook.use(file.path, async (workbook) => ({
      published: await forms.workbook(workbook, (done, total) => {
        effects.progress(`Lecture de ${workbook.name}`, done, total);
      }),
      source: storeSource(workbook.archive.fingerprint, file.origin, effects),
    }));
  }
  const text = await openText(file.path);
  const published = await forms.csv(text, progressOf(text, effects));
  return { published, source: storeSource(text.fingerprint(), file.origin, effects) };
}
