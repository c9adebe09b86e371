import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, UserError, type Damir } from "damir";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { silentEffects } from "../effects.js";
import { loadServer } from "./load.js";
import { noPostgres, startCluster, type Cluster } from "./postgres-cluster.fixture.js";
import { writeStore } from "./served-store.fixture.js";

const password = "s3cr:et/é";

const signal = Symbol.for("Jupyter.signal");

describe.skipIf(noPostgres)(`a connection to a server${noPostgres ? ` (${noPostgres})` : ""}`, () => {
  let cluster: Cluster;
  let home: string;
  let damir: Damir;

  beforeAll(async () => {
    cluster = await startCluster();
    home = mkdtempSync(join(tmpdir(), "damir-served-"));
    await writeStore(home);
    await loadServer(home, cluster.url(), { readerPassword: password }, silentEffects);
    damir = await connect({ url: cluster.url("damir_lecture", password) });
  });
  afterEach(() => {
    Reflect.deleteProperty(globalThis, signal);
  });
  afterAll(async () => {
    await damir.close();
    await cluster.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it("lists the tables, cites their sources and marks what is synthetic, as over the store", async () => {
    const store = await connect({ home });
    expect(damir.tables().rows).toEqual(store.tables().rows);
    const query =
      "SELECT r.nom, sum(flt_rem_mnt) AS rembourse FROM damir d JOIN regions r ON r.ben_res_reg = d.ben_res_reg GROUP BY 1 ORDER BY 1";
    const strings = Object.assign([query], { raw: [query] });
    const [served, local] = [await damir.sql(strings), await store.sql(strings)];
    expect(served.rows).toEqual(local.rows);
    expect(served.columns).toEqual(local.columns);
    expect(served.sources).toEqual(local.sources);
    expect(served.synthetic).toBe(true);
    expect((await damir.sql`SELECT nom FROM regions`).synthetic).toBe(false);
    await store.close();
  });

  it("gives every type as over the store", async () => {
    const { rows } = await damir.sql`SELECT * FROM mesures ORDER BY jour`;
    expect(rows).toEqual([
      {
        jour: new Date("2024-02-29"),
        instant: new Date("2024-02-29T12:34:56.789Z"),
        vrai: true,
        flottant: 0.1,
        exact: -123456789012.3456,
        grand: 9007199254740993n,
      },
      { jour: null, instant: null, vrai: null, flottant: null, exact: null, grand: null },
    ]);
  });

  it("reads on without holding all rows, and stops where the reader stops", async () => {
    let count = 0;
    for await (const { a } of damir.sql<{
      a: number;
    }>`SELECT a FROM generate_series(1, 25000) AS s(a)`.stream()) {
      expect(a).toBe(++count);
    }
    expect(count).toBe(25_000);
    for await (const { a } of damir.sql<{
      a: number;
    }>`SELECT a FROM generate_series(1, 25000) AS s(a)`.stream()) {
      // Another query goes through while this one is read.
      expect((await damir.sql`SELECT 1 AS un`).rows).toEqual([{ un: 1 }]);
      if (a === 3) break;
    }
    expect((await damir.sql`SELECT count(*) AS n FROM damir`).rows).toEqual([{ n: 800 }]);
  });

  it("shows the first rows of a large result and says how many there are", async () => {
    const result = await damir.sql`SELECT a FROM generate_series(1, 30000) AS s(a)`;
    expect([result.length, result.shown.length]).toEqual([30_000, 20_000]);
  });

  it("describes a table and a query, and explains a plan", async () => {
    expect((await damir.sql`DESCRIBE regions`).rows).toMatchObject([
      { column_name: "ben_res_reg", column_type: "SMALLINT" },
      { column_name: "nom", column_type: "VARCHAR" },
    ]);
    expect(
      (await damir.sql`DESCRIBE SELECT flt_rem_mnt FROM damir WHERE prs_nat = ${1110}`).rows,
    ).toMatchObject([{ column_name: "flt_rem_mnt", column_type: "DECIMAL(18,2)" }]);
    const plan = await damir.sql`SELECT count(*) AS n FROM damir WHERE prs_nat = ${1110}`.explain();
    expect(String(plan)).toContain("Aggregate");
  });

  it("points at a mistake in French, and proposes what is near", async () => {
    await expect(damir.sql`SELECT prs_na FROM damir WHERE ben_res_reg = ${11}`.result()).rejects.toThrow(
      /La colonne « prs_na » n'existe pas[\s\S]*prs_nat[\s\S]*SELECT prs_na FROM damir WHERE ben_res_reg = \$1\n *\^/,
    );
    await expect(damir.sql`SELECT 1 FROM damirs`.result()).rejects.toThrow(
      /La table « damirs » n'existe pas/,
    );
    await expect(damir.sql`SELECT 1 FROM damir WHERE prs_nat = ${"consultation"}`.result()).rejects.toThrow(
      /contient des codes, pas des libellés/,
    );
    await expect(damir.sql`SELECT FROM WHERE`.result()).rejects.toThrow(/pas bien écrite/);
    await expect(damir.sql`INSERT INTO regions VALUES (1, 'a')`.result()).rejects.toThrow(/lecture seule/);
  });

  it("ends the query on the server when the cell is interrupted, and answers the next one", async () => {
    const cell = new AbortController();
    Reflect.set(globalThis, signal, cell.signal);
    const query = damir.sql`SELECT pg_sleep(60) AS s, 'interrompue' AS nom`.result();
    const running = () =>
      cluster.withOwner(async (client) => {
        const { rowCount } = await client.query(
          "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%interrompue%' AND state = 'active' AND pid <> pg_backend_pid()",
        );
        return rowCount === 1;
      });
    const settled = expect(query).rejects.toThrow(/interrompue/);
    while (!(await running())) await sleep(20);
    cell.abort();
    await settled;
    expect(await running()).toBe(false);
    Reflect.deleteProperty(globalThis, signal);
    expect((await damir.sql`SELECT 1 AS un`).rows).toEqual([{ un: 1 }]);
  });

  it("asks the server for no more sessions than it has queries, and shares them", async () => {
    const counts = await Promise.all(
      Array.from({ length: 12 }, (_, index) => damir.sql<{ n: number }>`SELECT ${index} AS n`.rows()),
    );
    expect(counts.map(([row]) => row?.n)).toEqual(Array.from({ length: 12 }, (_, index) => index));
    const open = await cluster.withOwner(
      async (client) =>
        (await client.query("SELECT 1 FROM pg_stat_activity WHERE usename = 'damir_lecture'")).rowCount,
    );
    expect(open).toBeLessThanOrEqual(4);
  });

  it("says that the connection was lost, and connects again without a new notebook", async () => {
    const query = damir.sql`SELECT pg_sleep(60) AS s`.result();
    const settled = expect(query).rejects.toThrow(UserError);
    const message = query.then(
      () => "",
      (error: unknown) => (error as Error).message,
    );
    await sleep(200);
    await cluster.kill();
    await settled;
    expect(await message).toMatch(/a été perdue pendant la requête/);
    expect(await message).not.toContain(password);
    await expect(damir.sql`SELECT 1 AS un`.result()).rejects.toThrow(
      /Aucun PostgreSQL n'y répond|a été perdue/,
    );
    await cluster.start();
    expect((await damir.sql`SELECT count(*) AS n FROM damir`).rows).toEqual([{ n: 800 }]);
  });

  it("says in French why it can't enter, and never shows the password", async () => {
    await cluster.withOwner((client) => client.query("CREATE DATABASE vide"));
    const refusals = await Promise.all(
      [
        cluster.url("damir_lecture", "mauvais-mot"),
        cluster.url("damir_lecture", password).replace(String(cluster.port), "1"),
        cluster.url("damir_lecture", password).replace("/postgres", "/absente"),
        cluster.url("damir_lecture", password).replace(/\/postgres$/, "/vide"),
        cluster.url("damir_lecture", password).replace(/:[^:/]*@/, "@"),
        `${cluster.url("damir_lecture", password)}?sslmode=require`,
      ].map((url) =>
        connect({ url }).then(
          () => undefined,
          (error: unknown) => error,
        ),
      ),
    );
    for (const refusal of refusals) {
      expect(refusal).toBeInstanceOf(UserError);
      for (const hidden of [password, encodeURIComponent(password), "mauvais-mot"]) {
        expect(inspect(refusal, { depth: 10 })).not.toContain(hidden);
      }
    }
    expect(refusals.map((refusal) => (refusal as Error).message)).toMatchObject([
      expect.stringContaining("Le mot de passe ou le rôle n'est pas le bon"),
      expect.stringContaining("Aucun PostgreSQL n'y répond"),
      expect.stringContaining("Cette base n'y existe pas"),
      expect.stringContaining("ne contient pas encore de données DAMIR"),
      expect.stringContaining("Il demande un mot de passe"),
      expect.stringContaining("pas de liaison chiffrée"),
    ]);
    expect(inspect(damir, { depth: 10, showHidden: true })).not.toContain(password);
  });
});
