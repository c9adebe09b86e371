import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readStore, storeFolder, UserError, type StoreTable } from "damir";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { silentEffects } from "../effects.js";
import { loadServer } from "./load.js";
import { noPostgres, startCluster, type Cluster } from "./postgres-cluster.fixture.js";
import { scramVerifier } from "./reader-role.js";
import { openDamir, writeStore } from "./served-store.fixture.js";

const password = "lecture:é/1";

const otherAmounts = { damir: { ...openDamir, select: openDamir.select.replace("- 20", "- 30") } };

describe.skipIf(noPostgres)(`loading a server${noPostgres ? ` (${noPostgres})` : ""}`, () => {
  let cluster: Cluster;
  let home: string;

  const load = () => loadServer(home, cluster.url(), { readerPassword: password }, silentEffects);
  const rows = <R extends object>(text: string) =>
    cluster.withOwner(async (client) => (await client.query<R>(text)).rows);
  const fingerprint = (month?: string) => {
    const table = month === undefined ? "atelier.damir" : `atelier.damir_${month}`;
    return rows<{ n: string; somme: string; oid: number }>(
      `SELECT count(*) AS n, sum(flt_rem_mnt) AS somme, '${table}'::regclass::oid AS oid FROM ${table}`,
    );
  };

  const changeManifest = (change: (tables: Record<string, StoreTable>) => void) => {
    const manifest = readStore(storeFolder(home))?.manifest ?? { version: 0, tables: {} };
    change(manifest.tables);
    writeFileSync(join(storeFolder(home), "manifest.json"), JSON.stringify(manifest));
  };

  beforeAll(async () => {
    cluster = await startCluster();
  });
  beforeEach(async () => {
    if (home) rmSync(home, { recursive: true, force: true });
    home = mkdtempSync(join(tmpdir(), "damir-served-"));
    await cluster.withOwner((client) =>
      client.query(
        "DROP SCHEMA IF EXISTS atelier CASCADE; DROP SCHEMA IF EXISTS atelier_fonctions CASCADE; DROP SCHEMA IF EXISTS atelier_chargement CASCADE",
      ),
    );
    await writeStore(home);
  });
  afterAll(async () => {
    await cluster.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it("brings every table with its columns, those of the views included, and the texts as they are", async () => {
    const { tables, rows: loaded, unchanged } = await load();
    expect([tables, loaded, unchanged]).toEqual([4, 811, 0]);
    const columns = await rows<{ attname: string; type: string }>(
      "SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = 'atelier.damir'::regclass AND attnum > 0 ORDER BY attnum",
    );
    expect(columns.map(({ attname, type }) => `${attname} ${type}`)).toEqual([
      "flx_ann_moi integer",
      "soi_ann smallint",
      "soi_moi smallint",
      "prs_nat smallint",
      "ben_res_reg smallint",
      "age_ben_snds smallint",
      "ben_sex_cod smallint",
      "pse_spe_snds smallint",
      "flt_rem_mnt numeric(18,2)",
      "flt_act_qte bigint",
      "etb_dcs_mco text",
      "mois_traitement date",
      "mois_soins date",
    ]);
    expect(await rows("SELECT numero, texte FROM atelier.textes ORDER BY numero")).toEqual([
      { numero: 1, texte: "a\tb\nc\rd" },
      { numero: 2, texte: "é\\N\\t\"'🩺" },
      { numero: 3, texte: "" },
      { numero: 4, texte: null },
      { numero: 5, texte: "\\N" },
    ]);
    expect(
      await rows(
        "SELECT count(*)::integer AS n FROM atelier.damir WHERE (mois_soins IS NULL) <> (soi_ann = 0)",
      ),
    ).toEqual([{ n: 0 }]);
  });

  it("brings months that lack a column of the others, and the zones that months of regions alone lack", async () => {
    const places = ["org_cle_reg", "ete_reg_cod", "etp_reg_cod", "exe_ins_reg", "pre_ins_reg"];
    const whole = openDamir.select.replace(
      "FROM range",
      `, ${places.map((name) => `99::SMALLINT AS ${name}`).join(", ")} FROM range`,
    );
    await writeStore(home, {
      damir: { ...openDamir, select: whole, months: [202401] },
    });
    await writeStore(home, {
      damir: {
        ...openDamir,
        select: whole.replace("FROM range", ", 'x' AS plus_tard FROM range"),
        months: [202402],
      },
    });
    await load();
    expect(
      await rows(
        `SELECT flx_ann_moi, count(*)::integer AS n, count(plus_tard)::integer AS plus_tard, count(ben_res_zeat)::integer AS zones,
                pg_typeof(max(pre_ins_zeat))::text AS type FROM atelier.damir GROUP BY 1 ORDER BY 1`,
      ),
    ).toEqual([
      { flx_ann_moi: 202401, n: 400, plus_tard: 0, zones: 0, type: "smallint" },
      { flx_ann_moi: 202402, n: 400, plus_tard: 400, zones: 0, type: "smallint" },
    ]);
  });

  it("comments tables and columns, finds code lists by their key, and keeps months apart", async () => {
    await load();
    const [comments] = await rows<{ table: string; column: string }>(
      `SELECT obj_description('atelier.damir'::regclass) AS table, col_description('atelier.damir'::regclass, 4) AS column`,
    );
    expect(comments?.table).toBe(
      "Table damir. Source : CNAM, Licence Ouverte 2.0, mise à jour 2024-06-30. DONNÉES SYNTHÉTIQUES, à ne pas publier.",
    );
    expect(comments?.column).toBe("Nature de Prestation. Codes : nomenclature_prs_nat.");
    expect(
      await rows(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'atelier.regions'::regclass AND contype = 'p'",
      ),
    ).toHaveLength(1);
    const plan = await rows<Record<string, string>>(
      "EXPLAIN SELECT * FROM atelier.damir WHERE flx_ann_moi = 202402 AND prs_nat = 1110",
    );
    const text = plan.map((line) => line["QUERY PLAN"]).join("\n");
    expect(text).toContain("damir_202402");
    expect(text).not.toContain("damir_202401");
  });

  it("copies again only what changed, and takes away what is gone", async () => {
    await load();
    expect(await load()).toMatchObject({ rows: 0, unchanged: 5 });
    const before = await rows("SELECT 'atelier.damir_202401'::regclass::oid AS oid");
    await writeStore(home, {
      damir: { ...openDamir, select: openDamir.select.replace("- 20", "- 21"), months: [202402] },
    });
    expect(await load()).toMatchObject({ rows: 400, unchanged: 4 });
    expect(await rows("SELECT 'atelier.damir_202401'::regclass::oid AS oid")).toEqual(before);
    expect((await fingerprint())[0]).toMatchObject({ n: "800" });

    changeManifest((tables) => {
      for (const name of ["textes", "mesures"]) Reflect.deleteProperty(tables, name);
      tables["damir"]?.files.shift();
    });
    // Somebody was faster.
    await rows("DROP TABLE atelier.mesures");
    expect(await load()).toMatchObject({ tables: 2, rows: 0 });
    expect((await fingerprint())[0]).toMatchObject({ n: "400" });
    expect(
      await rows("SELECT to_regclass('atelier.textes') AS t, to_regclass('atelier.damir_202401') AS d"),
    ).toEqual([{ t: null, d: null }]);
  });

  it("replaces a table as a whole when its form changes or it becomes real", async () => {
    await load();
    await writeStore(home, {
      damir: { ...openDamir, synthetic: false, months: [202501] },
    });
    changeManifest((tables) => tables["damir"]?.files.splice(0, 2));
    const before = await rows("SELECT 'atelier.damir'::regclass::oid AS oid");
    expect(await load()).toMatchObject({ rows: 400, unchanged: 3 });
    expect(await rows("SELECT DISTINCT flx_ann_moi FROM atelier.damir")).toEqual([{ flx_ann_moi: 202501 }]);
    expect(await rows("SELECT 'atelier.damir'::regclass::oid AS oid")).not.toEqual(before);

    const select = openDamir.select.replace("FROM range", ", 'x' AS plus_tard FROM range");
    await writeStore(home, { damir: { ...openDamir, synthetic: false, select, months: [202502] } });
    expect(await load()).toMatchObject({ rows: 800, unchanged: 3 });
    expect(
      await rows("SELECT count(*)::integer AS n, count(plus_tard)::integer AS x FROM atelier.damir"),
    ).toEqual([{ n: 800, x: 400 }]);
    expect(await rows("SELECT nspname FROM pg_namespace WHERE nspname = 'atelier_chargement'")).toEqual([]);
  });

  it("leaves what was there when a file isn't what the manifest says, and nothing half-done", async () => {
    await load();
    const before = await fingerprint("202402");
    await writeStore(home, otherAmounts);
    changeManifest((tables) => {
      const file = tables["damir"]?.files[1];
      if (file) file.sums = { flt_rem_mnt: "1.00" };
    });
    await expect(load()).rejects.toThrow(
      /damir_202402 n'est pas identique après chargement : la somme de flt_rem_mnt/,
    );
    expect(await fingerprint("202402")).toEqual(before);
    expect(await rows("SELECT nspname FROM pg_namespace WHERE nspname = 'atelier_chargement'")).toEqual([]);
  });

  it("leaves the month that was there when its file is damaged or it can't be replaced", async () => {
    await load();
    const before = await fingerprint("202402");
    await writeStore(home, otherAmounts);
    const [, file = ""] =
      readStore(storeFolder(home))?.manifest.tables["damir"]?.files.map(({ path }) => path) ?? [];
    const whole = readFileSync(join(storeFolder(home), file));
    writeFileSync(join(storeFolder(home), file), whole.subarray(0, 200));
    await expect(load()).rejects.toThrow(/Un fichier du magasin ne se lit pas/);
    expect(await fingerprint("202402")).toEqual(before);
    writeFileSync(join(storeFolder(home), file), whole);

    await rows(
      "CREATE TABLE public.temoin (a regclass); CREATE VIEW public.vue AS SELECT * FROM atelier.damir_202402",
    );
    await expect(load()).rejects.toThrow(/D'autres objets .* dépendent des tables/);
    expect(await fingerprint("202402")).toEqual(before);
    await rows("DROP VIEW public.vue; DROP TABLE public.temoin");
    await load();
    expect(await fingerprint("202402")).not.toEqual(before);
  });

  it("waits for a long query to let a month go, and keeps no other reader waiting meanwhile", async () => {
    await load();
    const before = await fingerprint("202402");
    const readers = await Promise.all(
      [0, 1].map(async () => {
        const reader = new Client(cluster.url("damir_lecture", password));
        await reader.connect();
        return reader;
      }),
    );
    const [long, other] = readers as [Client, Client];
    try {
      await long.query("BEGIN");
      await long.query("SELECT count(*) FROM damir");
      await other.query("SET statement_timeout = '10s'");
      await writeStore(home, otherAmounts);
      const loaded = load();
      const kept = loaded.then(
        () => "replaced",
        (error: unknown) => String(error),
      );
      const waits = "SELECT 1 AS un FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'";
      for (let seen = 0; seen < 2; seen++) {
        while ((await rows(waits)).length === 0) {
          expect(await Promise.race([kept, sleep(20, "waiting")])).toBe("waiting");
        }
        expect((await other.query("SELECT count(*)::integer AS n FROM damir")).rows).toEqual([{ n: 800 }]);
      }
      expect(await fingerprint("202402")).toEqual(before);
      await long.query("COMMIT");
      await loaded;
      expect(await fingerprint("202402")).not.toEqual(before);
      expect((await other.query("SELECT count(*)::integer AS n FROM damir")).rows).toEqual([{ n: 800 }]);
    } finally {
      await Promise.all(readers.map((reader) => reader.end()));
    }
  });

  it("makes a role that reads and can't write, whatever its session sets", async () => {
    await load();
    const reader = new Client(cluster.url("damir_lecture", password));
    await reader.connect();
    try {
      const { rows: found } = await reader.query<{ n: string; demi: number }>(
        "SELECT count(*) AS n, 7 / 2 AS demi FROM damir",
      );
      expect(found).toEqual([{ n: "800", demi: 3.5 }]);
      await reader.query("SET default_transaction_read_only = off");
      await reader.query("SET statement_timeout = 0");
      for (const statement of [
        "INSERT INTO damir (flx_ann_moi) VALUES (202401)",
        "DELETE FROM regions",
        "UPDATE manifeste SET description = '{}'",
        "TRUNCATE damir",
        "DROP TABLE damir",
        "CREATE TABLE atelier.a (b integer)",
        "CREATE TABLE public.a (b integer)",
        "CREATE TEMPORARY TABLE a (b integer)",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'a')",
        "COPY damir TO PROGRAM 'cat'",
        "SELECT pg_read_file('/etc/passwd')",
        "CREATE ROLE intrus SUPERUSER",
      ]) {
        await expect(reader.query(statement), statement).rejects.toMatchObject({ code: "42501" });
      }
    } finally {
      await reader.end();
    }
  });

  it("refuses two loads at once, and an owner who may not load", async () => {
    await cluster.withOwner(async (client) => {
      await client.query("SELECT pg_advisory_lock(741201501)");
      await expect(load()).rejects.toThrow(/Un autre chargement .* est en cours/);
    });
    await load();
    const intruder = loadServer(home, cluster.url("damir_lecture", password), {}, silentEffects);
    await expect(intruder).rejects.toThrow(UserError);
    await expect(intruder).rejects.toThrow(/n'a pas le droit de charger/);
  });
});

it("keeps of a password what RFC 7677's example says", () => {
  // The example of section 3: password « pencil », its salt and 4096 iterations.
  const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
  expect(scramVerifier("pencil", salt)).toBe(
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
  );
});
