import { UserError } from "damir";
import type { Dataset } from "../catalogue/dataset.js";
import { findResources, lastUpdate, stableAddress } from "./datagouv.js";
import { datedAddresses } from "./dated-url.js";
import { NotPublished, RefusedAnswer, TransientFailure } from "./failure.js";
import type { FetchEffects } from "./fetch-effects.js";
import type { HttpClient } from "./http-client.js";
import type { Located } from "./remote-file.js";
import { findOnSessionPage } from "./session-page.js";

/**
 * Finds the published files of a dataset, each in the way that its catalogue file says.
 * @param months wanted, `AAAA-MM`; undefined for all that is usual
 * @throws UserError when nothing of what is asked is published
 */
export async function locate(
  dataset: Dataset,
  months: string[] | undefined,
  client: HttpClient,
  effects: FetchEffects,
): Promise<Located> {
  const located = await locatedBy(dataset, months, client, effects);
  if (located.files.length > 0) return located;
  const few = located.missing.slice(0, 12).join(", ");
  throw new UserError(
    `${dataset.id} : rien de ce que vous demandez n'est publié${few === "" ? "" : ` (${few}${located.missing.length > 12 ? "…" : ""})`}. Voyez ${dataset.page}`,
  );
}

async function locatedBy(
  dataset: Dataset,
  months: string[] | undefined,
  client: HttpClient,
  effects: FetchEffects,
): Promise<Located> {
  const { acces } = dataset;
  switch (acces.genre) {
    case "session-page": {
      const located = await findOnSessionPage(dataset, acces, months ?? [], client, effects);
      const updated = located.files.length > 0 ? await updateOf(dataset, client, effects) : undefined;
      if (updated === undefined) return located;
      return { ...located, files: located.files.map((file) => ({ ...file, updated })) };
    }
    case "datagouv-api":
      return findResources(dataset, acces, months, client, effects);
    case "dated-url":
      return datedAddresses(dataset, acces, months, effects.now());
    case "stable-resource": {
      const updated = await updateOf(dataset, client, effects);
      return {
        files: acces.fichiers.map(({ ressource, nom }) => ({
          name: nom,
          url: stableAddress(ressource),
          content: dataset.format.contenu,
          alternatives: [],
          ...(updated === undefined ? {} : { updated }),
          optional: false,
        })),
        missing: [],
      };
    }
  }
}

/** The files can come without the date of their update: it is worth a word, not a refusal. */
async function updateOf(
  dataset: Dataset,
  client: HttpClient,
  effects: FetchEffects,
): Promise<string | undefined> {
  const card = dataset.datagouv?.id ?? dataset.datagouv?.slug;
  if (card === undefined) return undefined;
  try {
    return await lastUpdate(card, client, effects);
  } catch (error) {
    if (!(error instanceof UserError || error instanceof TransientFailure)) throw error;
    effects.report(
      `data.gouv.fr ne dit pas quand ${dataset.id} a été mis à jour${reasonOf(error)}. La date manquera sous les tableaux ; le reste ne change pas.`,
    );
    return undefined;
  }
}

/** In a few words: what to do about a file that can't be had is no advice about a date. */
function reasonOf(error: UserError | TransientFailure): string {
  if (error instanceof TransientFailure) return ` (${error.message})`;
  if (error instanceof RefusedAnswer) return ` (réponse ${error.status})`;
  return error instanceof NotPublished ? " (sa fiche n'y est pas)" : "";
}
