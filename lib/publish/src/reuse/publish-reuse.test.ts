import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { onePixel } from "../hosting/hosted-page.fixture.js";
import { ApiKey, findKey, keepKey } from "./api-key.js";
import type { ReuseCard } from "./card.js";
import { DatagouvClient } from "./datagouv-client.js";
import { DryRunTransport } from "./dry-run.js";
import { publishReuse, type ReuseOptions } from "./publish-reuse.js";
import { siteOf, type DatagouvSite } from "./site.js";
import { StandIn } from "./stand-in.fixture.js";
import { HttpTransport } from "./transport.js";

const secret = "cle-de-camille-0123456789";
const damirId = "54de1e8fc751df388646738b";
const openDamir = { title: "Open DAMIR", name: damirId };

const card: ReuseCard = {
  title: "Les dépassements d'honoraires par région",
  description: `Question, méthode, ce qu'on voit, limites. ${"Une phrase de plus. ".repeat(12)}`,
  url: "https://equipe.github.io/analyses/depassements/",
  tags: ["Assurance maladie", "dépassements"],
  datasets: [openDamir],
  image: onePixel,
  slug: "depassements",
  version: "2026-03-01",
  sources: [{ table: "damir", title: "Open DAMIR", producer: "CNAM", licence: "Licence Ouverte 2.0" }],
};

let standIn: StandIn;
let site: DatagouvSite;
let told: string[];

beforeEach(async () => {
  standIn = new StandIn();
  standIn.keys.set(secret, { user: "camille", organizations: ["org-1"] });
  standIn.datasets.set(damirId, { slug: "open-damir" });
  site = siteOf(await standIn.start(), true);
  told = [];
  onTestFinished(() => {
    standIn.stop();
  });
});

function publish(changes: Partial<ReuseCard> = {}, options: ReuseOptions = {}, key = secret) {
  const client = new DatagouvClient(new HttpTransport(site, new ApiKey(key), {}, 2_000), () =>
    Promise.resolve(),
  );
  return publishReuse({ ...card, ...changes }, client, site, (message) => told.push(message), options);
}

const failureOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => expect.fail("nothing was refused"),
    (error: unknown) => {
      // Neither the message nor its causes repeat the key.
      expect(inspect(error, { depth: 10 })).not.toContain(secret);
      return (error as Error).message;
    },
  );

describe("a réutilisation", () => {
  it("is a draft, gets its image, then is public, and says where its figures come from", async () => {
    const outcome = await publish();
    expect(outcome).toMatchObject({ created: true, public: true });
    const [reuse] = standIn.reuses;
    expect(reuse).toMatchObject({
      title: card.title,
      private: false,
      type: "visualization",
      topic: "health",
      datasets: [damirId],
      tags: ["assurance-maladie", "depassements"],
      extras: { "atelier-damir:analyse": "depassements", "atelier-damir:version": "2026-03-01" },
    });
    expect(reuse?.image?.equals(onePixel)).toBe(true);
    expect(standIn.asked.filter((request) => !request.startsWith("GET"))).toEqual([
      "POST reuses/",
      `POST reuses/${outcome.id}/image/`,
      `PUT reuses/${outcome.id}/`,
    ]);
  });

  it("is the same card the next time, whether its page has moved or not", async () => {
    const first = await publish();
    const second = await publish({ title: "Les dépassements, un an après" });
    const third = await publish({ url: "https://equipe.gitlab.io/analyses/depassements/" });
    expect([second, third].map(({ id, created }) => [id, created])).toEqual([
      [first.id, false],
      [first.id, false],
    ]);
    expect(standIn.reuses).toHaveLength(1);
    expect(standIn.reuses[0]).toMatchObject({
      url: "https://equipe.gitlab.io/analyses/depassements/",
      private: false,
    });
  });

  it("stays a draft where that is asked", async () => {
    expect(await publish({}, { draft: true })).toMatchObject({ public: false });
    expect(standIn.reuses[0]?.private).toBe(true);
    expect(await publish()).toMatchObject({ created: false, public: true });
  });

  it("leaves out a withdrawn dataset and says so, and isn't made where none is left", async () => {
    standIn.datasets.set("a".repeat(24), { slug: "retire", deleted: "2026-01-01" });
    await publish({ datasets: [openDamir, { title: "Retiré", name: "retire" }] });
    expect(standIn.reuses[0]?.datasets).toEqual([damirId]);
    expect(told).toEqual([expect.stringContaining("« Retiré » (retire) n'est pas, ou plus")]);
    const message = await failureOf(
      publish({
        slug: "autre",
        url: "https://exemple.fr/b/",
        datasets: [{ title: "Retiré", name: "retire" }],
      }),
    );
    expect(message).toMatch(/une réutilisation sans jeu y reste invisible[^]*Rien n'a changé/);
    expect(standIn.reuses).toHaveLength(1);
  });

  it.each([
    ["no answer to the creation", { method: "POST", path: /^reuses\/$/, kind: "lost" }],
    ["the answer to the creation lost", { method: "POST", path: /^reuses\/$/, kind: "lostAfter" }],
    [
      "502 once the card was created",
      { method: "POST", path: /^reuses\/$/, kind: "statusAfter", status: 502 },
    ],
    ["503 instead of the creation", { method: "POST", path: /^reuses\/$/, kind: "status", status: 503 }],
    ["the answer to the image lost", { method: "POST", path: /image\/$/, kind: "lostAfter" }],
    ["the answer to the last step lost", { method: "PUT", path: /./, kind: "lostAfter" }],
    ["one's own cards unread", { method: "GET", path: /^me\/reuses/, kind: "lost" }],
  ] as const)("is made once, with %s", async (_, fault) => {
    standIn.faults.push({ ...fault });
    await publish();
    expect(standIn.reuses).toHaveLength(1);
    expect(standIn.reuses[0]).toMatchObject({ private: false });
    expect(standIn.reuses[0]?.image).toBeDefined();
  });

  it.each([
    [/^reuses\/$/, "POST", /la création de la fiche/],
    [/image\/$/, "POST", /l'envoi de l'image[^]*est un brouillon, que vous seul voyez/],
    [/./, "PUT", /la publication de la fiche[^]*est un brouillon complet/],
  ])(
    "whose step %s fails for good is never half public, and the next run finishes it",
    async (path, method, message) => {
      standIn.faults.push({ method, path, kind: "status", status: 500, times: 20 });
      expect(await failureOf(publish())).toMatch(message);
      expect(standIn.reuses.every((reuse) => reuse.private)).toBe(true);
      standIn.faults.length = 0;
      expect(await publish()).toMatchObject({ public: true });
      expect(standIn.reuses).toHaveLength(1);
    },
  );

  it("of another person at that address isn't touched", async () => {
    standIn.keys.set("cle-d-une-autre", { user: "dominique", organizations: [] });
    await publish({}, {}, "cle-d-une-autre");
    const message = await failureOf(publish({ title: "La mienne" }));
    expect(message).toMatch(/refuse l'adresse[^]*une autre personne[^]*Aucune fiche n'a été créée/);
    expect(standIn.reuses.map(({ title }) => title)).toEqual([card.title]);
  });

  it("whose page moves to an address that another has stays as it was, and says why", async () => {
    standIn.keys.set("cle-d-une-autre", { user: "dominique", organizations: [] });
    const url = "https://exemple.fr/prise/";
    await publish({ url, slug: "la-leur" }, {}, "cle-d-une-autre");
    await publish();
    expect(await failureOf(publish({ url, title: "Autre titre" }))).toMatch(
      /refuse l'adresse https:\/\/exemple\.fr\/prise\/[^]*une autre personne[^]*La fiche publique reste comme elle était/,
    );
    expect(standIn.reuses.map((reuse) => [reuse.owner, reuse.url, reuse.title])).toEqual([
      ["dominique", url, card.title],
      ["camille", card.url, card.title],
    ]);
    expect(told).toEqual([]);
    await publish({ url: "https://exemple.fr/libre/" });
    expect(told).toEqual([
      `La fiche menait à ${card.url} ; elle mène maintenant à https://exemple.fr/libre/.`,
    ]);
  });

  it("without a drawing has no image, and says so", async () => {
    const words = { ...card };
    delete words.image;
    const client = new DatagouvClient(new HttpTransport(site, new ApiKey(secret), {}), () =>
      Promise.resolve(),
    );
    await publishReuse(words, client, site, (message) => told.push(message));
    expect(standIn.reuses[0]).toMatchObject({ private: false });
    expect(standIn.reuses[0]?.image).toBeUndefined();
    expect(told).toEqual([expect.stringContaining("n'a pas d'image")]);
  });

  it("of synthetic data is a draft on the test site, and nowhere else", async () => {
    const sources = card.sources.map((source) => ({ ...source, synthetic: true }));
    expect(await failureOf(publish({ sources }))).toContain("synthétiques : damir");
    expect(await publish({ sources }, { draft: true })).toMatchObject({ public: false });
    site = { ...site, demo: false };
    expect(await failureOf(publish({ sources }, { draft: true }))).toContain("synthétiques : damir");
  });

  it("that was deleted comes back only when asked", async () => {
    const { id } = await publish();
    const reuse = standIn.reuses[0];
    if (reuse) reuse.deleted = "2026-02-01T00:00:00";
    expect(await failureOf(publish())).toMatch(/Vous avez supprimé la fiche[^]*--restore/);
    expect(await publish({}, { restore: true })).toMatchObject({ id, created: false });
    expect(standIn.reuses[0]?.deleted).toBeNull();
  });

  it("is explained in French when the key is wrong, the site read-only or the organisation not one's own", async () => {
    expect(await failureOf(publish({}, {}, "une-mauvaise-cle-0123"))).toMatch(
      /\(401\) : votre clé n'est pas valable/,
    );
    standIn.organizations.set("org-2", "autre-organisme");
    expect(await failureOf(publish({ organization: "autre-organisme" }))).toMatch(/organisation/);
    standIn.readOnly = true;
    expect(await failureOf(publish())).toMatch(/\(423\) : il est pour le moment en lecture seule/);
    expect(standIn.reuses).toEqual([]);
  });

  it("is refused before anything is sent when the card isn't ready", async () => {
    const message = await failureOf(
      publish({
        title: " ",
        description: "Trop court.",
        url: "http://localhost:8000/",
        tags: ["é"],
        datasets: [],
        image: Buffer.from("pas un png"),
        sources: [{ table: "damir", title: "x", producer: "y", licence: "z", synthetic: true }],
      }),
    );
    for (const fault of [
      "titre",
      "description a 11",
      "n'est pas publique",
      "« é »",
      "aucun des jeux",
      "synthétiques",
      "PNG",
    ]) {
      expect(message).toContain(fault);
    }
    expect(standIn.asked).toEqual([]);
  });
});

it("shows each request of a dry run without the key, and writes nothing", async () => {
  let shown = "";
  const transport = new DryRunTransport(
    new HttpTransport(site, new ApiKey(secret), {}),
    site,
    true,
    (text) => (shown += text),
  );
  const client = new DatagouvClient(transport, () => Promise.resolve());
  await publishReuse(card, client, site, () => undefined);
  expect(standIn.reuses).toEqual([]);
  expect(standIn.asked.every((request) => request.startsWith("GET"))).toBe(true);
  expect(shown).toMatch(
    /POST \S+reuses\/\n[^]*"private": true[^]*image\/\n[^]*image\.png[^]*PUT [^]*"private": false/,
  );
  expect(shown).not.toContain(secret);
});

describe("the key", () => {
  it("never shows, however it is written", () => {
    const key = new ApiKey(secret);
    for (const text of [
      String(key),
      JSON.stringify({ key }),
      inspect(key, { showHidden: true }),
      String([key]),
    ]) {
      expect(text).not.toContain(secret);
    }
  });

  it("is kept for its owner alone, outside the notebooks, and refused once others can read it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "damir-key-"));
    onTestFinished(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const env = { XDG_CONFIG_HOME: join(folder, "config") };
    const notebooks = join(folder, "notebooks");
    expect(await findKey(site, env)).toBeUndefined();
    const file = await keepKey(new ApiKey(secret), site, notebooks, env);
    expect([statSync(file).mode & 0o777, readFileSync(file, "utf8")]).toEqual([0o600, `${secret}\n`]);
    expect((await findKey(site, env))?.reveal()).toBe(secret);
    expect((await findKey(site, { ...env, DATAGOUV_API_KEY: "autre-cle-012345" }))?.reveal()).toBe(
      "autre-cle-012345",
    );
    chmodSync(file, 0o644);
    await expect(findKey(site, env)).rejects.toThrow(/D'autres que vous peuvent lire la clé[^]*chmod 600/);
    await expect(keepKey(new ApiKey(secret), site, folder, env)).rejects.toThrow(/parmi vos notebooks/);
  });
});
