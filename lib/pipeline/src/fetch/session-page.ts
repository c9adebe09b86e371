import { UserError } from "damir";
import type { AccessOf, Dataset } from "../catalogue/dataset.js";
import type { FetchEffects } from "./fetch-effects.js";
import type { HttpClient } from "./http-client.js";
import { persist } from "./patience.js";
import { yearsOf } from "./period.js";
import { filled, type Located, type RemoteFile } from "./remote-file.js";

/**
 * Finds monthly files on a list page whose links hold a token of the visit: the client keeps the visit's cookies, and
 * each file can ask for a fresh link when its token has gone stale.
 * @param months wanted, `AAAA-MM`
 * @throws UserError when the page lists nothing that the catalogue describes
 */
export async function findOnSessionPage(
  dataset: Dataset,
  access: AccessOf<"session-page">,
  months: readonly string[],
  client: HttpClient,
  effects: FetchEffects,
): Promise<Located> {
  const files: RemoteFile[] = [];
  const missing: string[] = [];
  for (const year of yearsOf(months)) {
    const links = await linksOf(dataset, access, year, client, effects);
    for (const month of months.filter((of) => of.startsWith(year))) {
      const name = nameOf(access, month);
      const wanted = filled(access.parametre, { nom: name });
      const url = links.get(wanted);
      if (url === undefined) {
        missing.push(month);
        continue;
      }
      files.push({
        name,
        url,
        content: dataset.format.contenu,
        alternatives: [],
        optional: false,
        renew: async () => {
          client.forget();
          const fresh = (await linksOf(dataset, access, year, client, effects)).get(wanted);
          if (fresh === undefined) {
            throw new UserError(`${name} n'est plus sur ${pageOf(access, year)}. Réessayez plus tard.`);
          }
          return fresh;
        },
      });
    }
  }
  return { files, missing };
}

/** The page's links by the file they lead to, as the page's own addresses name it. */
async function linksOf(
  dataset: Dataset,
  access: AccessOf<"session-page">,
  year: string,
  client: HttpClient,
  effects: FetchEffects,
): Promise<Map<string, string>> {
  const page = pageOf(access, year);
  const { text, url: at } = await persist(`Liste des fichiers de ${year}`, effects, () => client.text(page));
  const links = new Map<string, string>();
  for (const [, quoted, bare] of text.matchAll(/\bhref\s*=\s*(?:["']([^"']*)["']|([^\s"'>]+))/gi)) {
    const target = (quoted ?? bare ?? "").replaceAll(/&(amp|#38|#x26);/gi, "&").trim();
    if (!URL.canParse(target, at)) continue;
    const link = new URL(target, at);
    const file = link.searchParams.get("file");
    // A page that sends people elsewhere isn't the one the catalogue describes.
    if (file !== null && link.host === new URL(page).host) links.set(file, link.href);
  }
  if (links.size === 0) {
    throw new UserError(
      `${page} ne montre aucun fichier à télécharger : rien n'y est publié pour ${year}, ou la page a changé de forme. Ouvrez-la dans un navigateur ; un fichier téléchargé à la main s'importe avec « damir data add ${dataset.id} FICHIER ».`,
    );
  }
  return links;
}

function pageOf(access: AccessOf<"session-page">, year: string): string {
  return filled(access.page, { annee: year });
}

function nameOf(access: AccessOf<"session-page">, month: string): string {
  const rule = access.fichiers.find(
    ({ depuis = "", jusqu_a = "9999" }) => depuis <= month && month <= jusqu_a,
  );
  if (!rule) throw new UserError(`Le catalogue ne dit pas comment s'appelle le fichier de ${month}.`);
  const [annee = "", mois = ""] = month.split("-");
  return filled(rule.nom, { annee, mois });
}
