import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { folderHost } from "../hosting/folder-host.js";
import { emptyFolder, onePixel } from "../hosting/hosted-page.fixture.js";
import type { Host } from "../hosting/published-page.js";
import { ApiKey } from "../reuse/api-key.js";
import { siteOf, type DatagouvSite } from "../reuse/site.js";
import { StandIn } from "../reuse/stand-in.fixture.js";
import { HttpTransport } from "../reuse/transport.js";
import type { PublishEvent } from "./publish-event.js";
import { publishNotebook } from "./publish-notebook.js";
import type { PublishOptions, PublishOutcome } from "./publish-options.js";

const key = "cle-de-camille-0123456789";
const damirId = "54de1e8fc751df388646738b";
const limits = "Des actes, pas des personnes. ".repeat(5);

let standIn: StandIn;
let site: DatagouvSite;
let folder: string;
let notebook: string;
let events: PublishEvent[];
/** Serves the folder, at an address that is public for the card. */
let proxy: Server;
/** True for a web server that shows nothing. */
let down: boolean;

/** A notebook that was run and saved, and a store where its data are observed. */
function prepare(output = "42", table = "damir"): void {
  const cells = [
    {
      cell_type: "markdown",
      metadata: {},
      source: `# Actes par région\n\n**La question** : combien d'actes ?\n\n## Limites\n\n${limits}`,
    },
    {
      cell_type: "code",
      metadata: {},
      source: `import { connect } from "damir";\nconst damir = await connect();\nawait damir.sql\`SELECT count(*) FROM ${table}\``,
      execution_count: 1,
      outputs: [
        { output_type: "execute_result", data: { "text/plain": output }, metadata: {}, execution_count: 1 },
      ],
    },
  ];
  const metadata = { authors: [{ name: "Camille Martin" }], license: { name: "MIT" } };
  writeFileSync(notebook, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
}

beforeEach(async () => {
  const home = emptyFolder();
  const file = { path: "damir/202501.parquet", rows: 1, bytes: 1, sha256: "ab" };
  const observed = {
    title: "Open DAMIR",
    producer: "CNAM",
    licence: "Licence Ouverte 2.0",
    synthetic: false,
  };
  const tables = {
    damir: { ...observed, files: [file] },
    population: { ...observed, title: "Population", producer: "INSEE", files: [file] },
    meteo: { ...observed, title: "Météo", synthetic: true, files: [file] },
  };
  mkdirSync(join(home, "store"));
  writeFileSync(join(home, "store", "manifest.json"), JSON.stringify({ version: 1, tables }));
  vi.stubEnv("DAMIR_HOME", home);

  standIn = new StandIn();
  standIn.keys.set(key, { user: "camille", organizations: [] });
  standIn.datasets.set(damirId, { slug: "open-damir" });
  site = siteOf(await standIn.start(), false);
  folder = emptyFolder();
  notebook = join(emptyFolder(), "actes.ipynb");
  prepare();
  events = [];
  down = false;
  proxy = createServer();
  const pages = createServer((request, answer) => {
    try {
      if (down) throw new Error("down");
      answer.end(readFileSync(join(folder, request.url ?? "", "index.html")));
    } catch {
      answer.writeHead(404).end();
    }
  });
  for (const server of [proxy, pages]) {
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
  }
  proxy.on("connect", (_, socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    pages.emit("connection", socket);
  });
  onTestFinished(() => {
    standIn.stop();
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const publicHost = (): Host => folderHost({ folder, address: "http://analyses.exemple.fr/" });

async function publish(options: Partial<PublishOptions> = {}, secret = key): Promise<PublishOutcome> {
  let time = Date.UTC(2026, 2, 1, 10);
  const { port } = proxy.address() as AddressInfo;
  return publishNotebook(
    notebook,
    { host: publicHost(), saved: true, image: onePixel, card: { site, key: new ApiKey(secret) }, ...options },
    {
      report: (event) => events.push(event),
      env: { HTTP_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: "127.0.0.1" },
      now: () => new Date(time),
      wait: (duration) => {
        time += duration;
        return Promise.resolve();
      },
      agree: () => Promise.resolve(true),
    },
  );
}

/** What it says when it fails; its last event says the same. */
async function failure(options: Partial<PublishOptions> = {}, secret = key): Promise<string> {
  const error: unknown = await publish(options, secret).then(
    () => expect.fail("nothing failed"),
    (e: unknown) => e,
  );
  expect(error).toMatchObject({ name: "UserError" });
  const message = (error as Error).message;
  expect(events.at(-1)).toMatchObject({ event: "failed", message });
  expect(message).not.toContain(secret);
  return message;
}

const shown = (path = "actes/index.html"): string | undefined => {
  try {
    return readFileSync(join(folder, path), "utf8");
  } catch {
    return undefined;
  }
};

/** Whatever failed before, a run without faults ends with one page, one public card, and a version of the page. */
async function mended(versions = ["2026-03-01"]): Promise<void> {
  events = [];
  await publish();
  expect(standIn.reuses.map((reuse) => [reuse.url, reuse.private])).toEqual([
    ["http://analyses.exemple.fr/actes/", false],
  ]);
  expect(events.at(-1)).toMatchObject({
    event: "done",
    address: "http://analyses.exemple.fr/actes/",
    next: [],
  });
  const record = JSON.parse(shown("actes/analyse.json") ?? "") as { versions: { version: string }[] };
  expect(record.versions.map(({ version }) => version)).toEqual(versions);
}

describe("a publication", () => {
  it("tells its plan, each step in order, and where all is", async () => {
    const { hosting, card } = await publish();
    expect(hosting).toMatchObject({ address: "http://analyses.exemple.fr/actes/", changed: true });
    expect(card).toMatchObject({ created: true, public: true });
    expect(events[0]).toMatchObject({
      event: "plan",
      slug: "actes",
      steps: ["check", "render", "host", "wait", "card"],
      site: new URL(site.web).host,
    });
    const told = events.flatMap((event) => (event.event === "step" ? [`${event.step} ${event.state}`] : []));
    expect(told).toEqual(
      ["check", "render", "host", "wait", "card"].flatMap((step) => [`${step} begun`, `${step} done`]),
    );
    expect(events.at(-1)).toEqual({ event: "done", address: hosting?.address, card: card?.page, next: [] });
    expect(standIn.reuses[0]).toMatchObject({
      title: "Actes par région",
      datasets: [damirId],
      tags: ["assurance-maladie", "depenses-de-sante", "open-damir"],
    });
    expect(standIn.reuses[0]?.description).toMatch(
      /^Combien d'actes \?\n\n\*\*Méthode[^]*Limites[^]*Sources[^]*Camille Martin\. MIT$/,
    );
  });

  it("done again changes nothing; with other results it is a new version, and the first stays", async () => {
    await publish();
    const first = shown();
    const again = await publish();
    expect(again).toMatchObject({ hosting: { changed: false }, card: { created: false } });
    prepare("43");
    await mended(["2026-03-01-2", "2026-03-01"]);
    expect(shown("actes/2026-03-01/index.html")).toBe(first);
    expect(shown()).not.toBe(first);
    expect(standIn.reuses[0]?.extras).toMatchObject({ "atelier-damir:version": "2026-03-01-2" });
  });

  it("of a dry run shows the exact requests, and writes nothing anywhere", async () => {
    await publish({ dryRun: true });
    expect(shown()).toBeUndefined();
    expect(standIn.asked.every((request) => request.startsWith("GET"))).toBe(true);
    const requests = events.flatMap((event) => (event.event === "request" ? [event.text] : [])).join("");
    expect(requests).toMatch(
      /POST \S+reuses\/\n[^]*"private": true[^]*image\.png[^]*PUT [^]*"private": false/,
    );
    expect(requests).not.toContain(key);
    standIn.asked.length = 0;
    await publish({ dryRun: true, card: { site, key: undefined } });
    expect(standIn.asked).toEqual([expect.stringMatching(/^GET datasets/)]);
  });

  it("without a key hosts the page and says how to make the card", async () => {
    const { hosting, card } = await publish({ card: { site, key: undefined } });
    expect([hosting?.changed, card]).toEqual([true, undefined]);
    expect(events.at(-1)).toMatchObject({
      event: "done",
      next: [
        expect.stringMatching(/faites une clé sur .*DATAGOUV_API_KEY/),
        expect.stringContaining("http://analyses.exemple.fr/actes/"),
      ],
    });
    await mended();
  });

  it("in a folder of this machine has no card and isn't waited for", async () => {
    await publish({ host: folderHost({ folder }) });
    expect(standIn.asked).toEqual([]);
    expect(events[0]).toMatchObject({ steps: ["check", "render", "host"] });
    expect(events).toContainEqual(
      expect.objectContaining({
        event: "note",
        text: expect.stringContaining("n'est pas celle d'un site") as unknown,
      }),
    );
  });

  it("of synthetic data is refused; as a draft its card goes to the test site alone", async () => {
    prepare("42", "meteo");
    expect(await failure()).toMatch(/données synthétiques \(meteo\)[^]*--draft/);
    expect(shown()).toBeUndefined();
    expect(await publish({ draft: true })).toMatchObject({ hosting: { changed: true } });
    expect(standIn.reuses).toEqual([]);
    standIn.datasets.set("6569b51ae64326786e4e8e1a", { slug: "meteo" });
    await publish({ draft: true, card: { site: { ...site, demo: true }, key: new ApiKey(key) } });
    expect(standIn.reuses.map((reuse) => reuse.private)).toEqual([true]);
  });

  it("isn't made without an agreement", async () => {
    const work = publishNotebook(
      notebook,
      { host: publicHost(), saved: true },
      {
        report: (event) => events.push(event),
        env: {},
        now: () => new Date(),
        wait: () => Promise.resolve(),
        agree: (summary) => Promise.resolve(!/page : http:\/\/analyses\.exemple\.fr\/actes\//.test(summary)),
      },
    );
    await expect(work).rejects.toThrow("Rien n'est publié : vous n'avez pas donné votre accord.");
    expect(shown()).toBeUndefined();
  });
});

describe("what fails leaves nothing that a second run doesn't mend", () => {
  it("a wrong key, told before anything", async () => {
    expect(await failure({}, "une-mauvaise-cle-0123")).toMatch(/\(401\)[^]*Rien n'est publié/);
    expect(shown()).toBeUndefined();
    await mended();
  });

  it("a dataset that was withdrawn: the page is there, the card isn't", async () => {
    standIn.datasets.set(damirId, { slug: "open-damir", deleted: "2026-01-01" });
    expect(await failure()).toMatch(/Aucun des jeux de données lus n'est sur/);
    expect([shown() !== undefined, standIn.reuses.length]).toEqual([true, 0]);
    standIn.datasets.set(damirId, { slug: "open-damir" });
    await mended();
  });

  it("no dataset of data.gouv.fr at all, told before anything", async () => {
    prepare("42", "population");
    expect(await failure()).toMatch(/aucun des jeux[^]*La page n'est pas publiée non plus[^]*--no-card/);
    expect(shown()).toBeUndefined();
    await publish({ card: undefined as never });
    expect(shown()).toBeDefined();
  });

  it("a read-only site", async () => {
    standIn.readOnly = true;
    expect(await failure()).toMatch(/\(423\)/);
    expect(standIn.reuses).toEqual([]);
    standIn.readOnly = false;
    await mended();
  });

  it("an address that is taken", async () => {
    standIn.keys.set("cle-d-une-autre", { user: "dominique", organizations: [] });
    const theirs = new HttpTransport(site, new ApiKey("cle-d-une-autre"), {});
    const taken = {
      title: "x",
      description: "x",
      url: "http://analyses.exemple.fr/actes/",
      type: "paper",
      topic: "health",
    };
    await theirs.send({ method: "POST", path: "reuses/", json: taken });
    expect(await failure()).toMatch(/refuse l'adresse[^]*une autre personne[^]*--slug/);
    standIn.reuses.length = 0;
    await mended();
  });

  it.each([
    ["GET", /^me\/reuses/],
    ["GET", /^datasets/],
    ["POST", /^reuses\/$/],
    ["POST", /image\/$/],
    ["PUT", /./],
  ])("a connection lost for good at %s %s", async (method, path) => {
    standIn.faults.push({ method, path, kind: "lost", times: 100 });
    expect(await failure()).toMatch(/n'a pas répondu pendant[^]*relancez/);
    expect(standIn.reuses.every((reuse) => reuse.private)).toBe(true);
    standIn.faults.length = 0;
    await mended();
  });

  it("a page that doesn't show: no card leads to it", async () => {
    down = true;
    expect(await failure()).toMatch(/introuvable.*1 minute|introuvable.*60 s/);
    expect(events.at(-1)).toMatchObject({ step: "wait" });
    expect(standIn.reuses).toEqual([]);
    down = false;
    await mended();
  });

  it.skipIf(process.getuid?.() === 0)("a folder where one can't write", async () => {
    chmodSync(folder, 0o500);
    expect(await failure()).toMatch(/pas le droit d'y écrire/);
    chmodSync(folder, 0o700);
    await mended();
  });

  it("a site that somebody else holds, told before anything", async () => {
    writeFileSync(join(folder, "index.html"), "<h1>Le leur</h1>");
    expect(await failure()).toMatch(/ne vient pas de l'atelier/);
    expect(standIn.asked).toEqual([]);
  });
});
