import { readableSize, readers, type ImportedFile } from "@atelier-damir/pipeline";
import { UserError } from "damir";
import { Progress, QuietProgress, type TerminalEffects } from "./terminal.js";

/** `damir data add`: published files that one already has, into the store. */
export async function addData(
  dataset: string,
  files: string[],
  home: string,
  json: boolean,
  effects: TerminalEffects,
): Promise<void> {
  const reader = readers[dataset];
  if (!reader) {
    throw new UserError(
      `Jeu de données inconnu : ${dataset}. Cette version sait importer : ${Object.keys(readers).join(", ")}.`,
    );
  }
  const progress = json ? new QuietProgress(effects) : new Progress(effects);
  try {
    const received = files.map((path) => ({ path }));
    const imported = await reader.add(received, home, progress);
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
  const done = file.month === undefined ? "importée" : "importé";
  const verb = file.replaced ? done.replace("import", "remplac") : done;
  const proof = wholeTables.has(file.table)
    ? "Lignes et totaux identiques à ceux du fichier publié."
    : "Relue et vérifiée.";
  return [
    `${file.source} : ${what} ${verb}, ${file.rows.toLocaleString("fr-FR")} lignes, ${readableSize(file.bytes)}. ${proof}`,
    ...file.notes.map((note) => `  ${note}`),
  ].join("\n");
}
