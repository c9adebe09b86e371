import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  defaultTeamLimits,
  loadServer,
  setUpTeam,
  silentEffects,
  type TeamAccess,
} from "@atelier-damir/pipeline";
import { connect, type Damir } from "damir";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  noPostgres,
  startCluster,
  type Cluster,
} from "../lib/pipeline/src/server/postgres-cluster.fixture.js";
import { starterQueries, type AskedQuery } from "../bench/starter-queries.mjs";
import { home, root } from "../scripts/setup.mjs";

const folder = join(root, "tests", "output", "neighbours");

/** Of the team that takes all it can: hard limits, and a time that its sessions lift. */
const greedyLimits = { connections: 8, seconds: 4, memory: 16, disk: 100 };

const crossJoin =
  "SELECT count(*) AS n FROM damir a, damir b, damir c WHERE a.flt_rem_mnt + b.flt_rem_mnt > c.flt_rem_mnt";
const hugeSort =
  "SELECT max(n) AS n FROM (SELECT a.flt_rem_mnt AS n FROM damir a, damir b ORDER BY repeat('x', 500) || (a.flt_rem_mnt + b.flt_rem_mnt)::text OFFSET 1) AS t";

/** What the team asks by a program of its own, which says what it likes to the server: settings first, and how it must end. */
const freed: readonly (readonly [settings: readonly string[], query: string, ends: readonly string[]])[] = [
  // Time lifted.
  [["SET statement_timeout = 0"], crossJoin, ["57014"]],
  // Every worker of the server.
  [
    [
      "SET statement_timeout = 0",
      "SET max_parallel_workers_per_gather = 64",
      "SET min_parallel_table_scan_size = 0",
      "SET parallel_setup_cost = 0",
      "SET parallel_tuple_cost = 0",
    ],
    crossJoin,
    ["57014"],
  ],
  // Memory, more than a process may have.
  [
    ["SET statement_timeout = 0", "SET work_mem = '8GB'"],
    "SELECT length(string_agg(t, '')) FROM (SELECT repeat(i::text, 200) AS t FROM (SELECT generate_series(1, 100000000) AS i) AS s) AS u",
    ["53200", "54000"],
  ],
  // Disk.
  [["SET statement_timeout = 0"], hugeSort, ["53400"]],
];

describe.skipIf(noPostgres)(`a team that takes all it can${noPostgres ? ` (${noPostgres})` : ""}`, () => {
  let cluster: Cluster;
  let greedy: TeamAccess;
  let others: TeamAccess[];
  let queries: AskedQuery[];
  let watch: ReturnType<typeof spawn>;
  let watched = "";

  beforeAll(async () => {
    cluster = await startCluster({ max_connections: "60", max_wal_size: "4GB" }, undefined, 768 * 1024 ** 2);
    await loadServer(home, cluster.url(), {}, silentEffects);
    greedy = await setUpTeam(cluster.url(), "gourmande", greedyLimits);
    others = await Promise.all(
      ["urgences", "médecins", "territoires"].map((name) =>
        setUpTeam(cluster.url(), name, defaultTeamLimits),
      ),
    );
    mkdirSync(folder, { recursive: true });
    // In peace first: pieces of other queries don't run by themselves, nor those over a file that its notebook attached.
    const calm = await connect({ url: others[0]?.address ?? "", guardRails: false });
    queries = [];
    for (const query of await starterQueries(home, folder)) {
      const runs = await ask(calm, query).then(
        () => true,
        (error: unknown) => !/n'est pas bien écrite|n'existe pas/.test(String(error)),
      );
      if (runs) queries.push(query);
    }
    await calm.close();
    watch = spawn(join(root, "node_modules", ".bin", "damir"), ["serve", "watch"], {
      env: { ...process.env, DAMIR_OWNER_URL: cluster.url() },
    });
    for (const stream of [watch.stdout, watch.stderr]) {
      stream?.on("data", (text: Buffer) => {
        watched += text.toString();
      });
    }
  });
  afterAll(async () => {
    const ended = once(watch, "exit");
    watch.kill("SIGINT");
    await ended;
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = (damir: Damir, { strings, values }: AskedQuery) =>
    damir.sql(Object.assign([...strings], { raw: strings }), ...values).result();

  /** Asks the same again and again until told to stop, and notes how it ended each time. */
  async function insist(ask: () => Promise<string>, until: () => boolean): Promise<string[]> {
    const ends: string[] = [];
    while (!until() || ends.length === 0) ends.push(await ask());
    return ends;
  }

  async function asked(damir: Damir, text: string): Promise<string> {
    return damir.sql(Object.assign([text], { raw: [text] })).then(
      () => "answered",
      (error: unknown) => (error as Error).message,
    );
  }

  async function bySession(settings: readonly string[], query: string): Promise<string> {
    const client = new Client(greedy.address);
    client.on("error", () => undefined);
    await client.connect();
    try {
      for (const setting of settings) await client.query(setting);
      await client.query(query);
      return "answered";
    } catch (error) {
      return String((error as { code?: unknown }).code ?? error);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  it("leaves the others their answers, and is told in French what was too much", async () => {
    let done = false;
    const until = () => done;
    const damir = await connect({ url: greedy.address, guardRails: false });
    const bad = Promise.all([
      insist(() => asked(damir, crossJoin), until),
      insist(() => asked(damir, hugeSort), until),
      ...freed.map(([settings, query]) => insist(() => bySession(settings, query), until)),
    ]);
    const refused: string[] = [];
    let answered = 0;
    const asking = await Promise.all(
      others.map(({ address }) => connect({ url: address, guardRails: false })),
    );
    try {
      // Each team asks what all the starters do, one query after the other.
      const asks = async (other: Damir) => {
        for (const { strings, values } of queries) {
          await other
            .sql(Object.assign([...strings], { raw: strings }), ...values)
            .result()
            .then(
              () => (answered += 1),
              (error: unknown) => refused.push(`${strings.join("?")}: ${String(error)}`),
            );
        }
      };
      await Promise.all(asking.map(asks));
    } finally {
      done = true;
    }
    const [joins, sorts, ...sessions] = await bad;
    await Promise.all([damir, ...asking].map((connection) => connection.close()));

    expect(refused).toEqual([]);
    expect(queries.length).toBeGreaterThan(100);
    expect(answered).toBe(others.length * queries.length);
    for (const message of joins)
      expect(message).toMatch(/^La requête a dépassé le temps que ce serveur donne/);
    for (const message of sorts) expect(message).toMatch(/^La requête a dépassé le (disque|temps)/);
    expect(sorts.join()).toContain("dépassé le disque");
    for (const [index, [settings, query, ends]] of freed.entries()) {
      for (const end of sessions[index] ?? [])
        expect(ends, `${settings.join("; ")}; ${query}`).toContain(end);
    }
    expect(watched).toMatch(/equipe_gourmande : requête arrêtée après \d+ s/);
    // The server was never cut for anybody.
    expect(watched).not.toMatch(/perdue|revenu/);
    expect(watched).not.toMatch(/equipe_(urgences|medecins|territoires)/);
  });

  it("found the others' answers by the keys and indexes of the tables", async () => {
    const { rows } = await cluster.withOwner((owner) =>
      owner.query<{ used: string }>(
        `SELECT DISTINCT regexp_replace(indexrelname, '_20[0-9]{4}', '') AS used FROM pg_stat_user_indexes WHERE idx_scan > 0 AND schemaname = 'atelier'`,
      ),
    );
    expect(rows.map(({ used }) => used)).toEqual(
      expect.arrayContaining([
        "damir_prs_nat_idx",
        "damir_pse_spe_snds_idx",
        "damir_mois_soins_idx",
        "damir_departement_serie_exe_spe_idx",
        "damir_departement_exe_spe_idx",
        "damir_departement_sns_date_idx",
        "population_annee_departement_idx",
        "medecins_annee_exe_spe_idx",
        "departements_pkey",
        "postes_pkey",
        "prs_nat_postes_pkey",
      ]),
    );
  });

  it("has no more connections than its own, and the others still enter", async () => {
    const clients = Array.from({ length: 20 }, () => new Client(greedy.address));
    for (const client of clients) client.on("error", () => undefined);
    const entered = await Promise.allSettled(clients.map((client) => client.connect()));
    expect(entered.filter(({ status }) => status === "fulfilled")).toHaveLength(greedyLimits.connections);
    await expect(connect({ url: greedy.address })).rejects.toThrow(/Trop de connexions sont ouvertes/);
    for (const { address } of others) {
      const damir = await connect({ url: address });
      expect((await damir.sql`SELECT count(*) > 0 AS la FROM damir`).rows).toEqual([{ la: true }]);
      await damir.close();
    }
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  });
});
