import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { loadServer, silentEffects } from "@atelier-damir/pipeline";
import { connect, type Damir } from "damir";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  noPostgres,
  startCluster,
  type Cluster,
} from "../lib/pipeline/src/server/postgres-cluster.fixture.js";
import { home, root } from "../scripts/setup.mjs";
import { difference } from "./compared-connection.mjs";
import { executed, joined, readNotebook } from "../scripts/notebook-run.mjs";

const starters = readdirSync(join(root, "notebooks")).filter((name) => /^\d\d-/.test(name));

const password = "lecture";

/** Where the starters' cells are put together: below the project, whose packages they import. */
const folder = join(root, "tests", "output", "served");

/** The cells of a starter as one program, which compares each query's answers. */
function programOf(slug: string): string {
  const { cells } = readNotebook(join(root, "notebooks", slug, "notebook.ipynb"));
  const code = cells.filter(({ cell_type }) => cell_type === "code").map(({ source }) => joined(source));
  const { outputText } = ts.transpileModule(code.join("\n;\n"), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const compared = pathToFileURL(join(root, "tests", "compared-connection.mjs")).href;
  return outputText.replace(/from "damir"/g, `from "${compared}"`);
}

/** What notebooks write beside what the starters do, answered by both engines. */
const queries: Readonly<Record<string, string>> = {
  "month and region": `SELECT flx_ann_moi, ben_res_reg, sum(flt_rem_mnt) AS rembourse, sum(flt_act_qte) AS quantite
    FROM damir GROUP BY flx_ann_moi, ben_res_reg ORDER BY flx_ann_moi, ben_res_reg`,
  "twenty natures with their labels": `SELECT d.prs_nat, n.libelle, sum(flt_rem_mnt) AS rembourse FROM damir d
    LEFT JOIN nomenclature_prs_nat n ON n.code = d.prs_nat GROUP BY 1, 2 ORDER BY rembourse DESC, 1 LIMIT 20`,
  "age and sex": `SELECT age_ben_snds, ben_sex_cod, sum(flt_act_qte) AS quantite, avg(flt_rem_mnt) AS moyenne FROM damir
    GROUP BY 1, 2 ORDER BY 1, 2`,
  "distinct combinations": `SELECT count(*) AS n FROM (SELECT DISTINCT prs_nat, pse_spe_snds, ben_res_reg FROM damir) AS combinaisons`,
  "a quotient of whole numbers": `SELECT sum(flt_act_qte) / count(*) AS moyenne, 7 / 2 AS sept_demis, 100 * 1 / 3 AS tiers,
    max(age_ben_snds) / 2 AS moitie FROM damir`,
  "a division by zero": "SELECT 1 / 0 AS infini, 0.0 / 0 AS rien, CAST(NULL AS INTEGER) / 0 AS inconnu",
  "rounded doubles": `SELECT round(CAST(2.5 AS DOUBLE)) AS a, round(CAST(-2.5 AS DOUBLE)) AS b, round(CAST(1234.567 AS DOUBLE), 1) AS c,
    round(sum(flt_rem_mnt) / 1000000, 1) AS millions FROM damir`,
  "a share of the whole": `SELECT ben_sex_cod, 100.0 * sum(flt_rem_mnt) / sum(sum(flt_rem_mnt)) OVER () AS part FROM damir
    GROUP BY ben_sex_cod ORDER BY ben_sex_cod`,
  "months of care": `SELECT mois_soins, sum(flt_rem_mnt) AS rembourse FROM damir WHERE mois_traitement = DATE '2024-06-01'
    GROUP BY mois_soins ORDER BY mois_soins NULLS LAST`,
  "parts of dates": `SELECT year(mois_soins) AS annee, extract(month FROM mois_soins) AS mois, strftime(mois_soins, '%Y-%m') AS texte,
    date_trunc('quarter', mois_soins) AS trimestre, date_diff('month', mois_soins, mois_traitement) AS delai, count(*) AS n
    FROM damir WHERE mois_soins >= '2024-01-01' GROUP BY 1, 2, 3, 4, 5 ORDER BY 3, 5`,
  "a form of dates with words in it": `SELECT strftime(jour, 'le %-d %B "%Y", jour %j \\ 100 %%') AS texte FROM meteo WHERE departement = '2A'
    AND jour < DATE '2024-03-01' ORDER BY jour LIMIT 40`,
  "days and intervals": `SELECT jour, jour + INTERVAL '1 month' AS apres, jour - DATE '2024-01-01' AS rang, dayofweek(jour) AS jour_semaine,
    isodow(jour) AS rang_semaine FROM meteo WHERE departement = '2A' AND jour < DATE '2024-02-01' ORDER BY jour`,
  "medians and quantiles": `SELECT departement, median(CAST(tm AS DOUBLE)) AS mediane, quantile_cont(CAST(tm AS DOUBLE), 0.9) AS chaud,
    round(stddev(tm), 6) AS ecart FROM meteo GROUP BY departement ORDER BY departement`,
  correlations: `SELECT round(corr(tm, rr), 9) AS r, round(regr_slope(tm, rr), 9) AS pente FROM meteo`,
  "filtered aggregates": `SELECT count(*) FILTER (WHERE ben_res_reg = 99) AS inconnus, count_if(ben_sex_cod = 1) AS hommes,
    sum(flt_rem_mnt) FILTER (WHERE prs_nat = 1110) AS consultations, any_value(flx_ann_moi) IS NOT NULL AS quelconque FROM damir`,
  texts: `SELECT code || ' : ' || libelle AS texte, length(libelle) AS longueur, upper(libelle) AS majuscules,
    contains(libelle, 'CONSULT') AS consultation, ifnull(note, '') AS note FROM nomenclature_prs_nat WHERE libelle LIKE 'C%' ORDER BY libelle, code`,
  "texts in the order of their bytes": "SELECT nom FROM departements ORDER BY nom",
  lists: `SELECT ben_res_reg, list(departement ORDER BY departement) AS departements, string_agg(nom, ', ' ORDER BY nom) AS noms
    FROM departements GROUP BY ben_res_reg ORDER BY ben_res_reg`,
  windows: `SELECT flx_ann_moi, sum(flt_rem_mnt) AS rembourse, lag(sum(flt_rem_mnt)) OVER (ORDER BY flx_ann_moi) AS avant,
    rank() OVER (ORDER BY sum(flt_rem_mnt) DESC) AS rang FROM damir GROUP BY flx_ann_moi ORDER BY flx_ann_moi`,
  "booleans and cases": `SELECT acte_de_base, CASE WHEN unite = '' THEN 'sans' ELSE unite END AS unite, count(*) AS n FROM prs_nat_postes
    GROUP BY acte_de_base, 2 ORDER BY acte_de_base, 2`,
  "several tables": `WITH actes AS (SELECT departement, sum(act_dnb) AS actes FROM damir_departement WHERE exe_spe = 1 GROUP BY departement)
    SELECT d.departement, d.nom, actes, sum(m.effectif) AS medecins, round(1.0 * actes / sum(m.effectif), 3) AS activite
    FROM departements d JOIN actes ON actes.departement = d.departement JOIN medecins m ON m.departement = d.departement
    WHERE m.annee = 2024 AND m.exe_spe = 1 GROUP BY d.departement, d.nom, actes HAVING sum(m.effectif) > 0 ORDER BY d.departement`,
  "set operations": `SELECT departement FROM caisses EXCEPT SELECT departement FROM departements WHERE region = '11' ORDER BY 1`,
  "a whole row":
    "SELECT * FROM damir WHERE flx_ann_moi = 202403 ORDER BY prs_nat, flt_rem_mnt, prs_pai_mnt, flt_pai_mnt, prs_act_qte LIMIT 50",
};

describe.skipIf(noPostgres)(`queries on a server${noPostgres ? ` (${noPostgres})` : ""}`, () => {
  let cluster: Cluster;
  let url: string;
  let store: Damir;
  let server: Damir;

  beforeAll(async () => {
    cluster = await startCluster();
    await loadServer(home, cluster.url(), { readerPassword: password }, silentEffects);
    url = cluster.url("damir_lecture", password);
    [store, server] = await Promise.all([connect({ home }), connect({ url })]);
    mkdirSync(folder, { recursive: true });
  });
  afterAll(async () => {
    await Promise.all([store.close(), server.close()]);
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(starters)("of %s have the same answers as over the store", async (slug) => {
    const program = join(folder, `${slug}.mjs`);
    writeFileSync(program, programOf(slug));
    const { stdout } = await promisify(execFile)(process.execPath, [program], {
      cwd: join(root, "notebooks", slug),
      env: { ...process.env, DAMIR_HOME: home, DAMIR_URL: url },
      maxBuffer: 1 << 26,
    });
    const compared = stdout
      .split("\n")
      .filter((line) => line.startsWith('{"query":'))
      .map((line) => JSON.parse(line) as { query: string; difference: string });
    expect(compared.length).toBeGreaterThan(1);
    expect(compared.filter((query) => query.difference !== "")).toEqual([]);
  });

  it.each(Object.entries(queries))("have the same answer: %s", async (_, text) => {
    const strings = Object.assign([text], { raw: [text] });
    const [one, other] = await Promise.all([store.sql(strings), server.sql(strings)]);
    expect(one.length).toBeGreaterThan(0);
    expect(difference(text, one, other)).toBe("");
  });

  it("find what every table and column is", async () => {
    const { rows } = await cluster.withOwner((owner) =>
      owner.query<object>(
        `SELECT c.relname, a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT c.relispartition
         WHERE n.nspname = 'atelier' AND c.relkind IN ('r', 'p')
           AND (obj_description(c.oid) IS NULL OR a.attnum IS NOT NULL AND col_description(c.oid, a.attnum) IS NULL)`,
      ),
    );
    expect(rows).toEqual([]);
  });

  it("serve a starter in its kernel, which marks what it shows as it does over the store", async () => {
    const path = join(root, "notebooks", "01-densite-medicale", "notebook.ipynb");
    const [served, local] = await Promise.all(
      [{ DAMIR_URL: url, DAMIR_HOME: folder }, { DAMIR_HOME: home }].map(
        async (env) => JSON.parse(await executed(path, "notebook", env)) as ReturnType<typeof readNotebook>,
      ),
    );
    for (const id of ["croisement", "regression", "verification"]) {
      const shown = (notebook: typeof served) =>
        (notebook?.cells.find((cell) => cell.id === id)?.outputs ?? []).map(({ data }) =>
          joined(data?.["text/plain"]),
        );
      expect(shown(served).join(), id).toContain("DONNÉES SYNTHÉTIQUES");
      expect(shown(served), id).toEqual(shown(local));
    }
  });

  it("bind the same values", async () => {
    const ask = (damir: Damir) => damir.sql`
      SELECT ben_res_reg, ${"x"} AS texte, ${0.5} AS demi, sum(flt_rem_mnt) * ${0.5} AS moitie
      FROM damir
      WHERE prs_nat IN (${[1110, 1111]}) AND prs_nat <> ${100000} AND mois_traitement BETWEEN ${new Date("2024-01-01")} AND ${"2024-03-01"}
        AND flt_rem_mnt > ${0.5} AND ben_res_reg < ${98.5}
      GROUP BY ben_res_reg
      ORDER BY ben_res_reg
      LIMIT ${5}`;
    const [one, other] = await Promise.all([ask(store), ask(server)]);
    expect(one.length).toBe(5);
    expect(difference("ORDER BY", one, other)).toBe("");
  });
});
