import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStore } from "damir";
import { describe, expect, it } from "vitest";
import { readGeography } from "../reference/geography-files.js";
import { readVariables } from "../variables.js";
import { type GeneratedSample } from "./generated-sample.fixture.js";
import { generateSample } from "./index.js";

/** What is true of the store as a whole: columns, manifest, bytes. */
export function storeCases(sample: GeneratedSample): void {
  const { folder, messages, rows } = sample;
  describe("the store", () => {
    const schemas: Record<string, string> = {
      damir_departement:
        "flx_ann_moi INTEGER, sns_date INTEGER, cpam VARCHAR, departement VARCHAR, ben_qlt SMALLINT, top_slm SMALLINT, asu_nat SMALLINT, serie VARCHAR, prs_nat SMALLINT, exe_spe SMALLINT, exe_spe1 SMALLINT, exe_stj1 SMALLINT, pre_spe SMALLINT, pre_spe1 SMALLINT, pre_stj1 SMALLINT, cpl_cod SMALLINT, rem_tau DECIMAL(5,2), rec_mon DECIMAL(18,2), rem_mon DECIMAL(18,2), dep_mon DECIMAL(18,2), act_dnb BIGINT, act_coe DECIMAL(18,4)",
      population:
        "annee SMALLINT, departement VARCHAR, sexe SMALLINT, age_min SMALLINT, age_ben_snds SMALLINT, population INTEGER, affilies_rg INTEGER",
      medecins:
        "annee SMALLINT, departement VARCHAR, specialite VARCHAR, exe_spe SMALLINT, pse_spe_snds SMALLINT, mode_exercice VARCHAR, effectif INTEGER",
      meteo: "jour DATE, departement VARCHAR, stations SMALLINT, rr DOUBLE, tn DOUBLE, tx DOUBLE, tm DOUBLE",
      accidents:
        "num_acc VARCHAR, jour DATE, heure SMALLINT, departement VARCHAR, lum SMALLINT, agg SMALLINT, atm SMALLINT, usagers SMALLINT, tues SMALLINT, blesses_hospitalises SMALLINT, blesses_legers SMALLINT, lat DOUBLE, long DOUBLE",
      departements:
        "departement VARCHAR, nom VARCHAR, region VARCHAR, nom_region VARCHAR, ben_res_reg SMALLINT, region_avant_2016 VARCHAR, zeat VARCHAR",
      regions: "ben_res_reg SMALLINT, nom VARCHAR, regions_insee VARCHAR",
      caisses: "cpam VARCHAR, nom VARCHAR, departement VARCHAR",
      dictionnaire:
        "variable VARCHAR, libelle VARCHAR, role VARCHAR, type VARCHAR, unite VARCHAR, codes_inconnus VARCHAR, nomenclature VARCHAR, famille VARCHAR, annees VARCHAR, definition VARCHAR, usage VARCHAR, pieges VARCHAR",
      dictionnaire_departement:
        "variable VARCHAR, libelle VARCHAR, role VARCHAR, type VARCHAR, unite VARCHAR, codes_inconnus VARCHAR, nomenclature VARCHAR, famille VARCHAR, annees VARCHAR, definition VARCHAR, usage VARCHAR, pieges VARCHAR",
      postes: "poste VARCHAR, libelle VARCHAR, categorie VARCHAR, ordre SMALLINT, definition VARCHAR",
      prs_nat_postes:
        "code SMALLINT, libelle VARCHAR, poste VARCHAR, role VARCHAR, acte_de_base BOOLEAN, unite VARCHAR, raison VARCHAR",
      nomenclature_prs_nat:
        "code SMALLINT, libelle VARCHAR, libelle_depuis DATE, autre_libelle VARCHAR, note VARCHAR, editions VARCHAR, lignes_a202401 INTEGER",
      nomenclature_cpam: "code VARCHAR, libelle VARCHAR, note VARCHAR",
      nomenclature_serie: "code VARCHAR, libelle VARCHAR, note VARCHAR",
      nomenclature_departement_prs_nat: "code SMALLINT, libelle VARCHAR, note VARCHAR",
      damir: readVariables()
        .map(({ name, sql }) => `${name} ${sql}`)
        .join(", "),
    };

    it.each(Object.entries(schemas))("has the documented columns of %s", async (table, schema) => {
      const columns = await rows(`SELECT column_name, column_type FROM (DESCRIBE ${table})`);
      expect(
        columns
          .map(({ column_name: name, column_type: type }) => `${String(name)} ${String(type)}`)
          .join(", "),
      ).toBe(schema);
    });

    it("has a manifest that says what the files hold", async () => {
      expect(readStore(folder)?.manifest).toEqual(sample.manifest);
      for (const [name, table] of Object.entries(sample.manifest.tables)) {
        for (const file of table.files) {
          const bytes = readFileSync(join(folder, file.path));
          expect(file.bytes, file.path).toBe(bytes.length);
          expect(file.sha256, file.path).toBe(createHash("sha256").update(bytes).digest("hex"));
          const sums = Object.keys(file.sums ?? {}).map((measure) =>
            name === "meteo"
              ? `sum(${measure}::DECIMAL(18,1))::VARCHAR AS ${measure}`
              : `sum(${measure})::VARCHAR AS ${measure}`,
          );
          const [found] = await rows(
            `SELECT ${["count(*)::INT AS rows", ...sums].join(", ")} FROM read_parquet('${join(folder, file.path)}')`,
          );
          expect(found, file.path).toEqual({ rows: file.rows, ...file.sums });
        }
        expect(readdirSync(join(folder, name)).length).toBe(table.files.length);
      }
    });

    it("says what is synthetic, and what isn't", () => {
      const generated = ["damir", "damir_departement", "population", "medecins", "meteo", "accidents"];
      for (const [name, { synthetic, title }] of Object.entries(sample.manifest.tables)) {
        expect(synthetic, name).toBe(generated.includes(name));
        expect(title.endsWith("(synthétique)"), name).toBe(synthetic);
      }
      expect(messages).toHaveLength(generated.length);
      expect(sample.manifest.tables["regions"]?.files[0]?.rows).toBe(readGeography("regions").length);
    });

    it("weighs less than 40 MB and leaves nothing else behind", () => {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      );
      const bytes = files.reduce(
        (sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size,
        0,
      );
      expect(bytes).toBeLessThan(40e6);
      expect(files.filter(({ name }) => !name.endsWith(".parquet")).map(({ name }) => name)).toEqual([
        "manifest.json",
      ]);
      expect(readdirSync(join(folder, ".."))).toEqual(["sample"]);
    });

    it("gives the same bytes again, in another time zone and place, and replaces the older sample", async () => {
      const { TZ, LANG } = process.env;
      process.env["TZ"] = "Pacific/Auckland";
      process.env["LANG"] = "tr_TR.UTF-8";
      const other = join(folder, "..", "again");
      try {
        mkdirSync(join(other, "damir"), { recursive: true });
        writeFileSync(join(other, "manifest.json"), JSON.stringify({ version: 1, tables: {} }));
        writeFileSync(join(other, "damir", "old.parquet"), "");
        expect(await generateSample(other)).toEqual(sample.manifest);
        expect(readFileSync(join(other, "manifest.json"), "utf8")).toBe(
          readFileSync(join(folder, "manifest.json"), "utf8"),
        );
        expect(readdirSync(join(other, "damir"))).not.toContain("old.parquet");
      } finally {
        rmSync(other, { recursive: true, force: true });
        restore("TZ", TZ);
        restore("LANG", LANG);
      }
    }, 300_000);

    it("refuses a folder that holds something else, and leaves it alone", async () => {
      const other = join(folder, "..", "mine");
      mkdirSync(other);
      writeFileSync(join(other, "thesis.odt"), "years of work");
      await expect(generateSample(other)).rejects.toThrow(/contient autre chose qu'un échantillon/);
      expect(readdirSync(other)).toEqual(["thesis.odt"]);
      rmSync(other, { recursive: true });
    });

    it("says so when it can't write, without leaving anything", async () => {
      const file = join(folder, "..", "file");
      writeFileSync(file, "");
      await expect(generateSample(join(file, "sample"))).rejects.toThrow(
        /ne peut pas servir de dossier|ne peut pas être créé/,
      );
      rmSync(file);
    });
  });
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}
