import { UserError } from "damir";
import { requireGoodCard, tagSlug, type LinkedDataset, type ReuseCard } from "./card.js";
import type { DatagouvClient, Reuse } from "./datagouv-client.js";
import { explained, isUncertain, Refusal } from "./refusal.js";
import type { DatagouvSite } from "./site.js";

/** How a réutilisation is published. */
export interface ReuseOptions {
  /** Leaves it a draft, to be read on the site before it is public. */
  draft?: boolean;
  /** Takes back a card that its owner had deleted. */
  restore?: boolean;
}

/** A réutilisation, published. */
export interface ReuseOutcome {
  id: string;
  /** Address of the card. */
  page: string;
  created: boolean;
  public: boolean;
}

const mostTries = 3;
const analysisExtra = "atelier-damir:analyse";

/**
 * Publishes the card of an analysis, or brings it up to date: always the same card, found by the address of its page or by the name of
 * the analysis in its extras. In the site's own order (draft, image, public), so that a failure leaves a draft that the next run goes on
 * with, never half a public card.
 * @param report told in French, for the user, what is worth knowing
 * @throws UserError when the card isn't ready, or the site refuses or doesn't answer: it says what is left on the site, and what to do
 */
export async function publishReuse(
  card: ReuseCard,
  client: DatagouvClient,
  site: DatagouvSite,
  report: (message: string) => void,
  { draft = false, restore = false }: ReuseOptions = {},
): Promise<ReuseOutcome> {
  requireGoodCard(card, { draft: draft && site.demo });
  const untouched = "Rien n'a changé sur le site.";
  const step = async <Value>(doing: string, state: string, work: () => Promise<Value>): Promise<Value> => {
    try {
      return await work();
    } catch (error) {
      throw explained(error, doing, state, site);
    }
  };

  const datasets = await step("la recherche des jeux de données", untouched, () =>
    resolveDatasets(card.datasets, client, site, report),
  );
  const { organization } = card;
  const owner =
    organization === undefined
      ? {}
      : {
          organization: await step("la recherche de l'organisation", untouched, () =>
            client.organization(organization),
          ),
        };
  const fields = { ...fieldsOf(card, datasets), ...owner };
  const find = (state: string) =>
    step("la recherche de votre fiche parmi vos réutilisations", state, async () =>
      findCard(await client.mine(), card),
    );

  let existing = await find(untouched);
  if (existing?.deleted) {
    existing = await restored(existing, restore, step, client);
  }
  let reuse: Reuse;
  if (existing === undefined) {
    const uncertain = "La fiche n'est pas publique ; si le site l'a créée malgré tout, c'est un brouillon.";
    reuse = await step("la création de la fiche", uncertain, () =>
      createDraft(fields, client, () => find(uncertain), card.url, site),
    );
  } else {
    const { id, url } = existing;
    const state = existing.private
      ? "Le brouillon reste comme il était."
      : "La fiche publique reste comme elle était.";
    reuse = await step("la mise à jour de la fiche", state, async () => {
      try {
        return await client.update(id, fields);
      } catch (error) {
        throw isTaken(error) ? addressRefused(error, card.url, site, state) : error;
      }
    });
    if (url !== card.url) report(`La fiche menait à ${url} ; elle mène maintenant à ${card.url}.`);
  }

  const isDraft = reuse.private ?? existing === undefined;
  const page = reuse.page ?? `${site.web}reuses/${reuse.id}/`;
  const { image } = card;
  if (image) {
    await step(
      "l'envoi de l'image",
      isDraft
        ? `La fiche est un brouillon, que vous seul voyez : ${page}.`
        : `La fiche est à jour, avec son ancienne image : ${page}.`,
      () => client.setImage(reuse.id, image),
    );
  } else {
    report(
      "Rien n'est dessiné dans l'analyse : la fiche n'a pas d'image. Ajoutez-en une sur le site, ou avec --image.",
    );
  }
  if (isDraft && !draft) {
    await step("la publication de la fiche", `La fiche est un brouillon complet : ${page}.`, () =>
      client.update(reuse.id, { private: false }),
    );
  }
  return { id: reuse.id, page, created: existing === undefined, public: !isDraft || !draft };
}

/** What is sent of a card, whether to create it or to change it. */
export function fieldsOf(card: ReuseCard, datasets: readonly string[]): Record<string, unknown> {
  return {
    title: card.title.trim(),
    description: card.description.trim(),
    url: card.url,
    type: "visualization",
    topic: "health",
    tags: [...new Set(card.tags.map(tagSlug))],
    datasets: [...datasets],
    extras: {
      [analysisExtra]: card.slug,
      "atelier-damir:version": card.version,
      "atelier-damir:sources": card.sources.map(({ table, title, producer, licence, updated, sha256 }) => ({
        table,
        title,
        producer,
        licence,
        ...(updated === undefined ? {} : { updated }),
        ...(sha256 === undefined ? {} : { sha256 }),
      })),
    },
  };
}

/** The card of an analysis among one's own: the address is the site's own rule of uniqueness, deleted cards included. */
export function findCard(
  mine: readonly Reuse[],
  { url, slug }: Pick<ReuseCard, "url" | "slug">,
): Reuse | undefined {
  const sameAddress = mine.filter((reuse) => reuse.url === url);
  const byAddress = sameAddress.find(({ deleted }) => !deleted) ?? sameAddress[0];
  if (byAddress) return byAddress;
  const sameAnalysis = mine.filter(({ deleted, extras }) => !deleted && extras?.[analysisExtra] === slug);
  if (sameAnalysis.length > 1) {
    throw new UserError(
      `Vous avez ${sameAnalysis.length} fiches de l'analyse « ${slug} », à d'autres adresses que ${url} : ${sameAnalysis.map((reuse) => reuse.url).join(", ")}. Supprimez sur le site celles qui ne servent plus, puis relancez.`,
    );
  }
  return sameAnalysis[0];
}

/** Creates the card as a draft. What the site did isn't always known: it is looked at before anything is tried again. */
async function createDraft(
  fields: Record<string, unknown>,
  client: DatagouvClient,
  find: () => Promise<Reuse | undefined>,
  url: string,
  site: DatagouvSite,
): Promise<Reuse> {
  for (let tries = 1; ; tries++) {
    try {
      return await client.create({ ...fields, private: true });
    } catch (error) {
      const taken = isTaken(error);
      if (!taken && !isUncertain(error)) throw error;
      await client.pause();
      const found = await find();
      // Created while the answer was lost, or from elsewhere in between: ours in both cases.
      if (found && !found.deleted) return await client.update(found.id, fields);
      if (taken) throw addressRefused(error, url, site, "Aucune fiche n'a été créée.");
      if (tries === mostTries) throw error;
    }
  }
}

function isTaken(error: unknown): error is Refusal {
  return error instanceof Refusal && error.status === 400 && error.fields.has("url");
}

function addressRefused(error: Refusal, url: string, site: DatagouvSite, state: string): UserError {
  return new UserError(
    `${new URL(site.web).host} refuse l'adresse ${url} : « ${error.fields.get("url") ?? ""} ». Aucune de vos fiches ne l'a : ou bien une autre personne (ou l'une de vos organisations) a déjà une fiche pour cette page, publique, en brouillon ou supprimée, et c'est elle qui doit la mettre à jour ; ou bien le site n'accepte pas cette adresse. Publiez sous un autre nom de page (--slug), ou demandez à support@data.gouv.fr. ${state}`,
    { cause: error },
  );
}

async function restored(
  existing: Reuse,
  restore: boolean,
  step: <Value>(doing: string, state: string, work: () => Promise<Value>) => Promise<Value>,
  client: DatagouvClient,
): Promise<Reuse> {
  if (!restore) {
    throw new UserError(
      `Vous avez supprimé la fiche de cette page (le ${(existing.deleted ?? "").slice(0, 10)}), et le site lui garde son adresse. Pour la rétablir et la mettre à jour : ajoutez --restore. Rien n'a changé sur le site.`,
    );
  }
  return step("le rétablissement de la fiche", "Elle reste supprimée.", () =>
    client.update(existing.id, { deleted: null }),
  );
}

async function resolveDatasets(
  datasets: readonly LinkedDataset[],
  client: DatagouvClient,
  site: DatagouvSite,
  report: (message: string) => void,
): Promise<string[]> {
  const found = new Set<string>();
  for (const { title, name } of datasets) {
    const id = await client.dataset(name);
    if (id === undefined) {
      report(
        `Le jeu « ${title} » (${name}) n'est pas, ou plus, sur ${new URL(site.web).host} : la fiche ne peut pas y renvoyer, la page le cite toujours.`,
      );
    } else found.add(id);
  }
  if (found.size > 0) return [...found];
  throw new UserError(
    `Aucun des jeux de données lus n'est sur ${new URL(site.web).host} : une réutilisation sans jeu y reste invisible. ${
      site.demo
        ? "Le site de démonstration n'a pas tous les jeux du vrai."
        : "S'ils ont changé de nom, corrigez « datagouv » dans data/catalogue/."
    } Rien n'a changé sur le site.`,
  );
}
