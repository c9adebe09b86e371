import { EnvHttpProxyAgent } from "undici";

/**
 * Carries requests through the proxy that the environment names (HTTPS_PROXY, HTTP_PROXY, NO_PROXY), if any. To be closed after use.
 * @param silence longest silence of the server, in milliseconds
 */
export function proxyAgent(env: NodeJS.ProcessEnv, silence: number): EnvHttpProxyAgent {
  const variable = (name: string) => env[name.toLowerCase()] || env[name] || "";
  return new EnvHttpProxyAgent({
    httpProxy: variable("HTTP_PROXY"),
    httpsProxy: variable("HTTPS_PROXY") || variable("HTTP_PROXY"),
    noProxy: variable("NO_PROXY"),
    connect: { timeout: Math.min(silence, 30_000) },
    headersTimeout: silence,
    bodyTimeout: silence,
  });
}
