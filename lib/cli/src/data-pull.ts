import {
  bytesToFetch,
  counted,
  datasetOf,
  diskNeeded,
  downloadsFolder,
  HttpClient,
  keepsOriginals,
  looksLikePeriod,
  periodFromText,
  planPull,
  pull,
  readableSize,
  readCatalogue,
  type FileState,
  type PullPlan,
  type PullRequest,
} from "@atelier-damir/pipeline";
import { UserError } from "damir";
import { summaryOf } from "./data-add.js";
import { Progress, QuietProgress, type TerminalEffects } from "./terminal.js";

/** Options of `damir data pull`. */
export interface PullCommandOptions {
  jobs: number;
  keep?: boolean;
  force?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

/**
 * `damir data pull`: fetches published files and imports them.
 * @param words datasets of the catalogue, each followed by its periods if any
 * @throws UserError when something of it couldn't be had; what could is in the store
 */
export async function pullData(
  words: string[],
  home: string,
  options: PullCommandOptions,
  effects: TerminalEffects,
): Promise<void> {
  const requests = requestsFrom(words);
  const event = (name: string, facts: object) => {
    if (options.json) effects.out(`${JSON.stringify({ event: name, ...facts })}\n`);
  };
  const progress = options.json
    ? new QuietProgress(effects, (step) => {
        event("progress", step);
      })
    : new Progress(effects);
  const client = new HttpClient(progress);
  try {
    const plan = await planPull(requests, home, options.force ?? false, client, progress);
    const disk = diskNeeded(plan, options.jobs, (dataset) => keepsOriginals(dataset, options));
    event("plan", { ...planAsFacts(plan), bytes: bytesToFetch(plan), disk });
    const announce = options.dryRun ? effects.out : effects.err;
    if (!options.json) announce(announcement(plan, disk, options.dryRun ?? false));
    if (options.dryRun) return;
    if (effects.interruption) {
      effects.interruption.message = `Interrompu : vos données restent comme elles étaient et ce qui est téléchargé est gardé dans ${downloadsFolder(home)}. Relancez la même commande : elle reprendra où elle en est.`;
    }
    const outcome = await pull(
      plan,
      home,
      {
        jobs: options.jobs,
        force: options.force ?? false,
        ...(options.keep === undefined ? {} : { keep: options.keep }),
        onImported: (dataset, file) => {
          progress.done();
          event("imported", { dataset: dataset.id, ...file });
          if (!options.json) effects.out(`${summaryOf(file)}\n`);
        },
      },
      client,
      progress,
    );
    progress.done();
    event("done", {
      imported: outcome.imported.length,
      unchanged: outcome.unchanged,
      missing: plan.missing,
      failures: outcome.failures,
    });
    if (!options.json && outcome.imported.length === 0 && outcome.failures.length === 0)
      effects.out("Tout est déjà là, tel que publié.\n");
    if (outcome.failures.length > 0) throw new UserError(outcome.failures.join("\n"));
  } finally {
    progress.done();
    await client.close();
  }
}

/** Each period speaks of the dataset before it. */
/**
 * What the words of a command ask for: datasets of the catalogue, each followed by its periods if any.
 * @throws UserError when a period comes before any dataset, or a word is neither
 */
export function requestsFrom(words: string[]): PullRequest[] {
  const catalogue = readCatalogue();
  const requests: (PullRequest & { periods: PullRequest["periods"][number][] })[] = [];
  for (const word of words) {
    if (!looksLikePeriod(word)) {
      const dataset = datasetOf(catalogue, word);
      if (!requests.some((other) => other.dataset === dataset)) requests.push({ dataset, periods: [] });
      continue;
    }
    const request = requests.at(-1);
    if (!request)
      throw new UserError(
        `Dites d'abord quel jeu de données, puis la période : damir data pull open-damir ${word}`,
      );
    request.periods.push(periodFromText(word));
  }
  return requests;
}

const states: Record<FileState, string> = {
  fetch: "à télécharger",
  resume: "à reprendre",
  import: "téléchargé, à importer",
  unchanged: "déjà là, inchangé",
};

/** Files one by one below this number; beyond, people want the sum. */
const mostLines = 24;

function announcement(plan: PullPlan, disk: number, dry: boolean): string {
  const active = plan.files.filter(({ state }) => state !== "unchanged");
  const lines = (dry || plan.files.length <= mostLines ? plan.files : []).map(
    ({ remote, state, bytes, here, estimated }) => {
      const size = `${estimated ? "environ " : ""}${readableSize(bytes)}`;
      return `  ${remote.name} : ${states[state]}, ${state === "resume" ? `${readableSize(here)} déjà là sur ` : ""}${size}`;
    },
  );
  const missing = plan.missing.length > 0 ? [missingFrom(plan.missing)] : [];
  const approximate = active.some(({ estimated }) => estimated) ? "environ " : "";
  const total =
    active.length > 0
      ? [
          `${counted(active.length, "fichier")}, ${approximate}${readableSize(bytesToFetch(plan))} à télécharger ; il faut environ ${readableSize(disk)} de disque le temps de l'import.`,
        ]
      : [];
  const nothing = dry && active.length === 0 ? ["Tout est déjà là, tel que publié."] : [];
  return [...lines, ...missing, ...total, ...nothing].map((line) => `${line}\n`).join("");
}

/** Names of a dataset beyond which a list says less than its length. */
const mostNames = 6;

/** What isn't published, dataset by dataset: `--json` has every name. */
function missingFrom(missing: PullPlan["missing"]): string {
  const byDataset = new Map<string, string[]>();
  for (const what of missing) {
    const [id = "", ...name] = what.split(" ");
    byDataset.set(id, [...(byDataset.get(id) ?? []), name.join(" ")]);
  }
  const parts = [...byDataset].map(([id, names]) => {
    if (names.length <= mostNames) return `${id} ${names.join(", ")}`;
    return `${id} ${names.slice(0, 2).join(", ")}… ${names.at(-1) ?? ""} (${names.length} en tout)`;
  });
  const cut = [...byDataset.values()].some((names) => names.length > mostNames);
  return `Pas encore ou plus publié : ${parts.join(" ; ")}.${cut ? " Tous les noms : --dry-run --json." : ""}`;
}

function planAsFacts(plan: PullPlan): object {
  return {
    files: plan.files.map(({ dataset, remote, state, bytes, estimated, here }) => ({
      dataset: dataset.id,
      name: remote.name,
      url: remote.url.replace(/([?&])token=[^&]*&?/, "$1"),
      state,
      bytes,
      estimated,
      here,
    })),
    missing: plan.missing,
  };
}
