import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { readStore, storeFolder, UserError } from "damir";
import { describe, expect, onTestFinished, test } from "vitest";
import { datasetOf, readCatalogue } from "../catalogue/catalogue.js";
import type { DatasetReader, ReceivedFile } from "../dataset-reader.js";
import { addOpenDamir } from "../open-damir.js";
import { publishedFile, publishedRows, temporaryFolder } from "../open-damir.fixture.js";
import { checkStore } from "../store-check.js";
import { placeOf } from "./download-place.js";
import { readDone } from "./download-record.js";
import { HttpClient } from "./http-client.js";
import { periodFromText } from "./period.js";
import { answering, PublishedSites, recordedEffects, type SiteFile } from "./published-sites.fixture.js";
import { bytesToFetch, diskNeeded, planPull, type PullPlan } from "./pull-plan.js";
import { pull, type PullOptions, type PullOutcome } from "./pull.js";
import { planRemoval, remove } from "./removal.js";

const catalogue = readCatalogue();

/** Sites of this machine, an empty home, and the two steps of a pull. */
async function setting() {
  const sites = await PublishedSites.open();
  const effects = recordedEffects(sites);
  const home = temporaryFolder();
  const received: ReceivedFile[][] = [];
  /** A reader that only notes what it is given, for what isn't about reading. */
  const noting: DatasetReader = {
    add: (files) => {
      received.push(files);
      return Promise.resolve([{ source: "x", table: "x", rows: 1, bytes: 1, replaced: false, notes: [] }]);
    },
  };
  const registry = new Proxy<Record<string, DatasetReader>>({}, { get: () => noting });
  const start = (words: Record<string, string[]>, force = false, env = effects.env) => {
    const own = { ...effects, env };
    const client = new HttpClient(own);
    onTestFinished(() => client.close());
    const requests = Object.entries(words).map(([id, periods]) => ({
      dataset: datasetOf(catalogue, id),
      periods: periods.map(periodFromText),
    }));
    return { own, client, plan: () => planPull(requests, home, force, client, own) };
  };
  const plan = (words: Record<string, string[]>, force = false): Promise<PullPlan> =>
    start(words, force).plan();
  const run = async (
    words: Record<string, string[]>,
    options: Partial<PullOptions> = {},
    readers?: Record<string, DatasetReader>,
  ): Promise<PullOutcome> => {
    const { own, client, plan } = start(words, options.force);
    return pull(await plan(), home, { jobs: 2, force: false, ...options }, client, own, readers);
  };
  return { sites, effects, home, received, registry, start, plan, run };
}

function month(of: string, rows = 40): SiteFile {
  return PublishedSites.file(gzipSync(publishedFile(publishedRows(rows, of).map((row) => ({ ...row })))));
}

function monthsIn(home: string): string[] {
  return (readStore(storeFolder(home))?.manifest.tables["damir"]?.files ?? []).flatMap(
    (file) => file.month ?? [],
  );
}

describe("open-damir", () => {
  test("a year comes from the list page, with its session and token; the manifest says from where and when", async () => {
    const { sites, effects, home, run } = await setting();
    for (const of of ["202401", "202402", "202403"]) sites.files.set(`cnam/A${of}.csv.gz`, month(of));
    const outcome = await run({ "open-damir": ["2024"] });
    expect(outcome).toMatchObject({ failures: [], unchanged: [] });
    expect(monthsIn(home)).toEqual(["202401", "202402", "202403"]);
    expect(readStore(storeFolder(home))?.manifest.tables["damir"]?.files[0]?.source).toMatchObject({
      name: "A202401.csv.gz",
      url: "https://open-data-assurance-maladie.ameli.fr/depenses/download_file.php?file=Open_DAMIR/A202401.csv.gz",
      etag: sites.files.get("cnam/A202401.csv.gz")?.etag,
      updated: "2026-03-30",
    });
    expect((await checkStore(storeFolder(home)))?.faults).toEqual([]);
    // Removed after their import, what is known of them stays.
    expect(readdirSync(join(home, "downloads/open-damir")).sort()).toEqual(
      ["202401", "202402", "202403"].map((of) => `A${of}.csv.gz.json`),
    );
    expect(effects.said.filter((text) => text.includes("lien"))).toEqual([]);
  });

  test("a second run finds all unchanged; a month republished comes again", async () => {
    const { sites, home, run } = await setting();
    for (const of of ["202401", "202402"]) sites.files.set(`cnam/A${of}.csv.gz`, month(of));
    await run({ "open-damir": ["2024-01..2024-02"] });
    const sent = sites.sent;
    expect((await run({ "open-damir": ["2024-01..2024-02"] })).unchanged).toEqual([
      "A202401.csv.gz",
      "A202402.csv.gz",
    ]);
    expect(sites.sent).toBe(sent);
    sites.files.set("cnam/A202402.csv.gz", month("202402", 55));
    const again = await run({ "open-damir": ["2024-01..2024-02"] });
    expect(again.unchanged).toEqual(["A202401.csv.gz"]);
    expect(again.imported).toMatchObject([{ month: "202402", rows: 55, replaced: true }]);
    expect((await run({ "open-damir": ["2024-01"] }, { force: true })).imported).toMatchObject([
      { replaced: true },
    ]);
    expect((await checkStore(storeFolder(home)))?.faults).toEqual([]);
  });

  test("a month imported by hand isn't fetched where it is the one published", async () => {
    const { sites, home, plan } = await setting();
    const file = month("202401");
    sites.files.set("cnam/A202401.csv.gz", file);
    const path = join(temporaryFolder(), "A202401.csv.gz");
    writeFileSync(path, file.bytes);
    await addOpenDamir([{ path }], home);
    expect((await plan({ "open-damir": ["2024-01"] })).files).toMatchObject([{ state: "unchanged" }]);
  });

  test("a stale token is recognised and renewed", async () => {
    const { sites, effects, home, start } = await setting();
    sites.files.set("cnam/A202401.csv.gz", month("202401"));
    const { own, client, plan } = start({ "open-damir": ["2024-01"] });
    const planned = await plan();
    sites.expire();
    await pull(planned, home, { jobs: 1, force: false }, client, own);
    expect(effects.said).toContain("A202401.csv.gz : le lien n'est plus valable, la page en redonne un.");
    expect(monthsIn(home)).toEqual(["202401"]);
  });

  test("a token that is always stale is told, with a way out", async () => {
    const { sites, run } = await setting();
    sites.files.set("cnam/A202401.csv.gz", month("202401"));
    const page = answering(200, { "content-type": "text/html" }, "<html>session</html>");
    sites.faults.push(page, page, page, page);
    const { failures } = await run({ "open-damir": ["2024-01"] });
    expect(failures).toEqual([
      expect.stringMatching(/page web .*demandé 3 fois de nouveau.*damir data add open-damir/),
    ]);
  });

  test("months not published are said, the others come; none at all is refused", async () => {
    const { sites, plan } = await setting();
    sites.files.set("cnam/A202401.csv.gz", month("202401"));
    expect(await plan({ "open-damir": ["2024-01..2024-03"] })).toMatchObject({
      files: [{ state: "fetch" }],
      missing: ["open-damir 2024-02", "open-damir 2024-03"],
    });
    await expect(plan({ "open-damir": ["2024-02"] })).rejects.toThrow(
      /rien de ce que vous demandez n'est publié \(2024-02\)/,
    );
    await expect(plan({ "open-damir": ["2023-02"] })).rejects.toThrow(
      /ne montre aucun fichier à télécharger/,
    );
    await expect(plan({ "open-damir": [] })).rejects.toThrow(/Dites quels mois/);
    await expect(plan({ "open-damir": ["1999"] })).rejects.toThrow(/n'a rien sur cette période/);
    await expect(plan({ medecins: ["2024"] })).rejects.toThrow(/se télécharge en entier/);
  });

  test("one bad month doesn't keep the others from coming", async () => {
    const { sites, home, run } = await setting();
    for (const of of ["202401", "202403"]) sites.files.set(`cnam/A${of}.csv.gz`, month(of));
    sites.files.set("cnam/A202402.csv.gz", PublishedSites.file(gzipSync("x;y\n1;2\n")));
    const { failures } = await run({ "open-damir": ["2024"] }, { jobs: 1 });
    expect(failures).toEqual([expect.stringMatching(/A202402\.csv\.gz n'est pas/)]);
    expect(monthsIn(home)).toEqual(["202401", "202403"]);
    // It stays for whoever wants to look at it, and isn't fetched again.
    const sent = sites.sent;
    expect((await run({ "open-damir": ["2024-02"] })).failures).toHaveLength(1);
    expect(sites.sent).toBe(sent);
  });

  test("two at once don't hurt each other: one fetches, the other sees it is done", async () => {
    const { sites, home, run } = await setting();
    for (const of of ["202401", "202402"]) sites.files.set(`cnam/A${of}.csv.gz`, month(of));
    const outcomes = await Promise.all([run({ "open-damir": ["2024"] }), run({ "open-damir": ["2024"] })]);
    expect(outcomes.flatMap(({ failures }) => failures)).toEqual([]);
    expect(outcomes.flatMap(({ imported }) => imported.map((file) => file.month)).sort()).toEqual([
      "202401",
      "202402",
    ]);
    expect(monthsIn(home)).toEqual(["202401", "202402"]);
    expect((await checkStore(storeFolder(home)))?.faults).toEqual([]);
  });

  test("removing a month takes its file, its downloads and nothing else", async () => {
    const { sites, home, run } = await setting();
    for (const of of ["202401", "202402"]) sites.files.set(`cnam/A${of}.csv.gz`, month(of));
    await run({ "open-damir": ["2024"] }, { keep: true });
    const dataset = datasetOf(catalogue, "open-damir");
    await remove(planRemoval(dataset, ["2024-01"], home), home);
    expect(monthsIn(home)).toEqual(["202402"]);
    expect(readdirSync(join(home, "downloads/open-damir")).sort()).toEqual([
      "A202402.csv.gz",
      "A202402.csv.gz.json",
    ]);
    expect(readdirSync(join(storeFolder(home), "damir"))).toEqual(["202402.parquet"]);
    await remove(planRemoval(dataset, undefined, home), home);
    expect(readStore(storeFolder(home))?.manifest.tables).not.toHaveProperty("damir");
    expect(() => planRemoval(dataset, undefined, home)).toThrow(/Rien à enlever/);
    expect((await run({ "open-damir": ["2024"] })).imported).toHaveLength(2);
  });
});

describe("other ways to find files", () => {
  test("data.gouv.fr's list, page after page: the four files of a year go together, others are left", async () => {
    const { sites, home, received, registry, run, plan } = await setting();
    const titles = [
      "caract-2023.csv",
      "lieux-2023.csv",
      "vehicules-2023.csv",
      "usagers-2023.csv",
      "notice.pdf",
      "usagers-2022.csv",
    ];
    const dataset = "53698f4ca3a729239d2036df";
    sites.resources.set(
      dataset,
      titles.map((title) => ({
        id: randomUUID(),
        title,
        url: `https://static.data.gouv.fr/resources/../../etc/${title}`,
        last_modified: "2024-10-21T10:00:00",
      })),
    );
    for (const title of titles)
      sites.files.set(`static.data.gouv.fr/etc/${title}`, PublishedSites.file(`a;b\n${title};2\n`));
    expect(await plan({ accidents: ["2022..2023"] })).toMatchObject({
      missing: ["accidents caracteristiques 2022", "accidents lieux 2022", "accidents vehicules 2022"],
    });
    expect((await run({ accidents: ["2023"] }, {}, registry)).failures).toEqual([]);
    expect(received).toHaveLength(1);
    expect(received[0]?.map(({ path, origin }) => [path.slice(home.length), origin?.updated]).sort()).toEqual(
      ["caracteristiques", "lieux", "usagers", "vehicules"].map((part) => [
        `/downloads/accidents/${part}-2023.csv`,
        "2024-10-21",
      ]),
    );
  });

  test("a file without labels, else with, else a yearly zip", async () => {
    const { sites, plan } = await setting();
    const dataset = datasetOf(catalogue, "depenses-departement").datagouv?.slug ?? "";
    const titles = ["R202001.CSV", "R202001_sanslib.CSV", "R202002.CSV", "R_2019_sans_lib.zip", "R_2020.zip"];
    sites.resources.set(
      dataset,
      titles.map((title) => ({
        id: randomUUID(),
        title,
        url: `https://static.data.gouv.fr/${title}`,
        filesize: 1000,
      })),
    );
    for (const title of titles) sites.files.set(`static.data.gouv.fr/${title}`, PublishedSites.file("x"));
    const { files } = await plan({ "depenses-departement": ["2019-12..2020-03"] });
    expect(files.map(({ remote }) => remote.name)).toEqual([
      "R_2019_sans_lib.zip",
      "R202001_sanslib.csv",
      "R202002.csv",
      "R_2020.zip",
    ]);
  });

  test("names nobody knows are told, and an API that has changed", async () => {
    const { sites, plan } = await setting();
    sites.resources.set("53698f4ca3a729239d2036df", [
      { id: randomUUID(), title: "tout.zip", url: "https://x/tout.zip" },
    ]);
    await expect(plan({ accidents: [] })).rejects.toThrow(
      /ne porte un nom connu \(on y trouve : tout\.zip\)/,
    );
    sites.resources.set("53698f4ca3a729239d2036df", [
      { id: "../../etc", title: "lieux-2023.csv", url: "https://x/" },
    ]);
    await expect(plan({ accidents: [] })).rejects.toThrow(/n'est pas celle qu'on attend de data\.gouv\.fr/);
  });

  test("years of names that haven't moved yet in January, and départements that aren't there", async () => {
    const { sites, plan } = await setting();
    const folder = "object.files.data.gouv.fr/meteofrance/data/synchro_ftp/BASE/QUOT";
    const file = PublishedSites.file(gzipSync("x"));
    sites.files.set(`${folder}/Q_01_latest-2025-2026_RR-T-Vent.csv.gz`, file);
    sites.files.set(`${folder}/Q_2A_latest-2025-2026_RR-T-Vent.csv.gz`, file);
    // The year before: what the names say until they move.
    sites.files.set(`${folder}/Q_971_latest-2024-2025_RR-T-Vent.csv.gz`, file);
    sites.files.set(`${folder}/Q_01_previous-1950-2024_RR-T-Vent.csv.gz`, file);
    const recent = await plan({ meteo: ["2026"] });
    expect(recent.files.map(({ remote }) => remote.name)).toEqual([
      "Q_01_latest-2025-2026_RR-T-Vent.csv.gz",
      "Q_971_latest-2024-2025_RR-T-Vent.csv.gz",
    ]);
    expect(recent.missing).toHaveLength(98);
    expect((await plan({ meteo: ["2024"] })).files.map(({ remote }) => remote.name)).toContain(
      "Q_01_previous-1950-2024_RR-T-Vent.csv.gz",
    );
  });

  test("a stable link, whatever the file behind it is called", async () => {
    const { sites, home, received, registry, run } = await setting();
    const id = "58c6b89a-e364-4867-9fdf-2f7770117cc5";
    sites.resources.set("x", [{ id, title: "", url: "https://static.data.gouv.fr/RPPS 2026.xlsx" }]);
    const zip = Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.from("PK\u0005\u0006")]);
    sites.files.set("static.data.gouv.fr/RPPS%202026.xlsx", PublishedSites.file(zip));
    expect((await run({ medecins: [] }, { keep: true }, registry)).failures).toEqual([]);
    expect(received.flat()).toMatchObject([
      { path: placeOf(home, "medecins", "medecins-rpps.xlsx").file, origin: { updated: "2026-03-30" } },
    ]);
    expect(readDone(placeOf(home, "medecins", "medecins-rpps.xlsx").done)?.imported?.tables).toEqual(["x"]);
  });
});

test("the disk that a pull needs is counted before, and refused where it isn't there", async () => {
  const { sites, home, plan, start } = await setting();
  sites.files.set("cnam/A202401.csv.gz", month("202401"));
  const planned = await plan({ "open-damir": ["2024-01"] });
  expect(bytesToFetch(planned)).toBe(sites.files.get("cnam/A202401.csv.gz")?.bytes.length);
  const [file] = planned.files;
  if (!file) throw new Error("no file planned");
  const real: PullPlan = {
    files: Array.from({ length: 12 }, () => ({ ...file, bytes: 950e6 })),
    missing: [],
  };
  // 12 originals of 0.95 GB, 12 months of 0.5 GB, and 6 GB of text × 1.6 for the import under way.
  expect(diskNeeded(real, 2, () => true)).toBe(12 * 950e6 + 12 * 500e6 + 6e9 * 1.6);
  expect(diskNeeded(real, 2, () => false)).toBeLessThan(diskNeeded(real, 2, () => true));
  const huge: PullPlan = { files: [{ ...file, bytes: 1e15 }], missing: [] };
  const { own, client } = start({});
  await expect(pull(huge, home, { jobs: 1, force: false }, client, own)).rejects.toThrow(UserError);
  await expect(pull(huge, home, { jobs: 1, force: false }, client, own)).rejects.toThrow(
    /Il faut environ .* To libres/,
  );
  expect(existsSync(join(home, "store"))).toBe(false);
});

describe("behind a proxy", () => {
  /** A proxy that opens tunnels, as companies have. */
  async function proxy(): Promise<{ address: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((_, response) => {
      response.statusCode = 501;
      response.end();
    });
    server.on("connect", (request: IncomingMessage, socket) => {
      asked.push(`${request.url ?? ""} ${request.headers["proxy-authorization"] ?? ""}`.trim());
      socket.on("error", () => undefined);
      if (asked.length === 1 && request.headers["proxy-authorization"] === undefined) {
        socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
        return;
      }
      const [host, port] = (request.url ?? "").split(":");
      const tunnel = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        tunnel.pipe(socket).pipe(tunnel);
      });
      tunnel.on("error", () => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  test("everything goes through it, with the account that it wants; NO_PROXY goes around", async () => {
    const { sites, effects, home, start } = await setting();
    sites.files.set("cnam/A202401.csv.gz", month("202401"));
    const { address, asked } = await proxy();
    const base = { ...effects.env, HTTP_PROXY: `http://${address}` };
    await expect(start({ "open-damir": ["2024-01"] }, false, base).plan()).rejects.toThrow(
      /proxy demande de s'identifier/,
    );
    const env = { ...base, HTTP_PROXY: `http://moi:secret@${address}` };
    const { own, client, plan } = start({ "open-damir": ["2024-01"] }, false, env);
    expect((await pull(await plan(), home, { jobs: 1, force: false }, client, own)).failures).toEqual([]);
    expect(monthsIn(home)).toEqual(["202401"]);
    const target = sites.address.replace("http://", "");
    expect(asked[1]).toBe(`${target} Basic ${Buffer.from("moi:secret").toString("base64")}`);
    const through = asked.length;
    await start({ "open-damir": ["2024-01"] }, false, { ...env, NO_PROXY: "127.0.0.1" }).plan();
    expect(asked).toHaveLength(through);
  });

  test("one that isn't there, or can't be read, is told", async () => {
    const { sites, effects, start } = await setting();
    sites.files.set("cnam/A202401.csv.gz", month("202401"));
    const env = { ...effects.env, HTTP_PROXY: "http://127.0.0.1:9" };
    await expect(start({ "open-damir": ["2024-01"] }, false, env).plan()).rejects.toThrow(
      /par le proxy\) est coupée \(ECONNREFUSED\)/,
    );
    expect(() => start({}, false, { HTTPS_PROXY: "mon proxy" })).toThrow(/L'adresse du proxy ne se lit pas/);
    expect(() => start({}, false, { DAMIR_MIRROR: "miroir" })).toThrow(/DAMIR_MIRROR ne se lit pas/);
  });
});
