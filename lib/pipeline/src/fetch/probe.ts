import type { BegunDownload } from "./download-record.js";
import { NotPublished, RefusedAnswer } from "./failure.js";
import type { FetchEffects } from "./fetch-effects.js";
import type { HttpClient } from "./http-client.js";
import { persist } from "./patience.js";
import { isPage, versionOf } from "./published-version.js";
import type { RemoteFile } from "./remote-file.js";

/** What servers answer that give a file but won't be asked about it. */
const notForHead = new Set([401, 403, 405, 501]);

/**
 * Finds which of a file's names is published, and its version, without fetching it.
 * @returns undefined where none is published and the file may be missing
 * @throws UserError when its server can't be reached, or answers what leaves the file's state unknown
 */
export async function probe(
  remote: RemoteFile,
  client: HttpClient,
  effects: FetchEffects,
): Promise<{ remote: RemoteFile; seen: BegunDownload } | undefined> {
  const candidates = [{ name: remote.name, url: remote.url }, ...remote.alternatives];
  for (const candidate of candidates) {
    const found = { ...remote, ...candidate, alternatives: [] };
    try {
      const answer = await persist(found.name, effects, () => client.open(found.url, { method: "HEAD" }));
      answer.body.destroy();
      return {
        remote: found,
        seen: isPage(answer) ? { url: found.url } : versionOf(answer, found, found.url),
      };
    } catch (error) {
      if (error instanceof NotPublished) continue;
      if (error instanceof RefusedAnswer && notForHead.has(error.status))
        return { remote: found, seen: { url: found.url } };
      throw error;
    }
  }
  if (remote.optional) return undefined;
  throw new NotPublished(
    `${remote.name} n'est pas publié à l'adresse attendue (${candidates.map(({ url }) => url).join(", ")}). Les adresses ont pu changer : corrigez-les dans data/catalogue, ou téléchargez le fichier à la main puis importez-le avec « damir data add ».`,
  );
}
