import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, readStore, rollUps, storeFolder, type Damir, type Manifest } from "damir";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentEffects } from "./effects.js";
import { refreshRollUps } from "./rollup-store.js";
import { loadServer } from "./server/load.js";
import { noPostgres, startCluster, type Cluster } from "./server/postgres-cluster.fixture.js";
import { openDamir, testTables, writeStore, type TestTable } from "./server/served-store.fixture.js";
import { StoreWriter } from "./store-writer.js";

const password = "agregats:é";

/** Months with every column that roll-ups take, their nulls, cents and negative amounts. */
const months: TestTable = {
  ...openDamir,
  measures: ["flt_rem_mnt", "flt_pai_mnt", "flt_dep_mnt", "flt_act_qte"],
  select: openDamir.select.replace(
    "FROM range",
    `, ([0, 0, 19, 24, NULL][1 + i % 5])::SMALLINT AS pse_act_snds,
       (i % 4)::SMALLINT AS psp_spe_snds, (i % 2 * 19)::SMALLINT AS psp_act_snds, ([0, 15, 41][1 + i % 3])::SMALLINT AS exo_mtf,
       ([0, 65, 100, NULL][1 + i % 4])::DECIMAL(5,2) AS prs_rem_tau,
       (((i * 7907) % 50021) / 100 - 1)::DECIMAL(18,2) AS flt_pai_mnt,
       (CASE WHEN i % 3 = 0 THEN NULL ELSE ((i * 31) % 997) / 100 END)::DECIMAL(18,2) AS flt_dep_mnt
     FROM range`,
  ),
};

const tables = { ...testTables, damir: months };

const refresh = (home: string, fewest = 1) =>
  StoreWriter.use(storeFolder(home), (writer) => refreshRollUps(writer, silentEffects, fewest));

const dimensions = [
  "flx_ann_moi",
  "mois_traitement",
  "mois_soins",
  "soi_ann",
  "prs_nat",
  "ben_res_reg",
  "age_ben_snds",
  "ben_sex_cod",
  "pse_spe_snds",
  "pse_act_snds",
  "psp_spe_snds",
  "prs_rem_tau",
];

const condition = fc.constantFrom(
  "true",
  "ben_res_reg <> 99",
  "prs_nat IN (1110, 1111)",
  "soi_ann = 2024",
  "ben_sex_cod = 2 OR age_ben_snds >= 20",
  "pse_act_snds IS NULL",
  "flx_ann_moi = 202402",
  "flt_rem_mnt > 0",
  "etb_dcs_mco = 'B'",
);

const measure = fc.constantFrom(
  "sum(flt_rem_mnt)",
  "sum(flt_pai_mnt)",
  "sum(flt_dep_mnt)",
  "sum(flt_act_qte)",
  "sum(CASE WHEN ben_sex_cod = 1 THEN flt_rem_mnt END)",
  "sum(CASE WHEN age_ben_snds = 70 THEN flt_pai_mnt WHEN prs_nat = 1110 THEN flt_dep_mnt ELSE 0 END)",
  "sum(coalesce(flt_dep_mnt, 0))",
  "sum(flt_rem_mnt) FILTER (WHERE prs_nat <> 1972)",
  "count(DISTINCT prs_nat)",
  "min(age_ben_snds)",
  "count(*)",
  "max(flt_rem_mnt)",
  "sum(flt_pai_mnt - flt_rem_mnt)",
  "sum(CASE WHEN soi_ann = 2024 THEN flt_pai_mnt - flt_rem_mnt + flt_act_qte END)",
  "sum(flt_pai_mnt - flt_dep_mnt)",
  "sum(prs_rem_tau * (flt_pai_mnt - flt_rem_mnt))",
  "round(sum(-flt_rem_mnt) / sum(flt_pai_mnt), 3)",
);

const from = fc.constantFrom(
  "damir",
  "damir JOIN regions USING (ben_res_reg)",
  "regions RIGHT JOIN damir USING (ben_res_reg)",
  "(SELECT * FROM damir) AS toutes",
  "damir JOIN (SELECT ben_res_reg, max(age_ben_snds) AS plus_vieux, count(*) AS lignes FROM damir GROUP BY 1) r USING (ben_res_reg)",
);

/** Queries that group, filter, add up and join, among which some need the rows one by one. */
const queries = fc
  .record({
    by: fc.uniqueArray(fc.constantFrom(...dimensions), { minLength: 1, maxLength: 3 }),
    sums: fc.uniqueArray(measure, { minLength: 1, maxLength: 3 }),
    from,
    where: fc.uniqueArray(condition, { maxLength: 2 }),
    having: fc.boolean(),
    distinct: fc.boolean(),
  })
  .map(({ by, sums, from: source, where, having, distinct }) => {
    const filter = where.length > 0 ? ` WHERE ${where.map((one) => `(${one})`).join(" AND ")}` : "";
    const order = by.map((_, index) => `${index + 1} NULLS FIRST`).join(", ");
    if (distinct) return `SELECT DISTINCT ${by.join(", ")} FROM ${source}${filter} ORDER BY ${order}`;
    const outputs = sums.map((sum, index) => `${sum} AS m${index}`);
    const groups = by.map((_, index) => index + 1).join(", ");
    return `SELECT ${[...by, ...outputs].join(", ")} FROM ${source}${filter} GROUP BY ${groups}${having ? " HAVING sum(flt_pai_mnt) > 0" : ""} ORDER BY ${order}`;
  });

const ask = (damir: Damir, text: string) =>
  damir.sql([text] as unknown as TemplateStringsArray).silence("natures-melangees");

const rollUpOf = async (damir: Damir, text: string) =>
  /^Lit (\w+) au lieu de damir/.exec((await ask(damir, text).explain()).toString())?.[1];

describe("roll-ups", () => {
  const homes: string[] = [];
  const newHome = async (): Promise<string> => {
    const home = mkdtempSync(join(tmpdir(), "damir-rollups-"));
    homes.push(home);
    await writeStore(home, tables);
    return home;
  };
  afterAll(() => {
    for (const home of homes) rmSync(home, { recursive: true, force: true });
  });

  /** Compares the answers of two connections to the same queries; counts those that a roll-up gave. */
  async function expectSameAnswers(rolled: Damir, plain: Damir, runs: number): Promise<number> {
    let fromRollUps = 0;
    await fc.assert(
      fc.asyncProperty(queries, async (text) => {
        if ((await rollUpOf(rolled, text)) !== undefined) fromRollUps += 1;
        const [found, expected] = [await ask(rolled, text), await ask(plain, text)];
        expect(found.rows).toEqual(expected.rows);
        expect(found.columns.map(({ name, type }) => `${name} ${type}`)).toEqual(
          expected.columns.map(({ name, type }) => `${name} ${type}`),
        );
      }),
      { numRuns: runs },
    );
    return fromRollUps;
  }

  it("give the answers of the rows, to the cent and to the type, whatever is asked", async () => {
    const home = await newHome();
    expect(await refresh(home)).toBe(2);
    const [rolled, plain] = [
      await connect({ home, guardRails: false }),
      await connect({ home: await newHome(), guardRails: false }),
    ];
    const runs = 300;
    expect(await expectSameAnswers(rolled, plain, runs)).toBeGreaterThan(runs / 10);
    await rolled.close();
    await plain.close();
  });

  it.each([
    "SELECT sum(p.flt_rem_mnt) AS r FROM damir d JOIN (SELECT ben_res_reg, sum(flt_rem_mnt) AS flt_rem_mnt FROM damir GROUP BY 1) p USING (ben_res_reg)",
    "SELECT sum(d.flt_rem_mnt) AS r FROM damir d JOIN (SELECT 3 AS flt_act_qte) x USING (flt_act_qte)",
    "SELECT max(prs_nat) AS n, (SELECT count(d.prs_nat)) AS lignes FROM damir d",
    "SELECT sum(d.flt_rem_mnt) AS r FROM damir d WHERE d.prs_nat IN (SELECT prs_nat FROM damir GROUP BY 1 HAVING sum(flt_act_qte) > 100)",
    "SELECT sum(d.flt_rem_mnt) AS r FROM damir d, LATERAL (SELECT d.ben_res_reg + 1 AS suivante) l WHERE l.suivante > 20",
  ])("change nothing where a name or a query within could mislead: %s", async (text) => {
    const home = await newHome();
    const plain = await connect({ home, guardRails: false });
    await refresh(home);
    const rolled = await connect({ home, guardRails: false });
    const rows = (damir: Damir) =>
      ask(damir, text).then(
        (result) => result.rows,
        (error: unknown) => String(error),
      );
    expect(await rows(rolled)).toEqual(await rows(plain));
    await rolled.close();
    await plain.close();
  });

  it("aren't seen: they are no tables, no columns, no source", async () => {
    const home = await newHome();
    await refresh(home);
    const damir = await connect({ home });
    expect(damir.tables().rows.map(({ table }) => table)).toEqual(["damir", "regions", "textes", "mesures"]);
    const text = "SELECT ben_res_reg, sum(flt_rem_mnt) AS r FROM damir GROUP BY 1";
    expect(await rollUpOf(damir, text)).toBe("agregat_prestations");
    const result = await ask(damir, text);
    expect(result.sources.map(({ table }) => table)).toEqual(["damir"]);
    await expect(ask(damir, text.replace("ben_res_reg", "ben_res_regg"))).rejects.toThrow(
      /« ben_res_regg » n'existe pas dans damir[\s\S]*\n {17}\^$/,
    );
    await expect(
      ask(damir, "SELECT ben_res_reg, sum(flt_rem_mnt), 'x'::INTEGER FROM damir GROUP BY 1"),
    ).rejects.toThrow(/« x » n'est pas un nombre/);
    await damir.close();
  });

  it("follow the months that come, change and leave", async () => {
    const home = await newHome();
    await refresh(home);
    const total = async () => {
      const damir = await connect({ home, guardRails: false });
      try {
        const text = "SELECT count(DISTINCT flx_ann_moi) AS mois, sum(flt_rem_mnt) AS r FROM damir";
        return [await rollUpOf(damir, text), ...Object.values((await ask(damir, text)).rows[0] ?? {})];
      } finally {
        await damir.close();
      }
    };
    const [, ...whole] = await total();

    await writeStore(home, {
      damir: { ...months, months: [202402], select: months.select.replace("/ 100 - 20", "/ 100 - 21") },
    });
    const [stale, ...changed] = await total();
    expect(stale).toBeUndefined();
    expect(changed).not.toEqual(whole);
    expect(await refresh(home)).toBe(1);
    expect(await total()).toEqual(["agregat_prestations", ...changed]);

    await StoreWriter.use(storeFolder(home), (writer) =>
      writer.remove("damir", ({ month }) => month === "202401"),
    );
    const [, ...left] = await total();
    expect(left[0]).toBe(1);
    expect(await refresh(home)).toBe(0);
    expect(await total()).toEqual(["agregat_prestations", ...left]);
    expect(readStore(storeFolder(home))?.manifest.tables["agregat_patients"]?.files).toHaveLength(1);
  });

  it("are made anew where other dimensions made them, and not read before", async () => {
    const home = await newHome();
    await refresh(home);
    const manifest = join(storeFolder(home), "manifest.json");
    const read = () => JSON.parse(readFileSync(manifest, "utf8")) as Manifest;
    const before = read();
    for (const file of before.tables["agregat_prestations"]?.files ?? []) {
      file.rollUp = { dimensions: ["flx_ann_moi", "prs_nat"], complete: [] };
    }
    for (const file of before.tables["agregat_soins"]?.files ?? []) delete file.rollUp;
    writeFileSync(manifest, JSON.stringify(before));
    const rolled = async () => {
      const damir = await connect({ home, guardRails: false });
      const name = await rollUpOf(
        damir,
        "SELECT prs_nat, ben_res_reg, sum(flt_rem_mnt) AS r FROM damir GROUP BY 1, 2",
      );
      await damir.close();
      return name;
    };
    expect(await rolled()).toBe("agregat_combinaisons");
    expect(await refresh(home)).toBe(2);
    expect(await refresh(home)).toBe(0);
    expect(await rolled()).toBe("agregat_prestations");
    const files = Object.entries(read().tables).flatMap(([name, table]) =>
      table.files.map(({ path }) => [name, path]),
    );
    expect(files.filter(([name]) => name === "agregat_soins")).toHaveLength(2);
  });

  it("aren't made of a store that answers at once without", async () => {
    const home = await newHome();
    expect(await refresh(home, 1_000_000)).toBe(0);
    await refresh(home);
    expect(Object.keys(readStore(storeFolder(home))?.manifest.tables ?? {})).toContain("agregat_soins");
    await refresh(home, 1_000_000);
    expect(Object.keys(readStore(storeFolder(home))?.manifest.tables ?? {})).toEqual(Object.keys(tables));
  });

  describe.skipIf(noPostgres)(`on a server${noPostgres ? ` (${noPostgres})` : ""}`, () => {
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await startCluster();
    });
    afterAll(async () => {
      await cluster.stop();
    });

    it("come with the store, and give the answers of the rows", async () => {
      const home = await newHome();
      await refresh(home);
      await loadServer(home, cluster.url(), { readerPassword: password }, silentEffects);
      const served = await connect({ url: cluster.url("damir_lecture", password), guardRails: false });
      const plain = await connect({ home: await newHome(), guardRails: false });
      expect(served.tables().rows).toEqual(plain.tables().rows);
      const runs = 100;
      let fromRollUps = 0;
      await fc.assert(
        fc.asyncProperty(queries, async (text) => {
          if ((await rollUpOf(served, text)) !== undefined) fromRollUps += 1;
          expect((await ask(served, text)).rows).toEqual((await ask(plain, text)).rows);
        }),
        { numRuns: runs },
      );
      expect(fromRollUps).toBeGreaterThan(runs / 10);
      await served.close();
      await plain.close();
    });

    it("hold the months of the rows at each moment of a load, for readers who came before it too", async () => {
      const home = await newHome();
      await refresh(home);
      const load = () => loadServer(home, cluster.url(), { readerPassword: password }, silentEffects);
      await load();
      const early = await connect({ url: cluster.url("damir_lecture", password), guardRails: false });
      const text =
        "SELECT flx_ann_moi, sum(flt_rem_mnt) AS r, sum(flt_act_qte) AS q FROM damir GROUP BY 1 ORDER BY 1";

      /** Loads while another session compares the rows with the roll-up in one statement, again and again. */
      const watchedLoad = async () => {
        let ended = false;
        const loading = load().finally(() => {
          ended = true;
        });
        const seen = cluster.withOwner(async (session) => {
          const found: unknown[] = [];
          while (!ended) {
            const compared = session.query<{ same: boolean }>(
              `SELECT (SELECT array_agg(m ORDER BY m) FROM (SELECT (flx_ann_moi, sum(flt_rem_mnt))::text AS m FROM atelier.damir GROUP BY flx_ann_moi) AS rows)
                    = (SELECT array_agg(m ORDER BY m) FROM (SELECT (flx_ann_moi, sum(flt_rem_mnt))::text AS m FROM atelier.agregat_patients GROUP BY flx_ann_moi) AS sums) AS same`,
            );
            await compared.then(
              ({ rows }) => found.push(rows[0]?.same),
              // No roll-up at that moment: the library reads the rows then.
              (error: unknown) => found.push((error as { code?: unknown }).code),
            );
          }
          return found;
        });
        const [outcome, found] = await Promise.all([loading, seen]);
        expect(found.filter((one) => one !== true && one !== "42P01")).toEqual([]);
        const plain = await connect({ home, guardRails: false });
        expect((await ask(early, text)).rows).toEqual((await ask(plain, text)).rows);
        await plain.close();
        return outcome;
      };
      const rolled = async () => {
        const late = await connect({ url: cluster.url("damir_lecture", password), guardRails: false });
        const name = await rollUpOf(late, text);
        await late.close();
        return name;
      };

      // A month that comes with its roll-ups.
      await writeStore(home, { damir: { ...months, months: [202403] } });
      await refresh(home);
      expect(await watchedLoad()).toMatchObject({ unchanged: 2 + 2 * rollUps.length + 3 });
      expect(await rolled()).toBe("agregat_prestations");
      // One that changed and whose roll-ups aren't made yet.
      const select = months.select.replace("/ 100 - 20", "/ 100 - 21");
      await writeStore(home, { damir: { ...months, select, months: [202402] } });
      await watchedLoad();
      expect(await rolled()).toBeUndefined();
      await refresh(home);
      await watchedLoad();
      expect(await rolled()).toBe("agregat_prestations");
      // Months that leave, and a table of another form.
      await StoreWriter.use(storeFolder(home), (writer) =>
        writer.remove("damir", ({ month }) => month === "202401"),
      );
      await refresh(home);
      await watchedLoad();
      expect(await rolled()).toBe("agregat_prestations");
      const wider = months.select.replace("FROM range", ", 'x' AS plus_tard FROM range");
      await writeStore(home, { damir: { ...months, select: wider, months: [202404] } });
      await refresh(home);
      await watchedLoad();
      expect(await rolled()).toBe("agregat_prestations");
      await early.close();
    });
  });
});
