import {
  counted,
  datasetOf,
  readableSize,
  readCatalogue,
  readers,
  type ImportedFile,
} from "@atelier-damir/pipeline";
import { UserError } from "damir";
import { Progress, QuietProgress, type TerminalEffects } from "./terminal.js";

/** `damir data add`: published files that one already has, into the store. */
export async function addData(
  id: string,
  files: string[],
  home: string,
  { json = false, jobs = 1 }: { json?: boolean; jobs?: number },
  effects: TerminalEffects,
): Promise<void> {
  const dataset = datasetOf(readCatalogue(), id);
  const reader = readers[dataset.format.lecteur];
  if (!reader) throw new UserError(`${id} : cette version ne sait pas encore le lire.`);
  const progress = json ? new QuietProgress(effects) : new Progress(effects);
  try {
    const received = files.map((path) => ({ path }));
    const imported = await reader.add(received, home, progress, { jobs });
    progress.done();
    if (json) effects.out(`${JSON.stringify({ imported }, null, 2)}\n`);
    else for (const file of imported) effects.out(`${summaryOf(file)}\n`);
  } finally {
    progress.done();
  }
}

/** Tables that keep every row of the published file; the others are sums, means or a choice of its rows. */
const wholeTables = new Set(["damir", "damir_departement", "damir_national"]);

/** What became of a published file, as people read it. */
export function summaryOf(file: ImportedFile): string {
  const what = file.month === undefined ? `table ${file.table}` : `mois ${file.month}`;
  const proof = wholeTables.has(file.table)
    ? "Lignes et totaux identiques à ceux du fichier publié."
    : "Relue et vérifiée.";
  return [
    `${file.source} : ${what} ${verbOf(file)}, ${sizeOf(file)}. ${proof}`,
    ...file.notes.map((note) => `  ${note}`),
  ].join("\n");
}

function verbOf({ month, replaced, storedRows }: ImportedFile): string {
  const ending = month === undefined ? "e" : "";
  if (storedRows !== undefined) return replaced ? "mise à jour" : "complétée";
  return `${replaced ? "remplacé" : "importé"}${ending}`;
}

/** A table that keeps rows of other files has a size of its own, which isn't this file's. */
function sizeOf({ rows, storedRows, bytes }: ImportedFile): string {
  return storedRows === undefined
    ? `${counted(rows, "ligne")}, ${readableSize(bytes)}`
    : `${counted(rows, "ligne")} de ce fichier ; avec les autres : ${counted(storedRows, "ligne")}, ${readableSize(bytes)}`;
}
