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

/**
 * The site to publish on.
 * @param demo true for the test site
 * @param env DATAGOUV_URL names another site that speaks the same API, to try a publication without the real ones
 * @throws UserError when that address isn't one, or isn't protected
 */
export function chosenSite(demo: boolean, env: NodeJS.ProcessEnv): DatagouvSite {
  const other = env["DATAGOUV_URL"];
  if (!other) return demo ? datagouvDemo : datagouv;
  if (!URL.canParse(other)) {
    throw new UserError(`DATAGOUV_URL n'est pas une adresse : ${other}. Enlevez-la, ou corrigez-la.`);
  }
  return siteOf(other, demo);
}
