import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { isIntact } from "@atelier-damir/pipeline";
import { openDamirVariables, projectRoot, readStore, storeFolder } from "damir";
import { expect, onTestFinished, test } from "vitest";
import { PublishedSites } from "../../pipeline/src/fetch/published-sites.fixture.js";

// The command's build is made by damir.test.ts and by `npm run build`.

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "damir-pull-"));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

function monthlyFile(rows: number, month: string): Buffer {
  const names = [...openDamirVariables().keys()].filter(
    (name) => !name.endsWith("_zeat") && !name.endsWith("_zeat_cod"),
  );
  const line = (row: number) =>
    names
      .map((name, column) =>
        name === "flx_ann_moi" ? month : name === "etb_dcs_mco" ? "Z" : String((row * (column + 7)) % 99),
      )
      .join(";");
  const lines = [names.join(";").toUpperCase(), ...Array.from({ length: rows }, (_, row) => line(row))];
  return gzipSync(lines.map((text) => `${text};\n`).join(""), { level: 1 });
}

function start(sites: PublishedSites, home: string, ...words: string[]): ChildProcess {
  return spawn(join(projectRoot, "node_modules/.bin/damir"), ["data", ...words, "--home", home], {
    env: { ...process.env, DAMIR_HOME: "", DAMIR_MIRROR: sites.address },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function damir(sites: PublishedSites, home: string, ...words: string[]) {
  const child = start(sites, home, ...words);
  let [out, err] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (err += text));
  await once(child, "close");
  return { code: child.exitCode, out, err };
}

function events(out: string): Record<string, unknown>[] {
  return out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("what would be done, done, seen, checked, damaged, removed", async () => {
  const sites = await PublishedSites.open();
  const home = folder();
  for (const month of ["202401", "202402"])
    sites.files.set(`cnam/A${month}.csv.gz`, PublishedSites.file(monthlyFile(500, month)));
  const pull = ["pull", "open-damir", "2024-01..2024-03"];
  const dry = await damir(sites, home, ...pull, "--dry-run");
  expect(dry).toMatchObject({ code: 0, err: "" });
  expect(dry.out).toMatch(
    /A202401\.csv\.gz : à télécharger, [\d,]+ ko\n.*\nPas encore ou plus publié : open-damir 2024-03\.\n2 fichiers, .* à télécharger ; il faut environ .* de disque/s,
  );
  expect(readdirSync(home)).toEqual([]);

  const done = await damir(sites, home, ...pull);
  expect(done.err).toContain("Téléchargement de 2 fichiers : 100 %\n");
  expect(done).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^(A20240[12]\.csv\.gz : mois 20240[12] importé.*\n){2}$/) as string,
  });
  const begun = join(home, "downloads/open-damir/A202401.csv.gz.partial");
  for (const left of [begun, `${begun}.json`]) writeFileSync(left, "{}");
  expect((await damir(sites, home, ...pull)).out).toBe("Tout est déjà là, tel que publié.\n");
  // What a run with --force that was killed had begun to fetch again.
  expect([begun, `${begun}.json`].filter((left) => existsSync(left))).toEqual([]);
  const told = events((await damir(sites, home, ...pull, "--json", "--force")).out);
  expect(told.map(({ event }) => event).filter((event) => event !== "progress")).toEqual([
    "plan",
    "imported",
    "imported",
    "done",
  ]);
  expect(told).toContainEqual(
    expect.objectContaining({ event: "progress", name: "Téléchargement de 2 fichiers" }),
  );
  expect((await damir(sites, home, "list")).out).toMatch(
    / damir .* réelles +2026-03-30\n[^]*open-damir +950 Mo +202401 à 202402 \(2\)/,
  );
  expect(JSON.parse((await damir(sites, home, "list", "--json")).out)).toMatchObject({
    store: {
      tables: expect.arrayContaining([
        expect.objectContaining({ name: "damir", months: ["202401", "202402"] }),
      ]) as unknown,
    },
  });
  const files = Object.values(readStore(storeFolder(home))?.manifest.tables ?? {}).flatMap(
    (table) => table.files,
  );
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  expect(files.filter(({ month }) => month !== undefined).map((file) => file.rows)).toEqual([500, 500]);
  expect((await damir(sites, home, "check")).out).toMatch(
    new RegExp(`${files.length} fichiers et ${rows.toLocaleString("fr-FR")} lignes, conformes au manifeste`),
  );

  const { path = "" } = readStore(storeFolder(home))?.manifest.tables["damir"]?.files[0] ?? {};
  const parquet = join(storeFolder(home), path);
  truncateSync(parquet, statSync(parquet).size - 10);
  const damaged = await damir(sites, home, "check", "--json");
  expect(damaged).toMatchObject({
    code: 1,
    err: expect.stringMatching(/202401.*\.parquet fait .* au lieu de/) as string,
  });
  expect(JSON.parse(damaged.out)).toMatchObject({ ok: false });
  expect((await damir(sites, home, "pull", "open-damir", "2024-01", "--force")).code).toBe(0);
  expect((await damir(sites, home, "check")).code).toBe(0);

  const unsaid = await damir(sites, home, "remove", "open-damir", "2024-01");
  expect(unsaid).toMatchObject({ code: 1, err: expect.stringMatching(/Ajoutez --yes/) as string });
  expect((await damir(sites, home, "remove", "open-damir", "2024-01", "--yes")).out).toMatch(
    /^Enlevé : 1 fichier du magasin/,
  );
  expect(readStore(storeFolder(home))?.manifest.tables["damir"]?.files.map(({ month }) => month)).toEqual([
    "202402",
  ]);
}, 120_000);

test("what is asked wrong is told", async () => {
  const sites = await PublishedSites.open();
  const home = folder();
  for (const [words, code, message] of [
    [
      ["pull", "open-dammir", "2024"],
      1,
      /Jeu de données inconnu : open-dammir\. Vouliez-vous dire open-damir \? Le catalogue contient/,
    ],
    [["pull", "2024"], 1, /Dites d'abord quel jeu/],
    [["pull", "open-damir", "2024-1x"], 1, /« 2024-1x » n'est pas une période/],
    [["pull", "open-damir", "2024", "--jobs", "0"], 2, /--jobs prend un nombre de 1 à 8/],
  ] as const) {
    const { code: exit, err } = await damir(sites, home, ...words);
    expect(exit).toBe(code);
    expect(err).toMatch(message);
  }
}, 60_000);

test("what isn't published is summed up by dataset, and named in full for machines", async () => {
  const sites = await PublishedSites.open();
  const home = folder();
  const base = "object.files.data.gouv.fr/meteofrance/data/synchro_ftp/BASE/QUOT";
  sites.files.set(`${base}/Q_01_latest-2025-2026_RR-T-Vent.csv.gz`, PublishedSites.file(gzipSync("x")));
  sites.files.set("cnam/A202401.csv.gz", PublishedSites.file(monthlyFile(5, "202401")));
  const pull = ["pull", "open-damir", "2024-01..2024-03", "meteo", "2026", "--dry-run"];
  const { out } = await damir(sites, home, ...pull);
  expect(out).toMatch(
    /\nPas encore ou plus publié : open-damir 2024-02, 2024-03 ; meteo Q_02\S+, Q_03\S+… Q_\S+ \(\d+ en tout\)\. Tous les noms : --dry-run --json\.\n/,
  );
  const [plan] = events((await damir(sites, home, ...pull, "--json")).out);
  expect(plan?.["missing"]).toContain("meteo Q_95_latest-2025-2026_RR-T-Vent.csv.gz");
}, 60_000);

test("interrupted, it says that the next run goes on, and it does", async () => {
  const sites = await PublishedSites.open();
  const home = folder();
  sites.files.set("cnam/A202401.csv.gz", PublishedSites.file(monthlyFile(20_000, "202401")));
  sites.faults.push((_, response, { bytes, etag = "" }) => {
    response.writeHead(200, { "content-length": bytes.length, etag });
    response.write(bytes.subarray(0, 20_000));
    return true;
  });
  const child = start(sites, home, "pull", "open-damir", "2024-01");
  let err = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (err += text));
  const partial = join(home, "downloads/open-damir/A202401.csv.gz.partial");
  while ((statSync(partial, { throwIfNoEntry: false })?.size ?? 0) < 20_000)
    await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGINT");
  await once(child, "close");
  expect(child.exitCode).toBe(130);
  expect(err).toMatch(/Interrompu : .* ce qui est téléchargé est gardé dans .*Relancez la même commande/);
  expect((await damir(sites, home, "pull", "open-damir", "2024-01")).code).toBe(0);
  expect(sites.sent).toBe((sites.files.get("cnam/A202401.csv.gz")?.bytes.length ?? 0) - 20_000);
}, 60_000);

test("killed at 50 random moments, the store stays valid, the next run finishes the job and check agrees", async () => {
  const sites = await PublishedSites.open();
  const home = folder();
  const months = ["202401", "202402", "202403"];
  for (const month of months)
    sites.files.set(`cnam/A${month}.csv.gz`, PublishedSites.file(monthlyFile(3_000, month)));
  const pull = ["pull", "open-damir", "2024-01..2024-03", "--force"];
  const begun = performance.now();
  expect((await damir(sites, home, ...pull)).code).toBe(0);
  let duration = performance.now() - begun;
  let killed = 0;
  for (let kill = 0; killed < 50 && kill < 150; kill++) {
    // Now and then from nothing, else over what the runs before left.
    if (kill % 5 === 0) rmSync(home, { recursive: true, force: true });
    const child = start(sites, home, ...pull);
    const started = performance.now();
    const timer = setTimeout(() => child.kill("SIGKILL"), duration * (0.2 + 0.8 * Math.random()));
    await once(child, "exit");
    clearTimeout(timer);
    if (child.signalCode === "SIGKILL") killed += 1;
    // The machine may be less busy than when the first run was timed.
    else duration = Math.min(duration, performance.now() - started);
    const store = storeFolder(home);
    if (readStore(store)) expect(await isIntact(store)).toBe(true);
  }
  expect(killed).toBe(50);
  expect((await damir(sites, home, ...pull.slice(0, -1))).code).toBe(0);
  expect(readStore(storeFolder(home))?.manifest.tables["damir"]?.files.map(({ month }) => month)).toEqual(
    months,
  );
  const check = await damir(sites, home, "check", "--json");
  expect(check.code).toBe(0);
  const files = Object.values(readStore(storeFolder(home))?.manifest.tables ?? {}).flatMap(
    (table) => table.files,
  );
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  expect(files.filter(({ month }) => month !== undefined).map((file) => file.rows)).toEqual(
    months.map(() => 3_000),
  );
  expect(JSON.parse(check.out)).toMatchObject({ ok: true, stores: [{ files: files.length, rows }] });
  // A lock of a killed process may stay until somebody wants it; nothing half-done does.
  expect(readdirSync(join(home, "downloads/open-damir")).filter((name) => name.includes(".partial"))).toEqual(
    [],
  );
}, 600_000);
