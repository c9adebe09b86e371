import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  chosenSite,
  findKey,
  publishNotebook,
  type CardOptions,
  type Host,
  type PublishEvent,
} from "@atelier-damir/publish";
import { UserError } from "damir";
import { hostOf, type DestinationOptions } from "./publish-destination.js";
import { keyFor } from "./publish-key.js";
import { tellPeople, tellPrograms } from "./publish-told.js";
import { agreed, type TerminalEffects } from "./terminal.js";

/** The options of `damir publish`. */
export interface PublishCommandOptions extends DestinationOptions {
  slug?: string;
  author?: string;
  email?: string;
  licence?: string;
  tag?: string[];
  image?: string;
  saved?: boolean;
  draft?: boolean;
  replace?: boolean;
  /** False for the page alone. */
  card: boolean;
  demo?: boolean;
  organization?: string;
  restore?: boolean;
  dryRun?: boolean;
  /** Minutes. */
  wait?: number;
  cellMinutes?: number;
  yes?: boolean;
  json?: boolean;
}

/**
 * `damir publish`: a notebook, its page, its réutilisation.
 * @throws UserError when it can't be published
 */
export async function publish(
  notebook: string,
  options: PublishCommandOptions,
  effects: TerminalEffects,
): Promise<void> {
  const { json = false, dryRun = false } = options;
  const tell = json ? tellPrograms(effects) : tellPeople(effects);
  const ended = { told: false };
  const report = (event: PublishEvent) => {
    if (event.event === "failed") ended.told = true;
    tell(event);
  };
  if (effects.interruption) effects.interruption.message = "Interrompu : rien n'est publié.";
  try {
    const host = await hostOf(options, effects.env);
    const { slug, author, email, licence, tag, saved, draft, replace, wait, cellMinutes } = options;
    const image = options.image === undefined ? undefined : await imageAt(options.image);
    const card = options.card ? await cardOf(notebook, host, options, effects) : undefined;
    await publishNotebook(
      notebook,
      {
        host,
        dryRun,
        ...(slug === undefined ? {} : { slug }),
        ...(author === undefined ? {} : { author }),
        ...(email === undefined ? {} : { email }),
        ...(licence === undefined ? {} : { licence }),
        ...(tag === undefined ? {} : { tags: tag }),
        ...(saved === undefined ? {} : { saved }),
        ...(draft === undefined ? {} : { draft }),
        ...(replace === undefined ? {} : { replace }),
        ...(wait === undefined ? {} : { patience: wait * 60_000 }),
        ...(cellMinutes === undefined ? {} : { cellSeconds: cellMinutes * 60 }),
        ...(image === undefined ? {} : { image }),
        ...(card === undefined ? {} : { card }),
      },
      {
        report,
        env: effects.env,
        now: effects.now,
        wait: effects.wait ?? ((duration) => sleep(duration)),
        agree: (summary) => agree(summary, options, effects),
      },
    );
  } catch (error) {
    if (json && !ended.told) {
      report({ event: "failed", message: error instanceof Error ? error.message : String(error) });
    }
    throw error;
  }
}

/** The card to make, with the key there is. */
async function cardOf(
  notebook: string,
  host: Host,
  { demo = false, dryRun = false, json = false, organization, restore }: PublishCommandOptions,
  effects: TerminalEffects,
): Promise<CardOptions> {
  const site = chosenSite(demo, effects.env);
  // Nobody is asked where a program reads, nothing is sent, or nothing serves the page.
  const quiet = dryRun || json || host.patience === undefined;
  const key = quiet ? await findKey(site, effects.env) : await keyFor(site, notebook, effects);
  return {
    site,
    key,
    ...(organization === undefined ? {} : { organization }),
    ...(restore === undefined ? {} : { restore }),
  };
}

async function agree(
  summary: string,
  { yes, json }: PublishCommandOptions,
  { ask, err }: TerminalEffects,
): Promise<boolean> {
  if (yes === true) return true;
  if (!ask || json === true) {
    throw new UserError(
      `Rien n'est publié : il faut votre accord. Ajoutez --yes pour le donner d'avance.\n${summary}`,
    );
  }
  err(`\n${summary}\n`);
  return agreed(await ask("Publier ? [o/N] "));
}

async function imageAt(path: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(path));
  } catch (cause) {
    throw new UserError(`L'image ${path} est introuvable ou illisible. Vérifiez le chemin (--image).`, {
      cause,
    });
  }
}
