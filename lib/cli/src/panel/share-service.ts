import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { ApiKey, chosenSite, findKey, keepKey, keyFile } from "@atelier-damir/publish";
import { UserError } from "damir";
import { DamirProcess, type JsonEvent } from "./damir-process.js";
import type { KeyState, ShareResult, ShareSecrets, ShareWish } from "./share-protocol.js";

/** Publishes notebooks for the lab's dialog, by the `damir publish` that one types. */
export class ShareService {
  #running: DamirProcess | undefined;

  /** @param env where the lab runs: mirrors, proxies, keys */
  constructor(private readonly env: NodeJS.ProcessEnv = process.env) {}

  /**
   * Previews, rehearses or publishes.
   * @param secrets go to the command by its environment, which no list of processes of other users shows, and nowhere else
   * @throws UserError when a publication is already going on, or a key can't be one
   */
  async share(
    wish: ShareWish,
    secrets: ShareSecrets,
    tell: (event: JsonEvent) => void,
  ): Promise<ShareResult> {
    if (this.#running)
      throw new UserError("Une publication est déjà en cours : attendez sa fin, ou arrêtez-la.");
    const key = secrets.key.trim() === "" ? undefined : new ApiKey(secrets.key);
    const preview = wish.action === "preview" ? await mkdtemp(join(tmpdir(), "damir-apercu-")) : undefined;
    try {
      const seen = { slug: "", card: false };
      const run = new DamirProcess(
        publishWords(wish, preview),
        (event) => {
          if (event.event === "plan") seen.slug = String(event["slug"]);
          if (event.event === "card") seen.card = true;
          tell(event);
        },
        { ...this.env, ...secretVariables(wish, secrets, key) },
      );
      this.#running = run;
      const { code, said } = await run.ended;
      const ok = code === 0;
      return {
        ok,
        interrupted: run.interrupted,
        message: ok ? "" : said,
        ...(preview !== undefined && ok
          ? { html: await readFile(join(preview, seen.slug, "index.html"), "utf8") }
          : {}),
        ...(key && wish.keepKey && seen.card ? { key: await this.keep(key, wish) } : {}),
      };
    } finally {
      this.#running = undefined;
      if (preview !== undefined) await rm(preview, { recursive: true, force: true });
    }
  }

  /** Stops what goes on, as Ctrl-C does. */
  stop(): void {
    this.#running?.interrupt();
  }

  /** Whether a key of data.gouv.fr is in the environment or was kept. */
  async keyState(demo: boolean): Promise<KeyState> {
    try {
      const site = chosenSite(demo, this.env);
      return { known: (await findKey(site, this.env)) !== undefined, text: keyFile(site, this.env) };
    } catch (error) {
      if (error instanceof UserError) return { known: false, text: error.message };
      throw error;
    }
  }

  private async keep(key: ApiKey, { demo, notebook }: ShareWish): Promise<string> {
    try {
      return await keepKey(key, chosenSite(demo, this.env), dirname(resolve(notebook)), this.env);
    } catch (error) {
      if (error instanceof UserError) return error.message;
      throw error;
    }
  }
}

/** The words of the command. Each value is one with its option, so that none is taken for another option. */
export function publishWords(wish: ShareWish, preview: string | undefined): string[] {
  const value = (option: string, text: string) => (text.trim() === "" ? [] : [`--${option}=${text.trim()}`]);
  const flag = (option: string, set: boolean) => (set ? [`--${option}`] : []);
  const destinations = {
    folder: value("folder", wish.folder),
    git: [
      ...value("repository", wish.repository),
      ...value("remote", wish.remote),
      ...value("branch", wish.branch),
    ],
    s3: [
      ...value("bucket", wish.bucket),
      ...value("endpoint", wish.endpoint),
      ...value("region", wish.region),
    ],
  };
  const place =
    preview === undefined
      ? [
          `--to=${wish.to}`,
          ...destinations[wish.to],
          ...value("path", wish.path),
          ...value("address", wish.address),
          ...flag("replace", wish.replace),
        ]
      : ["--to=folder", `--folder=${preview}`];
  const card =
    preview === undefined && wish.card
      ? [
          ...flag("demo", wish.demo),
          ...value("organization", wish.organization),
          ...wish.tags.flatMap((tag) => value("tag", tag)),
        ]
      : ["--no-card"];
  return [
    "publish",
    ...place,
    ...card,
    ...value("author", wish.author),
    ...value("email", wish.email),
    ...value("licence", wish.licence),
    ...flag("draft", wish.draft),
    ...flag("saved", wish.saved),
    ...flag("dry-run", wish.action === "rehearse"),
    // The person agreed in the dialog.
    "--yes",
    "--json",
    "--",
    wish.notebook,
  ];
}

function secretVariables(
  { demo, to }: ShareWish,
  { accessKey, secretKey }: ShareSecrets,
  key: ApiKey | undefined,
): NodeJS.ProcessEnv {
  return {
    ...(key ? { [demo ? "DATAGOUV_DEMO_API_KEY" : "DATAGOUV_API_KEY"]: key.reveal() } : {}),
    ...(to === "s3" && accessKey !== "" && secretKey !== ""
      ? { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey }
      : {}),
  };
}
