import { FormData, request, type EnvHttpProxyAgent } from "undici";
import { proxyAgent } from "../proxy.js";
import type { ApiKey } from "./api-key.js";
import type { DatagouvSite } from "./site.js";

/** A request to the API. */
export interface ApiRequest {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** After `/api/1/`, with its final slash: without it the site redirects, and a redirected POST is lost. */
  path: `${string}/`;
  json?: Record<string, unknown>;
  /** Sent as the part `file` of a form. */
  file?: { name: string; type: string; content: Uint8Array };
}

/** What the API answers, whatever its status. */
export interface ApiAnswer {
  status: number;
  /** Its JSON; a text where it isn't JSON. */
  body: unknown;
}

/** Carries requests to the API. */
export interface Transport {
  /** @throws LostConnection when no whole answer came: the request may have been done, or not */
  send(request: ApiRequest): Promise<ApiAnswer>;
}

/** No answer came, or a part of one. */
export class LostConnection extends Error {
  override name = "LostConnection";
}

const longestAnswer = 50e6;

/** Speaks to the site itself. Redirects are not followed: the key goes where it was meant to. */
export class HttpTransport implements Transport {
  readonly #dispatcher: EnvHttpProxyAgent;

  constructor(
    private readonly site: DatagouvSite,
    private readonly key: ApiKey | undefined,
    env: NodeJS.ProcessEnv,
    /** Longest silence of the server, in milliseconds. */
    silence = 60_000,
  ) {
    this.#dispatcher = proxyAgent(env, silence);
  }

  async send({ method, path, json, file }: ApiRequest): Promise<ApiAnswer> {
    const headers: Record<string, string> = { accept: "application/json", "user-agent": "atelier-damir/0.1" };
    if (this.key) headers["x-api-key"] = this.key.reveal();
    if (json) headers["content-type"] = "application/json";
    let body: string | FormData | null = json ? JSON.stringify(json) : null;
    if (file) {
      body = new FormData();
      body.set("file", new Blob([new Uint8Array(file.content)], { type: file.type }), file.name);
    }
    try {
      const answer = await request(`${this.site.api}${path}`, {
        method,
        headers,
        body,
        dispatcher: this.#dispatcher,
      });
      return { status: answer.statusCode, body: jsonOrText(await wholeText(answer.body)) };
    } catch (cause) {
      // What was sent isn't told: undici's errors don't repeat headers, this message doesn't either.
      throw new LostConnection(`${method} ${path}`, { cause });
    }
  }

  async close(): Promise<void> {
    await this.#dispatcher.destroy();
  }
}

async function wholeText(body: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > longestAnswer) throw new Error("The answer has no end.");
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
