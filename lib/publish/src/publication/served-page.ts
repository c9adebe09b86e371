import { createHash } from "node:crypto";
import { UserError } from "damir";
import { fetch } from "undici";
import { proxyAgent } from "../proxy.js";

/** What waiting needs of the world. */
export interface WaitingEffects {
  env: NodeJS.ProcessEnv;
  now: () => Date;
  /** Lets time pass, in milliseconds. */
  wait: (duration: number) => Promise<void>;
}

const firstPause = 1_000;
const longestPause = 15_000;
/** Longest silence of the site, in milliseconds. */
const silence = 20_000;

/**
 * Waits until an address shows a page, to the byte: a card must not lead to a page that isn't there, or still is the one before.
 * @param patience how long to wait, in milliseconds
 * @param whereToLook what to look at when it doesn't come, a sentence in French
 * @throws UserError when the time is over, with what the address answered last
 */
export async function waitUntilServed(
  address: string,
  html: string,
  patience: number,
  whereToLook: string,
  { env, now, wait }: WaitingEffects,
): Promise<void> {
  const expected = createHash("sha256").update(html).digest("hex");
  const dispatcher = proxyAgent(env, silence);
  const until = now().getTime() + patience;
  try {
    for (let pause = firstPause; ; pause = Math.min(pause * 1.5, longestPause)) {
      const seen = await shownAt(address, expected, dispatcher);
      if (seen === undefined) return;
      const left = until - now().getTime();
      if (left <= 0) {
        throw new UserError(
          `La page est déposée, mais ${address} ${seen}, après ${readable(patience)} d'attente. ${whereToLook} Puis relancez la même commande : elle reprend où elle en est.`,
        );
      }
      await wait(Math.min(pause, left));
    }
  } finally {
    await dispatcher.destroy();
  }
}

/** What is wrong with what an address shows; undefined when it shows the page. */
async function shownAt(
  address: string,
  expected: string,
  dispatcher: ReturnType<typeof proxyAgent>,
): Promise<string | undefined> {
  let status: number;
  let body: ArrayBuffer;
  try {
    const answer = await fetch(address, { headers: { "cache-control": "no-cache" }, dispatcher });
    status = answer.status;
    body = await answer.arrayBuffer();
  } catch {
    return "ne répond pas (l'adresse est-elle juste ? et votre connexion, votre proxy, HTTPS_PROXY ?)";
  }
  if (status === 404 || status === 410) return `répond encore « introuvable » (${status})`;
  if (status === 401 || status === 403) return `n'est pas lisible par tout le monde (${status})`;
  if (status !== 200) return `répond une erreur (${status})`;
  const same = createHash("sha256").update(new Uint8Array(body)).digest("hex") === expected;
  return same
    ? undefined
    : "montre encore autre chose : la version d'avant, ou une page que le site change en la servant (alors --wait 0)";
}

function readable(duration: number): string {
  const seconds = Math.round(duration / 1000);
  return seconds >= 120 ? `${Math.round(seconds / 60)} minutes` : `${seconds} s`;
}
