import { checkStore, counted, type StoreCheck } from "@atelier-damir/pipeline";
import { sampleFolder, storeFolder, UserError } from "damir";
import { Progress, QuietProgress, type TerminalEffects } from "./terminal.js";

/**
 * `damir data check`: reads the store and the sample to their last byte.
 * @throws UserError when they aren't what their manifests say
 */
export async function checkData(home: string, json: boolean, effects: TerminalEffects): Promise<void> {
  const progress = json ? new QuietProgress(effects) : new Progress(effects);
  const checks: StoreCheck[] = [];
  try {
    for (const folder of [storeFolder(home), sampleFolder(home)]) {
      const check = await checkStore(folder, (_, done, total) => {
        progress.progress(`Vérification de ${folder}`, done, total);
      });
      if (check) checks.push(check);
    }
  } finally {
    progress.done();
  }
  const ok = checks.every(({ faults }) => faults.length === 0);
  if (json) effects.out(`${JSON.stringify({ ok, stores: checks }, null, 2)}\n`);
  else if (checks.length === 0)
    effects.out(`Rien à vérifier dans ${home} : ni données importées, ni échantillon.\n`);
  else for (const check of checks) effects.out(verdict(check));
  if (!ok) {
    const faults = checks.flatMap(({ folder, faults }) => faults.map((fault) => `${folder}/${fault}.`));
    throw new UserError(
      `${faults.join("\n")}\nRefaites ce qui est abîmé : « damir data pull … --force » ou « damir data add … » pour des données importées, « damir data sample --force » pour l'échantillon.`,
    );
  }
}

function verdict({ folder, files, rows, faults, outdated, leftovers }: StoreCheck): string {
  const left =
    leftovers.length > 0
      ? ` ${counted(leftovers.length, "fichier")} d'un import interrompu, sans effet : le prochain import fera le ménage.`
      : "";
  const older = outdated.map(
    (what) =>
      `  Importé par une version antérieure du projet : ${what}. Les lignes sont justes ; ces colonnes viendront avec un nouvel import (damir data pull … --force, ou damir data add …).\n`,
  );
  const state =
    faults.length === 0
      ? `${folder} : ${counted(files, "fichier")} et ${counted(rows, "ligne")}, conformes au manifeste (taille, sha256, lignes, sommes).${left}\n`
      : `${folder} : ${counted(faults.length, "fichier")} à refaire sur ${files}.${left}\n`;
  return `${state}${older.join("")}`;
}
