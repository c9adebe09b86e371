import type { Readable } from "node:stream";
import { UserError } from "damir";
import { CookieJar } from "tough-cookie";
import { EnvHttpProxyAgent, request, type Dispatcher } from "undici";
import { failureOfNetwork, failureOfStatus, shown } from "./failure.js";
import type { FetchEffects } from "./fetch-effects.js";

/** What a server answers, its body not yet read. */
export interface HttpResponse {
  /** Where the redirects led. */
  url: string;
  status: number;
  /** Names in lower case; of a header sent twice, the first value. */
  header(name: string): string | undefined;
  body: Readable;
}

const mostRedirects = 10;
const redirects = new Set([301, 302, 303, 307, 308]);
/** A text that a program reads (a list page, an API's answer) is never longer, in bytes. */
const longestText = 20e6;
const silence = 60_000;
const userAgent = "atelier-damir/0.1";

/**
 * Speaks HTTP as the published sites need it: cookies kept from one request to the next, redirects counted, proxies of
 * the environment, mirror of `DAMIR_MIRROR`. One try only: see `Patience` for the others.
 */
export class HttpClient {
  #cookies = new CookieJar();
  readonly #dispatcher: Dispatcher;
  readonly #mirror: string | undefined;
  readonly #proxied: boolean;

  constructor(private readonly effects: FetchEffects) {
    const env = (name: string) => effects.env[name.toLowerCase()] || effects.env[name] || undefined;
    const [http, https, none] = [env("HTTP_PROXY"), env("HTTPS_PROXY"), env("NO_PROXY")];
    this.#proxied = http !== undefined || https !== undefined;
    this.#mirror = mirrorOf(effects.env["DAMIR_MIRROR"]);
    try {
      // Empty where absent: undici would read the variables of this process, not those of the caller.
      this.#dispatcher = new EnvHttpProxyAgent({
        httpProxy: http ?? "",
        httpsProxy: https ?? http ?? "",
        noProxy: none ?? "",
        connect: { timeout: 30_000 },
        headersTimeout: silence,
        bodyTimeout: silence,
      });
    } catch (cause) {
      throw new UserError(
        `L'adresse du proxy ne se lit pas (${https ?? http ?? ""}). HTTPS_PROXY et HTTP_PROXY s'écrivent http://proxy:port.`,
        { cause },
      );
    }
  }

  /**
   * Asks for an address and follows its redirects.
   * @returns an answer of status 200, 206, 304 or 416; its body must be read or destroyed
   * @throws TransientFailure when it may go better later
   * @throws UserError when it won't: refused, not there, redirected without end
   */
  async open(
    url: string,
    { method = "GET", headers = {} }: { method?: "GET" | "HEAD"; headers?: Record<string, string> } = {},
  ): Promise<HttpResponse> {
    const seen = new Set<string>();
    for (let at = url; ;) {
      if (seen.has(at)) {
        throw new UserError(
          `${new URL(url).host} tourne en rond : l'adresse ${shown(url)} renvoie sans fin à elle-même. Réessayez plus tard ; si cela dure, téléchargez le fichier dans un navigateur puis importez-le avec « damir data add ».`,
        );
      }
      seen.add(at);
      const answer = await this.#ask(at, method, headers);
      const location = answer.header("location");
      if (!redirects.has(answer.status) || location === undefined) return this.#successful(answer);
      answer.body.destroy();
      if (seen.size > mostRedirects) {
        throw new UserError(
          `L'adresse ${shown(url)} renvoie à plus de ${mostRedirects} autres à la suite. Réessayez plus tard.`,
        );
      }
      at = this.#next(at, location);
    }
  }

  /** A page or an API's answer, whole. */
  async text(url: string): Promise<{ text: string; url: string }> {
    const answer = await this.open(url, { headers: { accept: "*/*" } });
    const pieces: Buffer[] = [];
    let length = 0;
    try {
      for await (const piece of answer.body as AsyncIterable<Buffer>) {
        pieces.push(piece);
        length += piece.length;
        if (length > longestText) {
          throw new UserError(`${shown(url)} répond plus de texte qu'une page n'en a. Réessayez plus tard.`);
        }
      }
    } catch (error) {
      throw this.explained(error, url);
    }
    return { text: Buffer.concat(pieces).toString("utf8"), url: answer.url };
  }

  /** Forgets the cookies: the next page opens a new session. */
  forget(): void {
    this.#cookies = new CookieJar();
  }

  /** An error met while reading a body, as what it means. */
  explained(error: unknown, url: string): unknown {
    return failureOfNetwork(error, url, this.#proxied);
  }

  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }

  async #ask(url: string, method: "GET" | "HEAD", headers: Record<string, string>): Promise<HttpResponse> {
    const cookie = await this.#cookies.getCookieString(url);
    try {
      const answer = await request(this.#mirrored(url), {
        method,
        dispatcher: this.#dispatcher,
        headers: {
          "user-agent": userAgent,
          // The bytes as published: a file that the server would zip on the way has another length.
          "accept-encoding": "identity",
          ...(cookie === "" ? {} : { cookie }),
          ...headers,
        },
      });
      const header = (name: string) => {
        const value = answer.headers[name];
        return Array.isArray(value) ? value[0] : value;
      };
      const set = answer.headers["set-cookie"] ?? [];
      for (const text of Array.isArray(set) ? set : [set]) {
        await this.#cookies.setCookie(text, url, { ignoreError: true });
      }
      // A body destroyed before its end emits an error that nobody waits for.
      answer.body.on("error", () => undefined);
      return { url, status: answer.statusCode, header, body: answer.body };
    } catch (error) {
      throw this.explained(error, url);
    }
  }

  #successful(answer: HttpResponse): HttpResponse {
    if ([200, 206, 304, 416].includes(answer.status)) return answer;
    answer.body.destroy();
    throw failureOfStatus(answer.status, answer.url, answer.header("retry-after"), this.effects.now());
  }

  #next(from: string, location: string): string {
    let next: URL;
    try {
      next = new URL(location, from);
      if (this.#mirror !== undefined && next.href.startsWith(`${this.#mirror}/`)) {
        next = new URL(`https://${next.href.slice(this.#mirror.length + 1)}`);
      }
    } catch (cause) {
      throw new UserError(`${shown(from)} renvoie à une adresse qui ne se lit pas.`, { cause });
    }
    if (next.protocol !== "https:" && !(next.protocol === "http:" && from.startsWith("http:"))) {
      throw new UserError(
        `${shown(from)} renvoie à une adresse qui n'est pas sûre (${next.protocol}//${next.host}) : elle n'est pas suivie.`,
      );
    }
    next.hash = "";
    return next.href;
  }

  #mirrored(url: string): string {
    const { host, pathname, search } = new URL(url);
    return this.#mirror === undefined ? url : `${this.#mirror}/${host}${pathname}${search}`;
  }
}

function mirrorOf(address: string | undefined): string | undefined {
  if (!address) return undefined;
  if (!URL.canParse(address) || !/^https?:/.test(address)) {
    throw new UserError(
      `DAMIR_MIRROR ne se lit pas (${address}) : donnez l'adresse d'un miroir, comme http://192.168.1.10:8080.`,
    );
  }
  return address.replace(/\/+$/, "");
}
