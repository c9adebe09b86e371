import type { S3ClientConfig } from "@aws-sdk/client-s3";
import { request } from "undici";
import { proxyAgent } from "../proxy.js";

type RequestHandler = NonNullable<S3ClientConfig["requestHandler"]>;

/** What is used of the client's requests. */
interface HttpRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number | undefined;
  path: string;
  query: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
}

/** Longest silence of a storage service, in milliseconds. */
const silence = 60_000;

/** Carries the requests of the S3 client as those of the rest: through the environment's proxy. Its own handler knows of none. */
export function s3Requests(env: NodeJS.ProcessEnv): RequestHandler {
  const dispatcher = proxyAgent(env, silence);
  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(asked: HttpRequest) {
      try {
        const { statusCode, headers, body } = await request(addressOf(asked), {
          method: asked.method,
          headers: asked.headers,
          body: (asked.body as Uint8Array | string | undefined) ?? null,
          dispatcher,
        });
        return { response: { statusCode, headers: flat(headers), body } };
      } catch (cause) {
        // By this name the client knows what is worth trying again: all that we send can be sent twice.
        throw Object.assign(new Error("no answer", { cause }), { name: "TimeoutError" });
      }
    },
    destroy: () => void dispatcher.destroy(),
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

function addressOf({ protocol, hostname, port, path, query }: HttpRequest): string {
  const url = new URL(`${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}`);
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value ?? ""]) url.searchParams.append(name, each);
  }
  // Signatures are those of percent-encoded spaces.
  url.search = url.search.replaceAll("+", "%20");
  return url.href;
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(", ") : value]],
    ),
  );
}
