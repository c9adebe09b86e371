import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "damir";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { silentEffects } from "../effects.js";
import { loadServer } from "./load.js";
import { noPostgres, startCluster, type Cluster } from "./postgres-cluster.fixture.js";
import { writeStore } from "./served-store.fixture.js";
import { defaultTeamLimits, setUpTeam } from "./team-role.js";
import { watchServer, type EndedQuery } from "./watch.js";

const hurried = { ...defaultTeamLimits, seconds: 1 };

/** Goes on whatever it is told, as `EXCEPTION WHEN query_canceled` lets it. */
const stubborn = `DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(60); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$`;

describe.skipIf(noPostgres)(`a server that is watched${noPostgres ? ` (${noPostgres})` : ""}`, () => {
  let cluster: Cluster;
  let home: string;

  beforeAll(async () => {
    cluster = await startCluster();
    home = mkdtempSync(join(tmpdir(), "damir-served-"));
    await writeStore(home);
    await loadServer(home, cluster.url(), { readerPassword: "lecture" }, silentEffects);
  });
  afterAll(async () => {
    await cluster.stop();
    rmSync(home, { recursive: true, force: true });
  });

  /** Watches until the end of the test. */
  function watched(openTime?: number) {
    const end = new AbortController();
    const ended: EndedQuery[] = [];
    const said: (string | undefined)[] = [];
    const watch = watchServer(
      cluster.url(),
      end.signal,
      {
        ended: (query) => ended.push(query),
        unreachable: (reason) => said.push(reason),
        wait: () => sleep(100),
      },
      openTime,
    );
    onTestFinished(async () => {
      end.abort();
      await watch;
    });
    return { ended, said };
  }

  /** A session of a program of the team's own, which may set what it likes. */
  async function session(address: string): Promise<Client> {
    const client = new Client(address);
    client.on("error", () => undefined);
    await client.connect();
    onTestFinished(() => client.end().catch(() => undefined));
    return client;
  }

  it("ends a query whose session gave itself more time, and leaves the session", async () => {
    const { address, role } = await setUpTeam(cluster.url(), "pressée", hurried);
    const { ended } = watched();
    const client = await session(address);
    await client.query("SET statement_timeout = 0");
    await expect(client.query("SELECT pg_sleep(120)")).rejects.toMatchObject({ code: "57014" });
    expect((await client.query("SELECT 1 AS un")).rows).toEqual([{ un: 1 }]);
    while (ended.length === 0) await sleep(50);
    expect(ended).toMatchObject([{ role, what: "query" }]);
  });

  it("ends those of a role that gave itself more time for good, and says so in French in a notebook", async () => {
    const { address, role } = await setUpTeam(cluster.url(), "maligne", hurried);
    const client = await session(address);
    await client.query("SET default_transaction_read_only = off");
    for (const place of ["", "IN DATABASE postgres"])
      await client.query(`ALTER ROLE ${role} ${place} SET statement_timeout = 0`);
    watched();
    const damir = await connect({ url: address });
    onTestFinished(() => damir.close());
    await expect(damir.sql`SELECT pg_sleep(120) AS s`.result()).rejects.toThrow(
      /Si ce n'est pas vous, le serveur l'a arrêtée parce qu'elle y prenait trop de temps/,
    );
    expect((await damir.sql`SELECT count(*) AS n FROM damir`).rows).toEqual([{ n: 800 }]);
  });

  it("closes the session of a query that doesn't let itself be ended", async () => {
    const { address, role } = await setUpTeam(cluster.url(), "têtue", hurried);
    const { ended } = watched();
    const client = await session(address);
    await client.query("SET statement_timeout = 0");
    await expect(client.query(stubborn)).rejects.toThrow();
    while (!ended.some((query) => query.role === role && query.what === "session")) await sleep(50);
    const { rows } = await cluster.withOwner((owner) =>
      owner.query<object>("SELECT pid FROM pg_stat_activity WHERE usename = $1", [role]),
    );
    expect(rows).toEqual([]);
  });

  it("closes a transaction that is left open, which would keep months from being replaced", async () => {
    const { address, role } = await setUpTeam(cluster.url(), "distraite", hurried);
    const { ended } = watched(1);
    const client = await session(address);
    await client.query("SET idle_in_transaction_session_timeout = 0");
    await client.query("BEGIN");
    await client.query("SELECT count(*) FROM damir");
    while (!ended.some((query) => query.role === role && query.what === "session")) await sleep(50);
    await expect(client.query("SELECT 1")).rejects.toThrow();
  });

  it("leaves alone the others: the owner, what is in time, and what is read slowly", async () => {
    const { address } = await setUpTeam(cluster.url(), "lente", hurried);
    const { ended } = watched();
    const damir = await connect({ url: `${address}?options=-c%20statement_timeout%3D0` });
    onTestFinished(() => damir.close());
    let rows = 0;
    for await (const { a } of damir.sql<{
      a: number;
    }>`SELECT a FROM generate_series(1, 30000) AS s(a)`.stream()) {
      rows += 1;
      if (a === 1) await sleep(6000);
    }
    expect(rows).toBe(30_000);
    await cluster.withOwner((owner) => owner.query("SELECT pg_sleep(6)"));
    expect(ended).toEqual([]);
  });

  it("refuses a role that may not end the queries of others, and takes one that may", async () => {
    await cluster.withOwner((owner) => owner.query("CREATE ROLE gardien LOGIN PASSWORD 'garde'"));
    const end = new AbortController();
    const guard = () =>
      watchServer(cluster.url("gardien", "garde"), end.signal, {
        ended: () => undefined,
        unreachable: () => undefined,
        wait: () => {
          end.abort();
          return Promise.resolve();
        },
      });
    await expect(guard()).rejects.toThrow(/GRANT pg_signal_backend, pg_read_all_stats TO gardien/);
    await cluster.withOwner((owner) => owner.query("GRANT pg_signal_backend, pg_read_all_stats TO gardien"));
    await guard();
  });

  it("goes on when the server has gone and come back", async () => {
    const { address, role } = await setUpTeam(cluster.url(), "revenue", hurried);
    const { ended, said } = watched();
    await sleep(300);
    await cluster.kill();
    while (said.length === 0) await sleep(50);
    await cluster.start();
    while (said.length < 2) await sleep(50);
    expect(said).toEqual([expect.stringMatching(/perdue|Aucun PostgreSQL/), undefined]);
    const client = await session(address);
    await client.query("SET statement_timeout = 0");
    await expect(client.query("SELECT pg_sleep(120)")).rejects.toMatchObject({ code: "57014" });
    while (ended.length === 0) await sleep(50);
    expect(ended).toMatchObject([{ role }]);
  });
});
