import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { UserError } from "damir";
import { describe, expect, onTestFinished, test } from "vitest";
import { datasetOf, readCatalogue } from "../catalogue/catalogue.js";
import type { Dataset } from "../catalogue/dataset.js";
import { temporaryFolder } from "../open-damir.fixture.js";
import { download, type Download } from "./download.js";
import { placeOf, type DownloadPlace } from "./download-place.js";
import { HttpClient } from "./http-client.js";
import {
  answering,
  cutAfter,
  PublishedSites,
  recordedEffects,
  type SiteFile,
} from "./published-sites.fixture.js";
import type { RemoteFile } from "./remote-file.js";

const meteo = datasetOf(readCatalogue(), "meteo");
const published = gzipSync(randomBytes(30_000));
const address = "object.files.data.gouv.fr/Q_01.csv.gz";

/** A file on a server, and what is needed to download it. */
async function setting(
  file: SiteFile = PublishedSites.file(published),
  dataset: Dataset = meteo,
  folder = temporaryFolder(),
) {
  const sites = await PublishedSites.open();
  sites.files.set(address, file);
  const effects = recordedEffects(sites);
  const client = new HttpClient(effects);
  onTestFinished(() => client.close());
  const place = placeOf(folder, dataset.id, "Q_01.csv.gz");
  const remote: RemoteFile = {
    name: "Q_01.csv.gz",
    url: `https://${address}`,
    content: "gzip",
    alternatives: [],
    optional: false,
  };
  const get = (more: Partial<RemoteFile> = {}, keepsOld = false): Promise<Download> =>
    download({ ...remote, ...more }, dataset, place, keepsOld, client, effects, () => undefined);
  return { sites, effects, place, get };
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function refusal(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.catch((error: unknown) => error);
  expect(error).toBeInstanceOf(UserError);
  return (error as Error).message;
}

function namesIn(place: DownloadPlace): string[] {
  return readdirSync(dirname(place.file)).sort();
}

test("a file comes whole, with what identifies it", async () => {
  const { place, get } = await setting();
  const { record, fetched } = await get();
  expect(fetched).toBe(true);
  expect(readFileSync(place.file)).toEqual(published);
  expect(record).toMatchObject({
    url: `https://${address}`,
    bytes: published.length,
    sha256: sha256(published),
    updated: "2025-09-30",
  });
  expect(namesIn(place)).toEqual(["Q_01.csv.gz", "Q_01.csv.gz.json"]);
});

test("what hasn't changed doesn't come twice, what has does", async () => {
  const { sites, place, get } = await setting();
  await get();
  expect(await get()).toMatchObject({ fetched: false });
  expect(sites.sent).toBe(published.length);
  const next = gzipSync("next");
  sites.files.set(address, PublishedSites.file(next, { lastModified: "Wed, 01 Oct 2025 08:00:00 GMT" }));
  expect(await get()).toMatchObject({ fetched: true });
  expect(readFileSync(place.file)).toEqual(next);
});

describe("a connection cut", () => {
  const small = gzipSync(randomBytes(40));

  test("at any byte, the rest comes and nothing twice", async () => {
    const { sites, place, get } = await setting(PublishedSites.file(small));
    for (let cut = 0; cut < small.length; cut++) {
      sites.faults.push(cutAfter(cut));
      const { record } = await get();
      expect(record.sha256, `cut at ${cut}`).toBe(sha256(small));
      execFileSync("rm", ["-r", dirname(place.file)]);
    }
  });

  test("again and again, as long as each try brings something", async () => {
    const { sites, effects, get } = await setting();
    for (let cut = 0; cut < 20; cut++) sites.faults.push(cutAfter(1000));
    expect((await get()).record.sha256).toBe(sha256(published));
    expect(sites.requests.length).toBe(21);
    expect(Math.max(...effects.waits)).toBeLessThan(1_300);
  });

  test("for good: it gives up, keeps what came, and goes on from there another day", async () => {
    const { sites, effects, place, get } = await setting();
    sites.faults.push(cutAfter(10_000), ...Array.from({ length: 5 }, () => cutAfter(0)));
    expect(await refusal(get())).toMatch(
      /^Q_01\.csv\.gz : la connexion .*coupée.*Abandon après 6 essais ; relancez plus tard/,
    );
    // The first failure brought something.
    expect(effects.waits).toHaveLength(5);
    expect(readFileSync(place.partial)).toEqual(published.subarray(0, 10_000));
    sites.sent = 0;
    expect((await get()).record.sha256).toBe(sha256(published));
    expect(sites.sent).toBe(published.length - 10_000);
  });

  test("and a server that ignores Range: it starts again", async () => {
    const { sites, get } = await setting(PublishedSites.file(published, { ranges: false }));
    sites.faults.push(cutAfter(10_000));
    expect((await get()).record.sha256).toBe(sha256(published));
  });

  test("and the file changed meanwhile: it starts again, and nothing is mixed", async () => {
    const { sites, get } = await setting();
    const next = gzipSync(randomBytes(30_000));
    sites.faults.push((request, response, file) => {
      sites.files.set(address, PublishedSites.file(next, { lastModified: "Wed, 01 Oct 2025 08:00:00 GMT" }));
      return cutAfter(10_000)(request, response, file);
    });
    expect((await get()).record.sha256).toBe(sha256(next));
  });

  test("and the file changed on a server without versions: gzip's checksum tells", async () => {
    const plain = (bytes: Buffer): SiteFile => ({ bytes });
    const { sites, effects, get } = await setting(plain(published));
    const next = gzipSync(randomBytes(30_000));
    expect(next.length).toBe(published.length);
    sites.faults.push((request, response, file) => {
      sites.files.set(address, plain(next));
      return cutAfter(10_000)(request, response, file);
    });
    expect((await get()).record.sha256).toBe(sha256(next));
    expect(effects.said.join("\n")).toMatch(/ne se décompresse pas.*téléchargé de nouveau/);
  });
});

describe("a server that refuses", () => {
  test.each([
    [403, /refuse de donner ce fichier \(réponse 403\)/],
    [404, /n'a pas ce fichier \(réponse 404\)/],
    [410, /n'a pas ce fichier \(réponse 410\)/],
    [418, /répond 418, ce qui n'est pas prévu/],
  ])("%d is said at once", async (status, message) => {
    const { sites, effects, place, get } = await setting();
    sites.faults.push(answering(status));
    expect(await refusal(get())).toMatch(message);
    expect(effects.waits).toEqual([]);
    expect(namesIn(place)).toEqual([]);
  });

  test.each([429, 500, 502, 503, 504])("%d is tried again, later and later", async (status) => {
    const { sites, effects, get } = await setting();
    sites.faults.push(answering(status), answering(status), answering(status));
    expect((await get()).fetched).toBe(true);
    expect(effects.waits).toHaveLength(3);
    for (const [place, wait] of effects.waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(750 * 2 ** place);
      expect(wait).toBeLessThanOrEqual(1250 * 2 ** place);
    }
  });

  test("Retry-After is obeyed, in seconds and as a date", async () => {
    const { sites, effects, get } = await setting();
    sites.faults.push(
      answering(503, { "retry-after": "7" }),
      answering(429, { "retry-after": "Tue, 24 Nov 2026 10:00:30 GMT" }),
    );
    await get();
    expect(effects.waits).toEqual([7_000, 30_000]);
  });

  test("a wait of hours is left to the person", async () => {
    const { sites, get } = await setting();
    sites.faults.push(answering(429, { "retry-after": "7200" }));
    expect(await refusal(get())).toMatch(/demande d'attendre 120 minutes/);
  });
});

describe("redirects", () => {
  test("are followed, to another site too", async () => {
    const { sites, get } = await setting();
    sites.files.set("static.data.gouv.fr/there.gz", PublishedSites.file(published));
    sites.faults.push(answering(302, { location: "https://static.data.gouv.fr/there.gz" }));
    expect((await get()).record.sha256).toBe(sha256(published));
    expect(sites.requests.at(-1)).toBe("GET static.data.gouv.fr/there.gz");
  });

  test("in a circle are told", async () => {
    const { sites, get } = await setting();
    sites.faults.push(
      answering(302, { location: "/elsewhere.gz" }),
      answering(301, { location: `https://${address}` }),
    );
    sites.files.set("object.files.data.gouv.fr/elsewhere.gz", PublishedSites.file(""));
    expect(await refusal(get())).toMatch(/tourne en rond/);
  });

  test("without end are told", async () => {
    const { sites, get } = await setting();
    for (let step = 0; step < 20; step++) {
      sites.files.set(`object.files.data.gouv.fr/${step}.gz`, PublishedSites.file(""));
      sites.faults.push(answering(302, { location: `/${step}.gz` }));
    }
    expect(await refusal(get())).toMatch(/plus de 10 autres/);
  });

  test("to an address in clear, or that can't be read, aren't followed", async () => {
    const { sites, get } = await setting();
    sites.faults.push(answering(302, { location: "http://object.files.data.gouv.fr/x.gz" }));
    expect(await refusal(get())).toMatch(/n'est pas sûre/);
    sites.faults.push(answering(302, { location: "file:///etc/passwd" }));
    expect(await refusal(get())).toMatch(/n'est pas sûre/);
    sites.faults.push(answering(302, { location: "https://[" }));
    expect(await refusal(get())).toMatch(/ne se lit pas/);
  });
});

describe("bytes that aren't the file's", () => {
  test("a web page with status 200", async () => {
    const { sites, place, get } = await setting();
    sites.faults.push(answering(200, { "content-type": "text/html" }, "<!DOCTYPE html><html>Erreur</html>"));
    expect(await refusal(get())).toMatch(/répond une page web au lieu du fichier/);
    expect(namesIn(place)).toEqual([]);
  });

  test("a page doesn't take away what came before", async () => {
    const { sites, place, get } = await setting();
    sites.faults.push(cutAfter(10_000), answering(200, {}, `<html>${"x".repeat(2_000)}</html>`));
    await refusal(get());
    expect(readFileSync(place.partial)).toEqual(published.subarray(0, 10_000));
  });

  test("something else than a gzip", async () => {
    const { get } = await setting(PublishedSites.file("a;b\n1;2\n"));
    expect(await refusal(get())).toMatch(/n'envoie pas un \.gz, mais « a;b/);
  });

  test("an empty file", async () => {
    const { get } = await setting(PublishedSites.file(""));
    expect(await refusal(get())).toMatch(/abîmé sur le serveur : le fichier reçu est vide, deux fois/);
  });

  test.each([
    ["truncated", published.subarray(0, -9)],
    ["with a changed byte", Buffer.from(published.map((byte, place) => (place === 5_000 ? byte ^ 1 : byte)))],
    ["followed by zeros", Buffer.concat([published, Buffer.alloc(20)])],
  ])("a gzip %s is asked once more, then refused", async (_, bytes) => {
    const { sites, place, get } = await setting(PublishedSites.file(bytes));
    expect(await refusal(get())).toMatch(/est abîmé sur le serveur : .*, deux fois de suite/);
    expect(sites.requests).toHaveLength(2);
    expect(namesIn(place)).toEqual([]);
  });

  test("a truncated xlsx", async () => {
    const { get } = await setting(
      PublishedSites.file(Buffer.concat([Buffer.from("PK\u0003\u0004"), deflateRawSync("x")])),
    );
    expect(await refusal(get({ content: "zip" }))).toMatch(/l'archive est tronquée/);
  });

  test("less than announced", async () => {
    const { sites, get } = await setting();
    sites.faults.push((_, response, { bytes, etag }) => {
      response.writeHead(200, {
        "content-length": bytes.length + 100,
        ...(etag === undefined ? {} : { etag }),
      });
      response.write(bytes, () => response.destroy());
      return true;
    });
    expect((await get()).record.bytes).toBe(published.length);
  });

  test("more than any file of the dataset", async () => {
    const small = { ...meteo, tailles: { ...meteo.tailles, fichier_max: 10_000 } };
    const { sites, get } = await setting(PublishedSites.file(published), small);
    expect(await refusal(get())).toMatch(/dépasse 10 ko/);
    sites.faults.push((_, response, { bytes }) => {
      response.writeHead(200);
      response.end(bytes);
      return true;
    });
    expect(await refusal(get())).toMatch(/dépasse 10 ko/);
  });

  test("a bomb", async () => {
    const small = { ...meteo, tailles: { ...meteo.tailles, decompresse_max: 5e6 } };
    const { place, get } = await setting(PublishedSites.file(gzipSync(Buffer.alloc(20e6))), small);
    expect(await refusal(get())).toMatch(/se décompresse en plus de 5 Mo/);
    expect(namesIn(place)).toEqual([]);
  });
});

test("records that can't be read only cost a download", async () => {
  const { place, get } = await setting();
  mkdirSync(dirname(place.file), { recursive: true });
  for (const path of [place.begun, place.done]) writeFileSync(path, '{"bytes":');
  writeFileSync(place.partial, "x");
  expect((await get()).record.sha256).toBe(sha256(published));
  expect(existsSync(place.partial)).toBe(false);
});

test("a disk that fills up on the way keeps what came", async ({ skip }) => {
  const disk = temporaryFolder();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], { stdio: "ignore" });
  } catch {
    return skip("only root can mount a small disk to fill");
  }
  onTestFinished(() => void execFileSync("umount", [disk]));
  const large = gzipSync(randomBytes(400_000));
  const { place, get } = await setting(PublishedSites.file(large), meteo, join(disk, "home"));
  expect(await refusal(get())).toMatch(/Le disque de .* est plein\. Ce qui est téléchargé est gardé/);
  const kept = readFileSync(place.partial);
  expect(kept.length).toBeGreaterThan(50_000);
  expect(kept).toEqual(large.subarray(0, kept.length));
});
