import {
  counted,
  datasetOf,
  monthsOf,
  periodFromText,
  planRemoval,
  readableSize,
  readCatalogue,
  remove,
} from "@atelier-damir/pipeline";
import { UserError } from "damir";
import { agreed, type TerminalEffects } from "./terminal.js";

/**
 * `damir data remove`: takes a dataset, or some of its months or years, out of the store, with its downloads.
 * @throws UserError when nobody is there to confirm and `--yes` wasn't said
 */
export async function removeData(
  id: string,
  periods: string[],
  home: string,
  options: { yes?: boolean; json?: boolean },
  effects: TerminalEffects,
): Promise<void> {
  const dataset = datasetOf(readCatalogue(), id);
  const months = periods.length > 0 ? monthsOf(periods.map(periodFromText)) : undefined;
  const removal = await planRemoval(dataset, months, home);
  const { stored, rows, years, downloaded } = removal;
  const bytes = [...stored, ...downloaded].reduce((sum, file) => sum + file.bytes, 0);
  const found = stored.flatMap(({ month }) => month ?? []).sort();
  const [first = "", last = ""] = [found[0], found.at(-1)];
  const span = found.length > 0 ? ` (mois ${first}${last === first ? "" : ` à ${last}`})` : "";
  const parts = [
    ...(stored.length > 0 ? [`${counted(stored.length, "fichier")} du magasin${span}`] : []),
    ...(downloaded.length > 0
      ? [`${counted(downloaded.length, "fichier")} du dossier des téléchargements`]
      : []),
  ];
  const removedRows = rows.reduce((sum, file) => sum + file.rows, 0);
  const what =
    rows.length > 0
      ? `${counted(removedRows, "ligne")} de ${years.join(", ")} dans ${counted(rows.length, "fichier")} du magasin`
      : `${parts.join(" et ")}, ${readableSize(bytes)}`;
  if (!options.yes) {
    if (!effects.ask) {
      throw new UserError(`${id} : ${what}. Ajoutez --yes pour les enlever sans confirmation.`);
    }
    const answer = await effects.ask(`Enlever ${what} ? [o/N] `);
    if (!agreed(answer)) {
      effects.out("Rien n'est enlevé.\n");
      return;
    }
  }
  await remove(removal, home);
  if (options.json)
    effects.out(`${JSON.stringify({ dataset: id, stored, rows, downloaded, bytes }, null, 2)}\n`);
  else effects.out(`Enlevé : ${what}.\n`);
}
