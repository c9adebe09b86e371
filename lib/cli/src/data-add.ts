import { addOpenDamir, readableSize, type ImportedMonth } from "@atelier-damir/pipeline";
import { UserError } from "damir";
import { Progress, type TerminalEffects } from "./terminal.js";

/** Datasets that `damir data add` can read. */
const datasets: Record<string, typeof addOpenDamir> = { "open-damir": addOpenDamir };

/** `damir data add`: published files that one already has, into the store. */
export async function addData(
  dataset: string,
  files: string[],
  home: string,
  effects: TerminalEffects,
): Promise<void> {
  const add = datasets[dataset];
  if (!add) {
    throw new UserError(
      `Jeu de données inconnu : ${dataset}. Cette version sait importer : ${Object.keys(datasets).join(", ")}.`,
    );
  }
  const progress = new Progress(effects);
  try {
    for (const month of await add(files, home, progress)) effects.out(`${summary(month)}\n`);
  } finally {
    progress.done();
  }
}

function summary(month: ImportedMonth): string {
  const lines = [
    `${month.source} : mois ${month.month} ${month.replaced ? "remplacé" : "importé"}, ${month.rows.toLocaleString("fr-FR")} lignes, ${readableSize(month.bytes)}. Lignes et totaux identiques à ceux du fichier publié.`,
  ];
  if (month.shortRows > 0) {
    lines.push(
      `  ${month.shortRows.toLocaleString("fr-FR")} lignes plus courtes que la première : leurs derniers champs sont vides (null).`,
    );
  }
  if (month.missing.length > 0) {
    lines.push(`  Variables absentes de ce fichier (null) : ${month.missing.join(", ")}.`);
  }
  return lines.join("\n");
}
