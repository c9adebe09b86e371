import {
  bytesToMirror,
  counted,
  HttpClient,
  mirror,
  monthsOf,
  planMirror,
  readableSize,
  type PullRequest,
} from "@atelier-damir/pipeline";
import { Progress, QuietProgress, type TerminalEffects } from "./terminal.js";

/** Options of `damir data pull --from`. */
export interface MirrorCommandOptions {
  from: string;
  jobs: number;
  dryRun?: boolean;
  json?: boolean;
}

/**
 * `damir data pull --from`: copies the store that another machine serves, or part of it, into this one.
 * @throws UserError when something of it couldn't be had; what came is in the store
 */
export async function mirrorData(
  requests: readonly PullRequest[],
  home: string,
  options: MirrorCommandOptions,
  effects: TerminalEffects,
): Promise<void> {
  const progress = options.json ? new QuietProgress(effects) : new Progress(effects);
  const client = new HttpClient(progress);
  const event = (name: string, facts: object) => {
    if (options.json) effects.out(`${JSON.stringify({ event: name, ...facts })}\n`);
  };
  try {
    const wanted = requests.map(({ dataset, periods }) => ({
      dataset,
      ...(periods.length > 0 ? { months: monthsOf(periods) } : {}),
    }));
    const plan = await planMirror(options.from, wanted, home, client, progress);
    const { missing, unchanged } = plan;
    const bytes = bytesToMirror(plan);
    event("plan", { from: plan.from, files: missing.map(({ file }) => file.path), bytes, unchanged });
    if (!options.json) {
      const announce = options.dryRun ? effects.out : effects.err;
      const kept = unchanged > 0 ? ` ; ${counted(unchanged, "fichier")} y sont déjà` : "";
      announce(
        missing.length === 0
          ? `Tout ce que ${plan.from} a est déjà ici (${counted(unchanged, "fichier")}).\n`
          : `${counted(missing.length, "fichier")} à copier de ${plan.from}, ${readableSize(bytes)}${kept}.\n`,
      );
    }
    if (options.dryRun) return;
    if (effects.interruption) {
      effects.interruption.message =
        "Interrompu : ce qui est copié est gardé. Relancez la même commande : elle reprendra où elle en est.";
    }
    await mirror(plan, home, options.jobs, client, progress, ({ table, file }) => {
      progress.done();
      event("imported", { table, path: file.path, rows: file.rows, bytes: file.bytes });
      if (!options.json) effects.out(`${file.path} : ${counted(file.rows, "ligne")}, copié et vérifié.\n`);
    });
    event("done", { imported: missing.length, unchanged });
  } finally {
    progress.done();
    await client.close();
  }
}
