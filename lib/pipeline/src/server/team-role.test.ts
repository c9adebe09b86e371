import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "damir";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentEffects } from "../effects.js";
import { loadServer } from "./load.js";
import { noPostgres, startCluster, type Cluster } from "./postgres-cluster.fixture.js";
import { writeStore } from "./served-store.fixture.js";
import { defaultTeamLimits, removeTeam, setUpTeam, teamRole } from "./team-role.js";

it.each([
  ["Les Dépassements !", "equipe_les_depassements"],
  ["3", "equipe_3"],
  ["a; DROP ROLE x", "equipe_a_drop_role_x"],
])("names the role of « %s »", (name, role) => {
  expect(teamRole(name)).toBe(role);
});

it.each(["", "  ", "!!", "x".repeat(41)])("refuses « %s » as a team's name", (name) => {
  expect(() => teamRole(name)).toThrow(/de 1 à 40 lettres ou chiffres/);
});

describe.skipIf(noPostgres)(`a team's role${noPostgres ? ` (${noPostgres})` : ""}`, () => {
  let cluster: Cluster;
  let home: string;

  beforeAll(async () => {
    cluster = await startCluster({ max_connections: "30" });
    home = mkdtempSync(join(tmpdir(), "damir-served-"));
    await writeStore(home);
  });
  afterAll(async () => {
    await cluster.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it("waits for data, and for someone who may make it", async () => {
    await expect(setUpTeam(cluster.url(), "tôt")).rejects.toThrow(/ne contient pas encore de données DAMIR/);
    await loadServer(home, cluster.url(), { readerPassword: "lecture" }, silentEffects);
    await expect(setUpTeam(cluster.url("damir_lecture", "lecture"), "intruse")).rejects.toThrow(
      /ne peut pas créer d'équipe/,
    );
    await expect(removeTeam(cluster.url(), "absente")).rejects.toThrow(
      /L'équipe « absente » n'existe pas[^:]*: ?[^]*Il n'y a pas encore d'équipe/,
    );
  });

  it("lets its notebooks read, and nothing else, whatever a session sets", async () => {
    const { role, password, address, notes } = await setUpTeam(cluster.url(), "Urgences");
    expect([role, notes]).toEqual(["equipe_urgences", []]);
    expect(address).toBe(`postgres://${role}:${password ?? ""}@127.0.0.1:${cluster.port}/postgres`);
    const damir = await connect({ url: address });
    expect((await damir.sql`SELECT count(*) AS n FROM damir`).rows).toEqual([{ n: 800 }]);
    await damir.close();
    await as(address, async (session) => {
      await session.query("SET default_transaction_read_only = off");
      for (const statement of [
        "DELETE FROM regions",
        "CREATE TABLE public.a (b integer)",
        "CREATE TEMPORARY TABLE a (b integer)",
        "CREATE SCHEMA a",
        "SELECT lo_from_bytea(0, 'a')",
        "COPY damir TO PROGRAM 'cat'",
        "SELECT pg_read_file('/etc/passwd')",
        "SET temp_file_limit = -1",
        "SET ROLE proprietaire",
        "ALTER ROLE equipe_urgences CONNECTION LIMIT 100",
        "COMMENT ON ROLE equipe_urgences IS '{}'",
        "SELECT pg_advisory_lock(741201501)",
        "SELECT pg_try_advisory_xact_lock_shared(1, 2)",
        "SELECT pg_logical_emit_message(false, 'a', 'b')",
        "SET ROLE damir_lecture",
        "ALTER ROLE damir_lecture PASSWORD 'a'",
        "DO $$ BEGIN LOCK TABLE damir IN SHARE MODE; END $$",
      ]) {
        await expect(session.query(statement), statement).rejects.toMatchObject({ code: "42501" });
      }
    });
  });

  it("keeps it from the sessions, the password and the settings of the others, whatever an earlier load let it do", async () => {
    const { address, role } = await setUpTeam(cluster.url(), "voisine");
    const other = await setUpTeam(cluster.url(), "autre");
    await cluster.withOwner((owner) => owner.query(`GRANT damir_lecture TO ${role}`));
    await loadServer(home, cluster.url(), { readerPassword: "lecture" }, silentEffects);
    const others = [cluster.url("damir_lecture", "lecture"), other.address].map((url) => new Client(url));
    await Promise.all(others.map((client) => client.connect()));
    await as(address, async (session) => {
      await session.query("SET default_transaction_read_only = off");
      for (const name of ["damir_lecture", other.role]) {
        for (const statement of [
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${name}'`,
          `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = '${name}'`,
          `SET ROLE ${name}`,
          `ALTER ROLE ${name} PASSWORD 'a'`,
          `ALTER ROLE ${name} SET statement_timeout = 1`,
        ]) {
          await expect(session.query(statement), statement).rejects.toMatchObject({ code: "42501" });
        }
      }
      // What it may do to the group that it shares with them changes nothing for them.
      await session.query("SET ROLE damir_lecteurs");
      await session.query("ALTER ROLE damir_lecteurs PASSWORD 'a'").catch(() => undefined);
      await session.query("ALTER ROLE damir_lecteurs SET statement_timeout = 1").catch(() => undefined);
    });
    for (const client of others) {
      expect((await client.query("SELECT count(*)::integer AS n FROM damir")).rows).toEqual([{ n: 800 }]);
      await client.end();
    }
    await expect(connect({ url: cluster.url("damir_lecteurs", "a") })).rejects.toThrow(
      /n'accepte pas ce rôle/,
    );
  });

  it("ends a query that takes too long or too much disk, and says so in French", async () => {
    const { address } = await setUpTeam(cluster.url(), "gourmande", {
      ...defaultTeamLimits,
      seconds: 1,
      memory: 1,
      disk: 1,
    });
    const damir = await connect({ url: address });
    await expect(damir.sql`SELECT pg_sleep(30) AS s`.result()).rejects.toThrow(/dépassé le temps/);
    await expect(
      damir.sql`SELECT max(n) AS n FROM (SELECT n FROM generate_series(1, 300000) AS s(n) ORDER BY n % 7 OFFSET 1) AS t`.result(),
    ).rejects.toThrow(/dépassé le disque/);
    expect((await damir.sql`SELECT 1 AS un`).rows).toEqual([{ un: 1 }]);
    await damir.close();
  });

  it("keeps its password when its limits change, gets another when asked, and has only the connections it may", async () => {
    const first = await setUpTeam(cluster.url(), "une", { ...defaultTeamLimits, connections: 1 });
    const again = await setUpTeam(cluster.url(), "une", { ...defaultTeamLimits, connections: 2 });
    expect([again.password, again.address]).toEqual([
      undefined,
      expect.stringMatching(/equipe_une:MOTDEPASSE@/),
    ]);
    await as(first.address, () =>
      as(first.address, async () => {
        await expect(connect({ url: first.address })).rejects.toThrow(/Trop de connexions/);
      }),
    );
    const renewed = await setUpTeam(cluster.url(), "une", defaultTeamLimits, true);
    expect(renewed.password).not.toBe(first.password);
    await expect(connect({ url: first.address })).rejects.toThrow(/Le mot de passe ou le rôle/);
    await as(renewed.address, (session) => session.query("SELECT 1"));
    const clear = await cluster.withOwner(
      async (client) =>
        (await client.query("SELECT rolpassword FROM pg_authid WHERE rolname = 'equipe_une'"))
          .rows as object[],
    );
    expect(JSON.stringify(clear)).toMatch(/SCRAM-SHA-256/);
  });

  it("warns when the teams may open more connections than there are", async () => {
    const { notes } = await setUpTeam(cluster.url(), "nombreuse", { ...defaultTeamLimits, connections: 28 });
    expect(notes).toEqual([
      expect.stringMatching(/équipes peuvent ouvrir \d+ connexions et le serveur en a 27/),
    ]);
  });

  it("goes with its sessions when it is removed", async () => {
    const { address } = await setUpTeam(cluster.url(), "partante");
    const session = new Client(address);
    const lost = new Promise<unknown>((resolve) => session.on("error", resolve));
    await session.connect();
    expect(await removeTeam(cluster.url(), "Partante")).toEqual({ role: "equipe_partante", notes: [] });
    expect(String(await lost)).toMatch(/terminat/i);
    await expect(connect({ url: address })).rejects.toThrow(/Le mot de passe ou le rôle/);
    await expect(removeTeam(cluster.url(), "partante")).rejects.toThrow(/Équipes : autre, gourmande, /);
  });
});

async function as(address: string, task: (session: Client) => Promise<unknown>): Promise<void> {
  const session = new Client(address);
  await session.connect();
  try {
    await task(session);
  } finally {
    await session.end();
  }
}
