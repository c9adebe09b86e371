import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, UserError } from "damir";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { silentEffects } from "../effects.js";
import { loadServer } from "./load.js";
import { noPostgres, startCluster, type Cluster } from "./postgres-cluster.fixture.js";
import { openDamir, testTables, writeStore } from "./served-store.fixture.js";
import { defaultTeamLimits, setUpTeam } from "./team-role.js";

const failureOf = (task: Promise<unknown>) =>
  task.then(
    () => undefined,
    (error: unknown) => error as Error,
  );

describe.skipIf(noPostgres)(`a server in trouble${noPostgres ? ` (${noPostgres})` : ""}`, () => {
  let cluster: Cluster;
  let home: string;

  beforeAll(async () => {
    cluster = await startCluster({ max_connections: "60" });
    home = mkdtempSync(join(tmpdir(), "damir-served-"));
    await writeStore(home);
    await loadServer(home, cluster.url(), {}, silentEffects);
  });
  afterAll(async () => {
    await cluster.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it("refuses in French those who come when 300 do at once, answers the others, and all of them afterwards", async () => {
    const { address } = await setUpTeam(cluster.url(), "nombreuse", {
      ...defaultTeamLimits,
      connections: 300,
    });
    const outcomes = await Promise.allSettled(Array.from({ length: 300 }, () => connect({ url: address })));
    const entered = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [outcome.reason as unknown] : [],
    );
    expect(entered.length).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    for (const refusal of refused) {
      expect(refusal).toBeInstanceOf(UserError);
      expect((refusal as Error).message).toMatch(/Trop de connexions sont ouvertes : fermez des notebooks/);
    }
    await Promise.all(
      entered.map(async (damir) => {
        expect((await damir.sql`SELECT count(*) AS n FROM damir`).rows).toEqual([{ n: 800 }]);
      }),
    );
    await Promise.all(entered.map((damir) => damir.close()));
    const late = await connect({ url: address });
    expect((await late.sql`SELECT 1 AS un`).rows).toEqual([{ un: 1 }]);
    await late.close();
  });

  it("keeps a team out of other schemas, of the server's files and of its programs, and says so in French", async () => {
    await cluster.withOwner((owner) =>
      owner.query("CREATE SCHEMA equipe_autre; CREATE TABLE equipe_autre.notes AS SELECT 'secret' AS texte"),
    );
    const { address } = await setUpTeam(cluster.url(), "curieuse");
    const damir = await connect({ url: address });
    const refusals = await Promise.all(
      [
        damir.sql`SELECT * FROM equipe_autre.notes`,
        damir.sql`SELECT pg_read_file('/etc/passwd') AS texte`,
        damir.sql`SELECT rolpassword FROM pg_authid`,
        damir.sql`COPY damir TO PROGRAM 'cat'`,
        damir.sql`DELETE FROM regions`,
        damir.sql`CREATE TABLE a (b integer)`,
      ].map((query) => failureOf(query.result())),
    );
    for (const refusal of refusals) {
      expect(refusal).toBeInstanceOf(UserError);
      expect(refusal?.message).toMatch(
        /Le serveur ne permet pas cela : les données s'y lisent seulement|lecture seule/,
      );
      expect(refusal?.message).not.toContain("secret");
    }
    expect((await damir.sql`SELECT count(*) AS n FROM regions`).rows).toEqual([{ n: 4 }]);
    await damir.close();
  });

  it("lets a notebook go on when its sessions are cut while it asks nothing, and while it asks", async () => {
    const { address, role } = await setUpTeam(cluster.url(), "coupee");
    const damir = await connect({ url: address });
    const cut = () =>
      cluster.withOwner((owner) =>
        owner.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", [role]),
      );
    await cut();
    expect((await damir.sql`SELECT count(*) AS n FROM damir`).rows).toEqual([{ n: 800 }]);
    const slow = failureOf(damir.sql`SELECT pg_sleep(0.5) AS s, count(*) AS n FROM damir`.result());
    await cluster.withOwner(async (owner) => {
      for (;;) {
        const { rowCount } = await owner.query(
          "SELECT 1 FROM pg_stat_activity WHERE usename = $1 AND state = 'active'",
          [role],
        );
        if (rowCount !== 0) return;
      }
    });
    await cut();
    // A session that had served before is replaced without a word; a first one says it.
    const failure = await slow;
    if (failure) expect(failure.message).toMatch(/a été perdue pendant la requête. Relancez la cellule/);
    expect((await damir.sql`SELECT count(*) AS n FROM damir`).rows).toEqual([{ n: 800 }]);
    await damir.close();
  });
});

/** A small file system of the tests' own; undefined where none can be mounted. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "damir-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=160m,mode=755", "tmpfs", folder], { stdio: "pipe" });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
}

it.skipIf(noPostgres)(
  "a server whose disk is full says so to its owner and to its readers, and serves what it had",
  async ({ skip }) => {
    const disk = smallDisk();
    if (disk === undefined) {
      skip("no file system can be mounted here");
      return;
    }
    const home = mkdtempSync(join(tmpdir(), "damir-served-"));
    onTestFinished(() => {
      execFileSync("umount", ["--lazy", disk]);
      for (const folder of [disk, home]) rmSync(folder, { recursive: true, force: true });
    });
    const cluster = await startCluster(
      { max_wal_size: "64MB", wal_level: "minimal", max_wal_senders: "0" },
      disk,
    );
    try {
      await writeStore(home);
      await loadServer(home, cluster.url(), {}, silentEffects);
      const { address } = await setUpTeam(cluster.url(), "patiente");
      const damir = await connect({ url: address });
      const sums = async () =>
        (await damir.sql`SELECT flx_ann_moi, sum(flt_rem_mnt) AS r FROM damir GROUP BY 1 ORDER BY 1`).rows;
      const before = await sums();

      const huge = openDamir.select.replace("+ 400)", "+ 1500000)");
      await writeStore(home, { ...testTables, damir: { ...openDamir, select: huge, months: [202403] } });
      const failure = await failureOf(loadServer(home, cluster.url(), {}, silentEffects));
      expect(failure).toBeInstanceOf(UserError);
      expect(failure?.message).toMatch(/Le disque du serveur .* est plein/);
      expect(await sums()).toEqual(before);
      await cluster.withOwner(async (owner) => {
        const staged = await owner.query("SELECT FROM pg_namespace WHERE nspname = 'atelier_chargement'");
        expect(staged.rowCount).toBe(0);
      });

      const sort = damir.sql`SELECT max(n) AS n FROM (SELECT n FROM generate_series(1, 8000000) AS s(n) ORDER BY n % 7 OFFSET 1) AS t`;
      expect((await failureOf(sort.result()))?.message).toMatch(/Le disque du serveur est plein/);
      expect(await sums()).toEqual(before);
      await damir.close();
    } finally {
      await cluster.stop();
    }
  },
);
