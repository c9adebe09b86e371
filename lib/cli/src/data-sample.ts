import { ensureSample } from "@atelier-damir/pipeline";
import { Progress, type TerminalEffects } from "./terminal.js";

/** `damir data sample`: the synthetic sample, unless it is already there and whole. */
export async function sampleData(home: string, force: boolean, effects: TerminalEffects): Promise<void> {
  const progress = new Progress(effects);
  try {
    const { made, folder } = await ensureSample(home, force, progress);
    progress.done();
    effects.out(
      made
        ? `Échantillon synthétique prêt dans ${folder}. Ses lignes sont inventées : rien de ce qu'on en tire ne décrit la réalité.\n`
        : `L'échantillon est déjà là et complet dans ${folder} (--force pour le refaire).\n`,
    );
  } finally {
    progress.done();
  }
}
