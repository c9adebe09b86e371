import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { loadServer, silentEffects } from "@atelier-damir/pipeline";
import { connect, type Damir } from "damir";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  noPostgres,
  startCluster,
  type Cluster,
} from "../lib/pipeline/src/server/postgres-cluster.fixture.js";
import { home, root } from "../scripts/setup.mjs";
import { difference } from "./compared-connection.mjs";
import { comparedStarter } from "./compared-programs.js";
import { comparedQueries } from "./compared-queries.js";
import { executed, joined, readNotebook } from "../scripts/notebook-run.mjs";

const starters = readdirSync(join(root, "notebooks")).filter((name) => /^\d\d-/.test(name));

const password = "lecture";

/** Where the starters' cells are put together: below the project, whose packages they import. */
const folder = join(root, "tests", "output", "served");

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
    const compared = await comparedStarter(slug, folder, url);
    expect(compared.length).toBeGreaterThan(1);
    expect(compared.filter((query) => query.difference !== "")).toEqual([]);
  });

  it.each(Object.entries(comparedQueries))("have the same answer: %s", async (_, text) => {
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
