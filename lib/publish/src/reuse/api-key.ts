import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { inspect } from "node:util";
import { UserError } from "damir";
import type { DatagouvSite } from "./site.js";

const hidden = "(votre clé)";

/** A key of data.gouv.fr. However it is shown, logged or written as JSON, it doesn't appear. */
export class ApiKey {
  readonly #secret: string;

  /** @throws UserError when the text can't be a key; it isn't repeated */
  constructor(text: string) {
    const secret = text.trim();
    if (!/^[\x21-\x7e]{8,2048}$/.test(secret)) {
      throw new UserError(
        "La clé d'API de data.gouv.fr ne se lit pas : c'est une suite de lettres, de chiffres et de points, sans espace. Copiez-la de nouveau depuis votre profil.",
      );
    }
    this.#secret = secret;
  }

  /** The key itself: for the header of a request and the file that keeps it, nowhere else. */
  reveal(): string {
    return this.#secret;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}

/** Where a key is kept when its owner agrees: with the user's settings, not with the notebooks. */
export function keyFile(site: DatagouvSite, env: NodeJS.ProcessEnv): string {
  const settings = env["XDG_CONFIG_HOME"] || join(env["HOME"] || homedir(), ".config");
  // A key is for the site that gave it: it isn't sent to another.
  const host = new URL(site.web).host.replace(/[^a-z0-9.-]/g, "-");
  return join(settings, "atelier-damir", `${host}-key`);
}

/**
 * The key of the environment (DATAGOUV_API_KEY, or DATAGOUV_DEMO_API_KEY for the test site), otherwise the one kept.
 * @returns undefined where there is none
 * @throws UserError when it can't be a key, or others can read the file that keeps it
 */
export async function findKey(site: DatagouvSite, env: NodeJS.ProcessEnv): Promise<ApiKey | undefined> {
  const given = (site.demo ? env["DATAGOUV_DEMO_API_KEY"] : undefined) || env["DATAGOUV_API_KEY"];
  if (given) return new ApiKey(given);
  const file = keyFile(site, env);
  try {
    if (((await stat(file)).mode & 0o077) !== 0) {
      throw new UserError(
        `D'autres que vous peuvent lire la clé gardée dans ${file}. Faites-en une nouvelle sur data.gouv.fr si cette machine est partagée, puis : chmod 600 ${file}`,
      );
    }
    return new ApiKey(await readFile(file, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Keeps a key in a file that only its owner reads.
 * @param notebooks folder of the notebooks, that people share: the key never goes there
 * @returns where it is
 * @throws UserError when the settings are among the notebooks
 */
export async function keepKey(
  key: ApiKey,
  site: DatagouvSite,
  notebooks: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const file = resolve(keyFile(site, env));
  const inside = relative(resolve(notebooks), file);
  if (!inside.startsWith("..") && inside !== file) {
    throw new UserError(
      `La clé n'est pas gardée : ${file} est parmi vos notebooks, que vous pourriez partager. Donnez-la par la variable DATAGOUV_API_KEY.`,
    );
  }
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.${randomBytes(6).toString("hex")}.part`;
  try {
    await writeFile(beside, `${key.reveal()}\n`, { mode: 0o600, flag: "wx" });
    await chmod(beside, 0o600);
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  return file;
}
