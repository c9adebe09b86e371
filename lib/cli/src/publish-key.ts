import { dirname, resolve } from "node:path";
import {
  ApiKey,
  DatagouvClient,
  findKey,
  HttpTransport,
  keepKey,
  keyFile,
  Refusal,
  type DatagouvSite,
} from "@atelier-damir/publish";
import { UserError } from "damir";
import { agreed, type TerminalEffects } from "./terminal.js";

const mostTries = 3;

/**
 * The key of data.gouv.fr: the environment's, the one kept, or the one that a person types, unseen. It is kept only if they agree, and
 * only once the site has taken it.
 * @returns undefined where there is none: nobody to ask, or no answer
 * @throws UserError when the site refuses three keys
 */
export async function keyFor(
  site: DatagouvSite,
  notebook: string,
  effects: TerminalEffects,
): Promise<ApiKey | undefined> {
  const { env, ask, askSecret, err } = effects;
  const found = await findKey(site, env);
  if (found || !ask || !askSecret) return found;
  const name = new URL(site.web).host;
  err(
    `La fiche sur ${name} demande une clé d'API : ${site.web}admin/me/profile (« Clés d'API »).\nSans clé, la page est publiée sans sa fiche.\n`,
  );
  for (let tries = 1; tries <= mostTries; tries++) {
    const text = await askSecret("Votre clé (elle ne s'affiche pas ; Entrée pour continuer sans) : ");
    if (text.trim() === "") return undefined;
    const key = keyOf(text, effects);
    if (!key || !(await isTaken(key, site, effects))) continue;
    const file = keyFile(site, env);
    if (agreed(await ask(`Garder cette clé dans ${file}, que vous seul lirez ? [o/N] `))) {
      err(`${await kept(key, site, notebook, env)}\n`);
    }
    return key;
  }
  throw new UserError(
    `${name} n'a pas reconnu votre clé. Rien n'est publié. Faites-en une autre, puis relancez.`,
  );
}

/** What became of a key to keep: one that can't be still serves this time. */
async function kept(
  key: ApiKey,
  site: DatagouvSite,
  notebook: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  try {
    return `Clé gardée : ${await keepKey(key, site, dirname(resolve(notebook)), env)}`;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    return `La clé n'est pas gardée : son fichier ne s'écrit pas${code}. Elle sert cette fois.`;
  }
}

function keyOf(text: string, { err }: TerminalEffects): ApiKey | undefined {
  try {
    return new ApiKey(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    err(`${error.message}\n`);
    return undefined;
  }
}

/** Whether the site takes the key; so it is said where it doesn't. One that doesn't answer will say it later. */
async function isTaken(key: ApiKey, site: DatagouvSite, { env, err }: TerminalEffects): Promise<boolean> {
  const transport = new HttpTransport(site, key, env);
  try {
    await new DatagouvClient(transport, () => Promise.resolve()).mine();
    return true;
  } catch (error) {
    if (!(error instanceof Refusal && error.status === 401)) return true;
    err(`${new URL(site.web).host} ne reconnaît pas cette clé.\n`);
    return false;
  } finally {
    await transport.close();
  }
}
