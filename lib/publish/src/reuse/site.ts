import { UserError } from "damir";

/** A data.gouv.fr: the real one, or the one for tests. */
export interface DatagouvSite {
  /** Start of the API's addresses, with its final slash. */
  api: string;
  /** Start of the pages' addresses, with its final slash. */
  web: string;
  /** True for the test site, whose cards nobody takes for real ones. */
  demo: boolean;
}

export const datagouv: DatagouvSite = siteOf("https://www.data.gouv.fr/", false);
export const datagouvDemo: DatagouvSite = siteOf("https://demo.data.gouv.fr/", true);

/**
 * A site that speaks data.gouv.fr's API.
 * @param web address of its home page
 * @throws UserError when a key would travel unprotected: only this machine may be spoken to without TLS
 */
export function siteOf(web: string, demo: boolean): DatagouvSite {
  const url = new URL(web);
  if (url.protocol !== "https:" && !["127.0.0.1", "localhost", "[::1]"].includes(url.hostname)) {
    throw new UserError(`${url.origin} n'est pas en https : votre clé n'y est pas envoyée.`);
  }
  return { api: `${url.origin}/api/1/`, web: `${url.origin}/`, demo };
}
