import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createHash } from "node:crypto";
import { createServer, request, type IncomingMessage } from "node:http";
import { connect as dial, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, readStore, storeFolder, type StoreFile } from "damir";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { readCatalogue, datasetOf } from "../catalogue/catalogue.js";
import { silentFetchEffects, type FetchEffects } from "../fetch/fetch-effects.js";
import { HttpClient } from "../fetch/http-client.js";
import { bytesToMirror, mirror, planMirror, type MirrorRequest } from "../fetch/mirror.js";
import { checkStore } from "../store-check.js";
import { serveFiles, type FileServer } from "./file-server.js";
import { openDamir, writeStore } from "./served-store.fixture.js";

const effects: FetchEffects = { ...silentFetchEffects, env: {}, wait: () => Promise.resolve() };

let home: string;
let server: FileServer;
let base: string;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "damir-files-"));
  await writeStore(home);
  server = await serveFiles(home, { host: "127.0.0.1", port: 0 });
  base = server.addresses[0] ?? "";
});
afterEach(async () => {
  await server.close();
  rmSync(home, { recursive: true, force: true });
});

/** Asks as a program would that doesn't tidy the path. */
async function ask(path: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  const sent = request({ host: "127.0.0.1", port: server.port, path, ...options });
  sent.end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const pieces: Buffer[] = [];
  for await (const piece of answer as AsyncIterable<Buffer>) pieces.push(piece);
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) };
}

function files(of = home): StoreFile[] {
  return Object.values(readStore(storeFolder(of))?.manifest.tables ?? {}).flatMap((table) => table.files);
}

const someFile = () => files().find(({ month }) => month === "202401") ?? expect.fail("no month");

describe("damir serve files", () => {
  it("gives the manifest, the checksums, and files by parts", async () => {
    const { path, bytes, sha256 } = someFile();
    expect(JSON.parse((await ask("/manifest.json")).body.toString())).toEqual(
      readStore(storeFolder(home))?.manifest,
    );
    expect((await ask("/SHA256SUMS")).body.toString()).toContain(`${sha256}  ${path}\n`);
    const whole = readFileSync(join(storeFolder(home), path));
    const answer = await ask(`/${path}`);
    expect([answer.status, answer.headers.etag, answer.body.equals(whole)]).toEqual([
      200,
      `"${sha256}"`,
      true,
    ]);
    const part = await ask(`/${path}`, { headers: { range: "bytes=10-19" } });
    expect([part.status, part.headers["content-range"], part.body]).toEqual([
      206,
      `bytes 10-19/${bytes}`,
      whole.subarray(10, 20),
    ]);
    expect((await ask(`/${path}`, { headers: { range: `bytes=${bytes}-` } })).status).toBe(416);
    expect((await ask(`/${path}`, { headers: { "if-none-match": `"${sha256}"` } })).status).toBe(304);
    const head = await ask(`/${path}`, { method: "HEAD" });
    expect([head.headers["content-length"], head.body.length]).toEqual([String(bytes), 0]);
  });

  it("gives nothing else of the disk, and takes nothing", async () => {
    writeFileSync(join(storeFolder(home), "secret.txt"), "secret");
    writeFileSync(join(home, "cle"), "secret");
    for (const path of [
      "/",
      "/secret.txt",
      "/../cle",
      "/damir/../../cle",
      "/%2e%2e/cle",
      "/..%2fcle",
      "//etc/passwd",
      "/damir",
      "/damir/",
      "/%",
      "/damir/202401.parquet%00",
    ]) {
      const { status, body } = await ask(path);
      expect([path, status], body.toString()).toEqual([path, 404]);
    }
    for (const method of ["PUT", "POST", "DELETE", "OPTIONS"]) {
      expect((await ask("/manifest.json", { method })).status).toBe(405);
    }
  });

  it("says what hinders it", async () => {
    await expect(serveFiles(home, { host: "127.0.0.1", port: server.port })).rejects.toThrow(
      /Le port \d+ est pris/,
    );
    await expect(serveFiles(join(home, "vide"), { port: 0 })).rejects.toThrow(/il n'y a rien à servir/);
  });
});

describe("damir data pull --from", () => {
  let copy: string;
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "damir-copy-"));
  });
  afterEach(() => {
    rmSync(copy, { recursive: true, force: true });
  });

  /** Copies, and says how many files came. */
  async function pullFrom(
    address = base,
    requests: MirrorRequest[] = [],
    around: FetchEffects = effects,
  ): Promise<number> {
    const client = new HttpClient(around);
    try {
      const plan = await planMirror(address, requests, copy, client, around);
      await mirror(plan, copy, 2, client, around);
      return plan.missing.length;
    } finally {
      await client.close();
    }
  }

  it("makes the same store, that answers the same", async () => {
    expect(await pullFrom()).toBe(files().length);
    expect(readStore(storeFolder(copy))?.manifest).toEqual(readStore(storeFolder(home))?.manifest);
    expect(await checkStore(storeFolder(copy))).toMatchObject({ faults: [], leftovers: [] });
    const [one, other] = [await connect({ home }), await connect({ home: copy })];
    const query = "SELECT flx_ann_moi, sum(flt_rem_mnt) AS s FROM damir GROUP BY 1 ORDER BY 1";
    const strings = Object.assign([query], { raw: [query] });
    expect((await other.sql(strings)).rows).toEqual((await one.sql(strings)).rows);
    await Promise.all([one.close(), other.close()]);
    expect(readdirSync(join(copy, "downloads", "miroir"))).toEqual([]);
  });

  it("brings again only what changed, and keeps what only this store has", async () => {
    await pullFrom();
    expect(await pullFrom()).toBe(0);
    await writeStore(copy, { mien: { select: "SELECT 1 AS x" } });
    await writeStore(home, {
      damir: { ...openDamir, select: openDamir.select.replace("- 20", "- 21"), months: [202402] },
    });
    expect(await pullFrom()).toBe(1);
    const tables = readStore(storeFolder(copy))?.manifest.tables ?? {};
    expect(Object.keys(tables)).toContain("mien");
    expect(tables["damir"]?.files.map(({ sha256 }) => sha256).sort()).toEqual(
      files()
        .filter(({ path }) => path.startsWith("damir/"))
        .map(({ sha256 }) => sha256)
        .sort(),
    );
    expect(await checkStore(storeFolder(copy))).toMatchObject({ faults: [] });
  });

  it("brings the months that are asked for", async () => {
    const dataset = datasetOf(readCatalogue(), "open-damir");
    expect(await pullFrom(base, [{ dataset, months: ["2024-02"] }])).toBe(1);
    expect(files(copy).map(({ month }) => month)).toEqual(["202402"]);
    await expect(pullFrom(base, [{ dataset, months: ["2019-01"] }])).rejects.toThrow(
      /n'a rien de ce qui est demandé. Il a : damir, /,
    );
  });

  it("goes on from where the connection was cut", async () => {
    const asked: (string | undefined)[] = [];
    let cuts = 0;
    const address = await through(async (path, range) => {
      const answer = await fetch(`${base}${path}`, range === undefined ? {} : { headers: { range } });
      const body = Buffer.from(await answer.arrayBuffer());
      const cut = path.includes("damir/") && ++cuts <= 3;
      if (path.includes("damir/")) asked.push(range);
      return { answer, body, sent: cut ? Math.ceil(body.length / 2) : body.length };
    });
    await pullFrom(address);
    expect(cuts).toBeGreaterThan(3);
    expect(asked.filter((range) => range !== undefined && !range.startsWith("bytes=0-"))).not.toEqual([]);
    expect(readStore(storeFolder(copy))?.manifest).toEqual(readStore(storeFolder(home))?.manifest);
  });

  it("refuses a file that isn't the one announced, and keeps the store as it was", async () => {
    const { path } = someFile();
    const address = await through(async (asked) => {
      const answer = await fetch(`${base}${asked}`);
      const body = Buffer.from(await answer.arrayBuffer());
      if (asked === `/${path}`) body.writeUInt8(body.readUInt8(100) ^ 1, 100);
      return { answer, body, sent: body.length };
    });
    await expect(pullFrom(address)).rejects.toThrow(/n'est pas celui que le manifeste .* annonce \(sha256\)/);
    expect(files(copy).map((file) => file.path)).not.toContain(path);
    await pullFrom();
    expect(await checkStore(storeFolder(copy))).toMatchObject({ faults: [] });
  });

  it.each([
    ["../../evasion.parquet", /n'est pas un magasin/],
    ["damir/../../evasion.parquet", /n'est pas un magasin/],
    ["/etc/passwd", /n'est pas un magasin/],
  ])("never writes where a manifest says %s", async (path, message) => {
    const address = await through(async (asked) => {
      const answer = await fetch(`${base}${asked}`);
      const text = (await answer.text()).replaceAll(someFile().path, path);
      return { answer, body: Buffer.from(text), sent: Buffer.byteLength(text) };
    });
    await expect(pullFrom(address)).rejects.toThrow(message);
    expect(readdirSync(copy)).toEqual([]);
  });

  it.each([
    ["pas une adresse", /n'est pas l'adresse d'un magasin/],
    ["ftp://serveur/x", /commence par http/],
  ])("refuses « %s » as an address", async (address, message) => {
    await expect(pullFrom(address)).rejects.toThrow(message);
  });

  it("says when what answers is another site, or nobody does", async () => {
    const site = await through(() =>
      Promise.resolve({
        answer: new Response(),
        body: Buffer.from("<!doctype html><p>Routeur"),
        sent: 25,
      }),
    );
    await expect(pullFrom(site)).rejects.toThrow(/n'est pas un magasin de l'Atelier DAMIR/);
    await expect(pullFrom("http://127.0.0.1:1")).rejects.toThrow(/127\.0\.0\.1/);
  });

  it("says that the other store changed when a file goes during the copy, keeps what came, and brings the rest when asked again", async () => {
    const address = await through(async (path) => {
      // The first month comes; the second is replaced there by then.
      if (path.endsWith("202402.parquet")) {
        const select = openDamir.select.replace("- 20", "- 21");
        await writeStore(home, { damir: { ...openDamir, select, months: [202402] } });
      }
      const answer = await fetch(`${base}${path}`);
      const body = Buffer.from(await answer.arrayBuffer());
      return { answer, body, sent: body.length };
    });
    await expect(pullFrom(address)).rejects.toThrow(
      /202402\.parquet n'est plus sur .* remplacées ou enlevées pendant la copie.* relancez la même commande/,
    );
    expect(await checkStore(storeFolder(copy))).toMatchObject({ faults: [], leftovers: [] });
    await pullFrom();
    expect(new Set(files(copy).map(({ sha256 }) => sha256))).toEqual(
      new Set(files().map(({ sha256 }) => sha256)),
    );
    expect(await checkStore(storeFolder(copy))).toMatchObject({ faults: [], leftovers: [] });
  });

  it("is done twice at once on the same machine: each file comes once", async () => {
    let sent = 0;
    const address = await through(async (path) => {
      const answer = await fetch(`${base}${path}`);
      const body = Buffer.from(await answer.arrayBuffer());
      if (path.endsWith(".parquet")) sent += 1;
      return { answer, body, sent: body.length };
    });
    const patient = { ...effects, wait: () => sleep(10) };
    await Promise.all([pullFrom(address, [], patient), pullFrom(address, [], patient)]);
    expect(sent).toBe(files().length);
    expect(readStore(storeFolder(copy))?.manifest).toEqual(readStore(storeFolder(home))?.manifest);
    expect(await checkStore(storeFolder(copy))).toMatchObject({ faults: [], leftovers: [] });
  });

  it("says how much room it needs where the disk has less, before anything comes", async () => {
    const address = await through(async (path) => {
      const answer = await fetch(`${base}${path}`);
      const text = (await answer.text()).replace(/"bytes": \d+/, '"bytes": 9000000000000000');
      return { answer, body: Buffer.from(text), sent: Buffer.byteLength(text) };
    });
    await expect(pullFrom(address)).rejects.toThrow(/Il faut environ 9.000 To libres .* il en reste/);
    expect(readStore(storeFolder(copy))).toBeUndefined();
  });

  it("serves a hundred at once, each with the very bytes", async () => {
    const { path, sha256 } = someFile();
    const sums = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const manifest = await fetch(`${base}/manifest.json`);
        expect(manifest.status).toBe(200);
        await manifest.arrayBuffer();
        const answer = await fetch(`${base}/${path}`);
        return createHash("sha256")
          .update(Buffer.from(await answer.arrayBuffer()))
          .digest("hex");
      }),
    );
    expect(new Set(sums)).toEqual(new Set([sha256]));
  });

  it("goes through a proxy, or says which variable spares it one that refuses", async () => {
    let tunnels = 0;
    let refuses = false;
    const proxy = createServer();
    proxy.on("connect", (asked, client) => {
      tunnels += 1;
      if (refuses) {
        client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
        return;
      }
      const [host = "", port = ""] = (asked.url ?? "").split(":");
      const there = dial(Number(port), host, () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        there.pipe(client).pipe(there);
      });
      for (const one of [there, client]) one.on("error", () => undefined);
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    onTestFinished(() => void proxy.close());
    const env = { HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    expect(await pullFrom(base, [], { ...effects, env })).toBe(files().length);
    expect(tunnels).toBeGreaterThan(0);
    refuses = true;
    await expect(pullFrom(base, [], { ...effects, env })).rejects.toThrow(/Le proxy refuse.*NO_PROXY/);
    expect(await pullFrom(base, [], { ...effects, env: { ...env, NO_PROXY: "127.0.0.1" } })).toBe(0);
  });

  it("copies from nginx too, set as docs/serveur.md says, which gives nothing else", async ({ skip }) => {
    const nginx = (process.env["PATH"] ?? "")
      .split(":")
      .concat("/usr/sbin")
      .map((folder) => join(folder, "nginx"))
      .find((program) => existsSync(program));
    if (nginx === undefined) {
      skip("nginx isn't installed on this machine");
      return;
    }
    const page = readFileSync(new URL("../../../../docs/serveur.md", import.meta.url), "utf8");
    const documented = /```nginx\n([\s\S]*?)```/.exec(page)?.[1] ?? expect.fail("no example");
    const place = mkdtempSync(join(tmpdir(), "damir-nginx-"));
    const port = await freePort();
    const site = documented
      .replace("listen 8080;", `listen 127.0.0.1:${port};`)
      .replace("root /srv/damir/store;", `root ${storeFolder(home)};`);
    expect(site).toContain(storeFolder(home));
    const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (name) => `${name}_temp_path ${join(place, name)};`,
    );
    writeFileSync(
      join(place, "nginx.conf"),
      `${process.getuid?.() === 0 ? "user root;" : ""} pid ${place}/pid; error_log ${place}/error.log; events {} http { access_log off; ${paths.join(" ")} ${site} }`,
    );
    const server = spawn(nginx, ["-p", place, "-c", join(place, "nginx.conf"), "-g", "daemon off;"]);
    onTestFinished(async () => {
      const ended = once(server, "exit");
      server.kill("SIGTERM");
      await ended;
      rmSync(place, { recursive: true, force: true });
    });
    const address = `http://127.0.0.1:${port}`;
    while (!(await fetch(address).catch(() => undefined))) await sleep(20);
    expect(await pullFrom(address)).toBe(files().length);
    expect(await pullFrom(address)).toBe(0);
    expect(readStore(storeFolder(copy))?.manifest).toEqual(readStore(storeFolder(home))?.manifest);
    writeFileSync(join(storeFolder(home), "secret.txt"), "secret");
    for (const path of ["/", "/secret.txt", "/damir/", "/damir/../secret.txt", "/..%2fcle"]) {
      expect([404, 400], path).toContain((await fetch(`${address}${path}`)).status);
    }
    const part = await fetch(`${address}/${someFile().path}`, { headers: { range: "bytes=10-19" } });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 10]);
  });

  it("counts what it will bring", async () => {
    const client = new HttpClient(effects);
    const plan = await planMirror(base, [], copy, client, effects);
    expect(bytesToMirror(plan)).toBe(files().reduce((sum, { bytes }) => sum + bytes, 0));
    await client.close();
  });
});

async function freePort(): Promise<number> {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  taken.close();
  await once(taken, "close");
  return port;
}

/** A server in between, that may send other bytes, or fewer than it announces. */
async function through(
  serve: (
    path: string,
    range: string | undefined,
  ) => Promise<{ answer: Response; body: Buffer; sent: number }>,
): Promise<string> {
  const between = createServer((asked, response) => {
    void serve(asked.url ?? "/", asked.headers.range).then(({ answer, body, sent }) => {
      const headers = Object.fromEntries(
        ["content-type", "etag", "content-range", "accept-ranges"].flatMap((name) => {
          const value = answer.headers.get(name);
          return value === null ? [] : [[name, value]];
        }),
      );
      response.writeHead(answer.status, { ...headers, "content-length": body.length });
      response.write(body.subarray(0, sent), () => {
        if (sent < body.length) response.destroy();
        else response.end();
      });
    });
  });
  between.listen(0, "127.0.0.1");
  await once(between, "listening");
  onTestFinished(async () => {
    between.closeAllConnections();
    between.close();
    await once(between, "close");
  });
  return `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
}
