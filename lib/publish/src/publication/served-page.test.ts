import { describe, expect, test } from "vitest";
import { listening } from "../hosting/s3-service.fixture.js";
import { waitUntilServed } from "./served-page.js";

const page = "<p>La page, accentuée</p>";

/** Time that passes when it is waited for: nothing here waits for real. */
function clock(): { now: () => Date; wait: (duration: number) => Promise<void>; waited: number[] } {
  let time = 0;
  const waited: number[] = [];
  return {
    waited,
    now: () => new Date(time),
    wait: (duration) => {
      time += duration;
      waited.push(duration);
      return Promise.resolve();
    },
  };
}

async function waitFor(answers: [number, string][], patience = 60_000): Promise<number[]> {
  const left = [...answers];
  const address = await listening((_, answer) => {
    const [status, body] = (left.length > 1 ? left.shift() : left[0]) ?? [500, ""];
    answer.writeHead(status, { "content-type": "text/html" }).end(body);
  });
  const time = clock();
  await waitUntilServed(address, page, patience, "Regardez là.", { env: {}, ...time });
  return time.waited;
}

test("a page that is there isn't waited for; one that comes is, less and less often", async () => {
  expect(await waitFor([[200, page]])).toEqual([]);
  const before: [number, string] = [200, "la version d'avant"];
  const waited = await waitFor([[404, ""], [404, ""], before, [503, ""], [200, page]]);
  expect(waited).toEqual([1000, 1500, 2250, 3375]);
});

describe("a page that doesn't come", () => {
  test.each([
    [404, "", /répond encore « introuvable » \(404\)/],
    [403, "", /n'est pas lisible par tout le monde \(403\)/],
    [200, `${page}<script>suivi</script>`, /montre encore autre chose/],
    [502, "", /répond une erreur \(502\)/],
  ])("%i %s is said, with where to look, after the time given", async (status, body, message) => {
    const work = waitFor([[status, body]], 120_000);
    await expect(work).rejects.toThrow(message);
    await expect(work).rejects.toThrow(
      /^La page est déposée, mais .* 2 minutes d'attente\. Regardez là\. .*relancez/,
    );
  });

  test("an address that nobody answers is one too", async () => {
    const work = waitUntilServed("http://127.0.0.1:1/", page, 5_000, "Là.", { env: {}, ...clock() });
    await expect(work).rejects.toThrow(/ne répond pas .*HTTPS_PROXY.* 5 s d'attente/);
  });
});
