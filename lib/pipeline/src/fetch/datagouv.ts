import { UserError } from "damir";
import { z } from "zod";
import type { AccessOf, Dataset } from "../catalogue/dataset.js";
import type { FetchEffects } from "./fetch-effects.js";
import type { HttpClient } from "./http-client.js";
import { persist } from "./patience.js";
import { dayOf, filled, type Located, type RemoteFile } from "./remote-file.js";

const site = "https://www.data.gouv.fr/api";
const pageSize = 100;
/** No dataset has as many resources. */
const mostPages = 200;

const resourcePage = z.object({
  data: z.array(
    z.object({
      id: z.uuid(),
      title: z.string().nullish(),
      url: z.string().nullish(),
      filesize: z.number().nullish(),
      last_modified: z.string().nullish(),
    }),
  ),
  next_page: z.string().nullish(),
});
type Resource = z.output<typeof resourcePage>["data"][number];

const datasetCard = z.object({ last_update: z.string().nullish(), last_modified: z.string().nullish() });

/** The address of a resource that stays when the file behind it changes. */
export function stableAddress(resource: string): string {
  return `${site}/1/datasets/r/${resource}`;
}

/**
 * Finds files among a dataset's resources on data.gouv.fr.
 * @param months wanted, `AAAA-MM`; undefined for all there is
 * @throws UserError when no resource looks like what the catalogue describes
 */
export async function findResources(
  dataset: Dataset,
  access: AccessOf<"datagouv-api">,
  months: string[] | undefined,
  client: HttpClient,
  effects: FetchEffects,
): Promise<Located> {
  const resources = await listResources(access.jeu, client, effects);
  const candidates = resources.flatMap((resource) => candidateOf(resource, access, dataset) ?? []);
  if (candidates.length === 0) {
    const some = resources.slice(0, 5).map(({ title, id }) => title ?? id);
    throw new UserError(
      `Aucun fichier de ${dataset.page} (il y en a ${resources.length}) ne porte un nom connu${some.length > 0 ? ` (on y trouve : ${some.join(", ")})` : ""}. Leurs noms ont pu changer : corrigez « motif » dans data/catalogue/${dataset.id}.yaml, ou téléchargez-les à la main puis importez-les avec « damir data add ${dataset.id} FICHIER ».`,
    );
  }
  const first = dataset.periode.pas === "aucune" ? undefined : dataset.periode.debut;
  const all = [...new Set(candidates.flatMap((candidate) => candidate.months))]
    .filter((month) => month >= (first ?? ""))
    .sort();
  const chosen = new Map<string, RemoteFile>();
  const missing = new Set<string>();
  const roles = [...new Set(access.ressources.map(({ role }) => role))];
  for (const role of roles) {
    const ofRole = candidates.filter((candidate) => candidate.role === role).sort((a, b) => a.rank - b.rank);
    for (const month of months ?? all) {
      const best = ofRole.find((candidate) => candidate.months.includes(month));
      if (best) chosen.set(best.file.name, best.file);
      else
        missing.add(
          `${roles.length > 1 ? `${role} ` : ""}${dataset.periode.pas === "annee" ? month.slice(0, 4) : month}`,
        );
    }
  }
  return { files: [...chosen.values()], missing: months === undefined ? [] : [...missing] };
}

/**
 * The day a dataset was last updated, as its card on data.gouv.fr says.
 * @returns undefined where the card doesn't say
 */
export async function lastUpdate(
  id: string,
  client: HttpClient,
  effects: FetchEffects,
): Promise<string | undefined> {
  const card = datasetCard.safeParse(await answer(`${site}/1/datasets/${id}/`, client, effects));
  return card.success ? dayOf(card.data.last_update ?? card.data.last_modified) : undefined;
}

async function listResources(
  dataset: string,
  client: HttpClient,
  effects: FetchEffects,
): Promise<Resource[]> {
  const resources: Resource[] = [];
  for (let page = 1; page <= mostPages; page++) {
    const url = `${site}/2/datasets/${dataset}/resources/?page=${page}&page_size=${pageSize}`;
    const read = resourcePage.safeParse(await answer(url, client, effects));
    if (!read.success) throw new UserError(unreadable(url), { cause: read.error });
    resources.push(...read.data.data);
    if (!read.data.next_page || read.data.data.length === 0) break;
  }
  return resources;
}

async function answer(url: string, client: HttpClient, effects: FetchEffects): Promise<unknown> {
  const { text } = await persist("data.gouv.fr", effects, () => client.text(url));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError(unreadable(url), { cause });
  }
}

function unreadable(url: string): string {
  return `La réponse de ${url} n'est pas celle qu'on attend de data.gouv.fr. Réessayez plus tard ; si cela dure, son API a changé : signalez-le aux mainteneurs du projet.`;
}

interface Candidate {
  role: string;
  /** Place of its rule, then of the version: the least wins. */
  rank: number;
  months: string[];
  file: RemoteFile;
}

function candidateOf(
  resource: Resource,
  access: AccessOf<"datagouv-api">,
  dataset: Dataset,
): Candidate | undefined {
  const names = [pathOf(resource.url), resource.title ?? ""];
  for (const [place, rule] of access.ressources.entries()) {
    const pattern = new RegExp(rule.motif, "i");
    const match = names.map((name) => pattern.exec(name)).find((found) => found !== null);
    if (!match) continue;
    const { annee, mois } = match.groups ?? {};
    const updated = dayOf(resource.last_modified);
    return {
      role: rule.role,
      // Of two versions under one rule, the most recent.
      rank: place - Number((updated ?? "0").replaceAll("-", "")) / 1e9,
      months: monthsCovered(annee, mois),
      file: {
        name: filled(rule.nom, match.groups ?? {}),
        url: stableAddress(resource.id),
        content: rule.contenu ?? dataset.format.contenu,
        alternatives: [],
        ...(resource.filesize ? { bytes: resource.filesize } : {}),
        ...(updated === undefined ? {} : { updated }),
        optional: false,
        ...(annee === undefined ? {} : { group: annee }),
      },
    };
  }
  return undefined;
}

function monthsCovered(year: string | undefined, month: string | undefined): string[] {
  if (year === undefined) return [];
  if (month !== undefined) return [`${year}-${month}`];
  return Array.from({ length: 12 }, (_, index) => `${year}-${String(index + 1).padStart(2, "0")}`);
}

function pathOf(url: string | null | undefined): string {
  if (!url || !URL.canParse(url)) return "";
  const { pathname } = new URL(url);
  try {
    return decodeURIComponent(pathname);
  } catch {
    // A stray % in an address: the path as it stands still tells the file's name.
    return pathname;
  }
}
