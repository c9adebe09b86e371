import { execFile } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { connect, type Damir } from "damir";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { home, root } from "../scripts/setup.mjs";
import { difference } from "./compared-connection.mjs";
import { comparedStarter } from "./compared-programs.js";
import { comparedQueries } from "./compared-queries.js";
import { noSpark, startSpark, type SparkCluster } from "./spark-cluster.js";

const starters = readdirSync(join(root, "notebooks")).filter((name) => /^\d\d-/.test(name));

/** Where the starters' cells are put together: below the project, whose packages they import. */
const folder = join(root, "tests", "output", "spark");

const token = "jeton-du-cluster";

const declare = (url: string) =>
  promisify(execFile)(
    process.execPath,
    [join(root, "lib", "cli", "bin", "damir.js"), "serve", "spark", "--url", url, "--home", home, "--json"],
    { env: { ...process.env, SPARK_CONNECT_AUTHENTICATE_TOKEN: token } },
  );

const template = (text: string) => Object.assign([text], { raw: [text] });

/** Half a minute of work for two cores: each row of a range against each of another. */
const long = `SELECT sum(a.x % 7 * (b.y % 11)) AS total FROM range(400000) AS a(x), range(200000) AS b(y)`;

/** A query during which a worker can be lost: about ten seconds. */
const lasting = `SELECT sum(a.x % 7 * (b.y % 11)) AS total FROM range(60000) AS a(x), range(40000) AS b(y)`;

/** What DuckDB alone has among the words of servers, and the cluster gets translated. */
const sparkQueries: Readonly<Record<string, string>> = {
  "rows kept by a window": `SELECT ben_res_reg, prs_nat, sum(flt_rem_mnt) AS rembourse FROM damir WHERE flx_ann_moi = 202401 GROUP BY 1, 2
    QUALIFY row_number() OVER (PARTITION BY ben_res_reg ORDER BY sum(flt_rem_mnt) DESC, prs_nat) <= 2 ORDER BY 1, 3 DESC`,
  "groups by all columns":
    "SELECT ben_res_reg, ben_sex_cod, sum(flt_act_qte) AS quantite FROM damir GROUP BY ALL ORDER BY 1, 2",
  "all columns but one": "SELECT * EXCLUDE (nom) FROM regions ORDER BY ben_res_reg",
  "a table alone": "FROM regions ORDER BY ben_res_reg",
  "empty values last in both directions": `SELECT departement, effectif, rank() OVER (ORDER BY effectif DESC) AS rang FROM medecins
    WHERE annee = 2024 AND exe_spe = 1 ORDER BY effectif DESC, departement, mode_exercice LIMIT 30`,
  "decimals made whole": `SELECT prs_rem_tau, prs_rem_tau::INTEGER AS entier, CAST(2.5 AS INTEGER) AS deux, CAST(prs_rem_tau AS VARCHAR) AS texte
    FROM damir GROUP BY 1 ORDER BY 1`,
  "a column that the files lack":
    "SELECT count(*) AS lignes, count(ben_res_zeat) AS zones, count(ete_zeat_cod) AS autres FROM damir",
  "whole division and remainder": `SELECT flx_ann_moi // 100 AS annee, flx_ann_moi % 100 AS mois, 7 // 0 AS rien, 7 % 0 AS vide FROM damir
    GROUP BY 1, 2 ORDER BY 1, 2`,
  "intervals of a unit":
    "SELECT max(mois_traitement) - INTERVAL 3 MONTH AS avant, min(mois_traitement) + INTERVAL '2 years' AS apres FROM damir",
  "a text with backslashes and quotes": `SELECT 'c:\\dossier l''été "x"' AS texte, 'a\b' LIKE 'a\b' AS pareil`,
  subtotals: `SELECT ben_sex_cod, age_ben_snds, sum(flt_rem_mnt) AS rembourse FROM damir GROUP BY ROLLUP (1, 2) ORDER BY 1, 2`,
};

const signal = Symbol.for("Jupyter.signal");

describe.skipIf(noSpark)(`queries on a Spark cluster${noSpark ? ` (${noSpark})` : ""}`, () => {
  let cluster: SparkCluster;
  let url: string;
  let store: Damir;
  let server: Damir;

  beforeAll(async () => {
    cluster = await startSpark(token);
    url = `${cluster.url}/;token=${token}`;
    const { stdout } = await declare(cluster.url);
    expect(JSON.parse(stdout)).toMatchObject({ server: cluster.url.replace("sc://", "") });
    [store, server] = await Promise.all([connect({ home }), connect({ url })]);
  });
  afterEach(() => {
    Reflect.deleteProperty(globalThis, signal);
  });
  afterAll(async () => {
    await Promise.all([store.close(), server.close()]);
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are answered by two workers, over the tables of the store", async () => {
    expect(await cluster.state()).toEqual({ workers: 2, cores: 2 });
    expect(server.tables().rows).toEqual(store.tables().rows);
    const described = (damir: Damir) => damir.sql`DESCRIBE damir`;
    const [here, there] = await Promise.all([described(store), described(server)]);
    expect(there.rows).toEqual(
      here.rows.map(({ column_name, column_type }) => ({ column_name, column_type })),
    );
  });

  it.concurrent.each(starters)("of %s have the same answers as over the store", async (slug) => {
    const compared = await comparedStarter(slug, folder, url);
    expect(compared.length).toBeGreaterThan(1);
    expect(compared.filter((query) => query.difference !== "")).toEqual([]);
  });

  it.each(Object.entries(comparedQueries))("have the same answer: %s", async (_, text) => {
    const [one, other] = await Promise.all([store.sql(template(text)), server.sql(template(text))]);
    expect(one.length).toBeGreaterThan(0);
    expect(difference(text, one, other)).toBe("");
  });

  it.each(Object.entries(sparkQueries))("have the same answer: %s", async (_, text) => {
    const [one, other] = await Promise.all([store.sql(template(text)), server.sql(template(text))]);
    expect(difference(text, one, other)).toBe("");
  });

  it("bind values by their types", async () => {
    const ask = (damir: Damir) => damir.sql`
      SELECT ben_res_reg, ${"l'été \\ ${"} AS texte, ${0.5} AS demi, ${null} AS vide, ${true} AS vrai, ${2n ** 40n} AS grand,
             sum(flt_rem_mnt) * ${0.5} AS moitie
      FROM damir
      WHERE prs_nat IN (${[1110, 1111]}) AND mois_traitement BETWEEN ${new Date("2024-01-01")} AND ${"2024-03-01"}
        AND flt_rem_mnt > ${0.5} AND ben_res_reg < ${98.5}
      GROUP BY ben_res_reg ORDER BY ben_res_reg LIMIT ${5}`;
    const [one, other] = await Promise.all([ask(store), ask(server)]);
    expect(one.length).toBe(5);
    expect(other.rows).toEqual(one.rows);
  });

  it("keep whole numbers and decimals exact, or say that they can't", async () => {
    const ask = (damir: Damir) => damir.sql`
      SELECT 9007199254740993 AS grand, CAST(1234567890123.45 AS DECIMAL(18, 2)) AS montant, CAST(-0.05 AS DECIMAL(18, 2)) AS moins`;
    const [one, other] = await Promise.all([ask(store), ask(server)]);
    expect(other.rows).toEqual(one.rows);
    await expect(server.sql`SELECT CAST('12345678901234567.89' AS DECIMAL(20, 2)) AS gros`).rejects.toThrow(
      /« gros » contient 12345678901234567\.89.*CAST\(gros AS VARCHAR\)/,
    );
  });

  it("give their rows in blocks, and the first ones of many", async () => {
    const query = "SELECT flx_ann_moi, prs_nat, flt_rem_mnt FROM damir WHERE flx_ann_moi < 202404";
    let [rows, sum] = [0, 0];
    for await (const { flt_rem_mnt } of server.sql(template(query)).stream()) {
      rows++;
      sum += Math.round(Number(flt_rem_mnt) * 100);
    }
    const here =
      await store.sql`SELECT count(*) AS lignes, sum(flt_rem_mnt) AS total FROM damir WHERE flx_ann_moi < 202404`;
    expect({ rows, sum }).toEqual({
      rows: here.rows[0]?.["lignes"],
      sum: Math.round(Number(here.rows[0]?.["total"]) * 100),
    });
    const result = await server.sql(template(query));
    expect(result.length).toBe(rows);
  });

  it.each([
    ["SELECT * FROM damirr", /La table « damirr » n'existe pas\. Cherchiez-vous damir/],
    [
      "SELECT nimporte FROM damir",
      /La colonne « nimporte » n'existe pas dans damir\.[\s\S]*ligne 1 : SELECT nimporte FROM damir\n {17}\^$/,
    ],
    ["SELEC 1", /n'est pas bien écrite[\s\S]*SELEC/],
    ["SELECT nimporte(1)", /La fonction « nimporte » n'existe pas/],
    [
      "SELECT ben_res_reg, prs_nat, sum(flt_rem_mnt) AS r FROM damir GROUP BY 1",
      /« prs_nat » n'est ni groupée ni agrégée/,
    ],
    ["SELECT ben_res_reg, sum(flt_rem_mnt) AS r FROM damir", /ajoutez-la à un GROUP BY/],
    ["SELECT count(*) AS n FROM departements WHERE departement = 1", /« 2A » n'est pas un nombre/],
    ["PIVOT damir ON ben_res_reg USING sum(flt_rem_mnt)", /ne connaît pas PIVOT.*FILTER/],
    ["SUMMARIZE damir", /ne connaît pas SUMMARIZE/],
    ["SELECT DISTINCT ON (ben_res_reg) ben_res_reg FROM damir", /DISTINCT ON.*row_number/],
    ["DROP VIEW damir", /lecture seule/],
  ])("explain in French: %s", async (text, message) => {
    await expect(server.sql(template(text))).rejects.toThrow(message);
  });

  it("say how the cluster runs them", async () => {
    const explained =
      await server.sql`SELECT ben_res_reg, avg(flt_rem_mnt) AS m FROM damir GROUP BY 1`.explain();
    expect(String(explained)).toContain("Physical Plan");
  });

  it("end in the cluster when their cell is interrupted, and the next one is answered", async () => {
    const cell = new AbortController();
    Reflect.set(globalThis, signal, cell.signal);
    const query = server.sql(template(long)).result();
    setTimeout(() => {
      cell.abort();
    }, 3000);
    await expect(query).rejects.toThrow(/interrompue/);
    Reflect.deleteProperty(globalThis, signal);
    expect((await server.sql`SELECT count(*) AS n FROM regions`).rows).toEqual(
      (await store.sql`SELECT count(*) AS n FROM regions`).rows,
    );
  });

  it("end when they take longer than the address allows", async () => {
    const hurried = await connect({ url: `${url};timeout=4` });
    await expect(hurried.sql(template(long))).rejects.toThrow(/a dépassé 4 secondes.*timeout=/s);
    await hurried.close();
  });

  it("never show the token", async () => {
    const wrong = connect({ url: `${cluster.url}/;token=mauvais-jeton` });
    await expect(wrong).rejects.toThrow(/n'accepte pas ce jeton/);
    await expect(wrong).rejects.not.toThrow(/mauvais-jeton/);
    await expect(connect({ url: "sc://personne.invalid:15002/;token=secret" })).rejects.toThrow(
      /^Pas de connexion au cluster personne\.invalid:15002\. Ce nom de serveur n'est pas connu/,
    );
    await expect(connect({ url: "sc://;token=secret" })).rejects.toThrow(
      /^L'adresse du cluster ne se lit pas(?!.*secret)/,
    );
  });

  it("survive a worker that is killed while it works: the other one finishes, and the next query is answered", async () => {
    const [expected] = (await store.sql(template(lasting))).rows;
    const query = server.sql(template(lasting)).result();
    setTimeout(() => {
      cluster.killWorker(0);
    }, 2000);
    expect((await query).rows).toEqual([expected]);
    expect(await cluster.state()).toMatchObject({ workers: 1 });
    const total = (damir: Damir) => damir.sql`SELECT sum(flt_rem_mnt) AS total FROM damir`;
    expect((await total(server)).rows).toEqual((await total(store)).rows);
  });

  it("say that the connection was lost when the server is killed, and go on once it is back", async () => {
    const query = server.sql(template(long)).result();
    const lost = expect(query).rejects.toThrow(
      /La connexion au cluster .* a été perdue pendant la requête\. Relancez la cellule/,
    );
    setTimeout(() => {
      void cluster.killServer();
    }, 3000);
    await lost;
    await expect(server.sql`SELECT 1 AS un`).rejects.toThrow(/Aucun Spark Connect n'y répond/);
    await cluster.startServer();
    await expect(connect({ url })).rejects.toThrow(/ne connaît pas encore les données DAMIR.*serve spark/);
    await declare(cluster.url);
    const total = (damir: Damir) => damir.sql`SELECT sum(flt_rem_mnt) AS total FROM damir`;
    expect((await total(server)).rows).toEqual((await total(store)).rows);
  });
});
