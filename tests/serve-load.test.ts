import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  noPostgres,
  startCluster,
  type Cluster,
} from "../lib/pipeline/src/server/postgres-cluster.fixture.js";
import { openDamir, testTables, writeStore } from "../lib/pipeline/src/server/served-store.fixture.js";
import { root } from "../scripts/setup.mjs";

const command = join(root, "node_modules", ".bin", "damir");

/** Months long enough to be caught in the middle of. */
const months = Array.from({ length: 12 }, (_, index) => 202401 + index);
const rowsOfMonth = 60_000;
const damir = { ...openDamir, months, select: openDamir.select.replace("+ 400)", `+ ${rowsOfMonth})`) };

describe.skipIf(noPostgres)(`a load that is cut${noPostgres ? ` (${noPostgres})` : ""}`, () => {
  let cluster: Cluster;
  let home: string;

  const env = () => ({ ...process.env, DAMIR_OWNER_URL: cluster.url(), DAMIR_HOME: home });
  const load = async () => {
    const { stdout } = await promisify(execFile)(command, ["serve", "load", "--json"], { env: env() });
    return JSON.parse(stdout) as { rows: number; unchanged: number };
  };
  const rows = <R extends object>(text: string) =>
    cluster.withOwner(async (client) => (await client.query<R>(text)).rows);

  /** The months of the manifest, in order. */
  const announced = async () => {
    const [there] = await rows<{ is: boolean }>("SELECT to_regclass('atelier.manifeste') IS NOT NULL AS is");
    if (!there?.is) return [];
    const found = await rows<{ month: string }>(
      "SELECT f ->> 'month' AS month FROM atelier.manifeste, json_array_elements(description -> 'files') AS f WHERE nom = 'damir' ORDER BY 1",
    );
    return found.map(({ month }) => Number(month));
  };

  /** Months that the table has, whole ones only. */
  const whole = async () => {
    const found = await rows<{ month: number; n: number; amount: string }>(
      "SELECT flx_ann_moi AS month, count(*)::integer AS n, sum(flt_rem_mnt) AS amount FROM atelier.damir GROUP BY 1 ORDER BY 1",
    );
    expect(found.map(({ n }) => n)).toEqual(found.map(() => rowsOfMonth));
    return found.map(({ month }) => month);
  };

  /** Starts a load, and comes back once some of the months are there, not all. */
  const underWay = async (words: string[] = []) => {
    const loader = spawn(process.execPath, [command, "serve", "load", ...words], {
      env: env(),
      stdio: "pipe",
    });
    let said = "";
    for (const stream of [loader.stdout, loader.stderr]) {
      stream.on("data", (text: Buffer) => {
        said += text.toString();
      });
    }
    const exited = once(loader, "exit") as Promise<[code: number | null]>;
    while ((await announced()).length < 3) {
      expect(loader.exitCode, said).toBeNull();
      await sleep(10);
    }
    return { loader, exited, said: () => said };
  };

  /** What a cut load leaves is served, and the next one brings the rest. */
  const goesOn = async () => {
    const there = await announced();
    expect(there.length).toBeGreaterThanOrEqual(3);
    expect(there.length).toBeLessThan(months.length);
    expect(await whole()).toEqual(there);
    const others = Object.keys(testTables).length - 1;
    expect(await load()).toMatchObject({
      rows: (months.length - there.length) * rowsOfMonth,
      unchanged: there.length + others,
    });
    expect(await whole()).toEqual(months);
    expect(await announced()).toEqual(months);
    expect(await rows("SELECT nspname FROM pg_namespace WHERE nspname = 'atelier_chargement'")).toEqual([]);
  };

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "damir-served-"));
    await writeStore(home, { ...testTables, damir });
  });
  beforeEach(async () => {
    cluster = await startCluster();
  });
  afterEach(() => cluster.stop());
  afterAll(() => {
    rmSync(home, { recursive: true, force: true });
  });

  it("by kill -9 of the loader goes on where it was", async () => {
    const { loader, exited } = await underWay();
    loader.kill("SIGKILL");
    await exited;
    await goesOn();
  });

  it("by kill -9 of the server says so in French, and goes on when the server is back", async () => {
    const { exited, said } = await underWay();
    await cluster.kill();
    expect((await exited)[0]).toBe(1);
    expect(said()).toMatch(
      /a été perdue pendant le chargement|s'est arrêté pendant le chargement|Aucun PostgreSQL/,
    );
    expect(said()).not.toMatch(/erreur du programme/);
    await cluster.start();
    await goesOn();
  });

  it("while a table changes its form takes up the months that were ready, and readers keep the table that was", async () => {
    await load();
    const before = await rows("SELECT 'atelier.damir'::regclass::oid AS oid");
    const wider = damir.select.replace("FROM range", ", 'x' AS plus_tard FROM range");
    const other = mkdtempSync(join(tmpdir(), "damir-served-"));
    const first = home;
    try {
      await writeStore(other, { ...testTables, damir: { ...damir, select: wider } });
      home = other;
      const loader = spawn(process.execPath, [command, "serve", "load"], { env: env(), stdio: "ignore" });
      const exited = once(loader, "exit");
      const ready = async () => {
        const [there] = await rows<{ is: boolean }>(
          "SELECT to_regclass('atelier_chargement.prets') IS NOT NULL AS is",
        );
        return there?.is ? (await rows("SELECT nom FROM atelier_chargement.prets")).length : 0;
      };
      while ((await ready()) < 3) await sleep(10);
      loader.kill("SIGKILL");
      await exited;
      expect(await rows("SELECT 'atelier.damir'::regclass::oid AS oid")).toEqual(before);
      expect(await whole()).toEqual(months);
      const staged = await ready();
      expect(staged).toBeLessThan(months.length);
      expect(await load()).toMatchObject({ rows: (months.length - staged) * rowsOfMonth });
      expect(await whole()).toEqual(months);
      expect(await rows("SELECT count(plus_tard)::integer AS n FROM atelier.damir")).toEqual([
        { n: months.length * rowsOfMonth },
      ]);
    } finally {
      home = first;
      rmSync(other, { recursive: true, force: true });
    }
  });
});
