import { copyFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { connect, readStore, storeFolder } from "damir";
import { expect, test } from "vitest";
import { inseeSheet, workbook, written } from "../companions/companions.fixture.js";
import { silentEffects } from "../effects.js";
import { silentFetchEffects } from "../fetch/fetch-effects.js";
import { HttpClient } from "../fetch/http-client.js";
import { pull } from "../fetch/pull.js";
import { addOpenDamir } from "../open-damir.js";
import { publishedFile, received, temporaryFolder } from "../open-damir.fixture.js";
import { readers } from "../readers.js";
import { ensureReference } from "./reference-store.js";
import { checkStore } from "../store-check.js";
import { StoreWriter } from "../store-writer.js";

async function add(dataset: string, home: string, ...paths: string[]): Promise<void> {
  await readers[dataset]?.add(received(...paths), home, silentEffects);
}

function population(): string {
  const sheet = inseeSheet(2024, [
    ["01", "Ain"],
    ["2A", "Corse-du-Sud"],
  ]);
  return written("estim-pop-dep-sexe-aq-1975-2024.xlsx", workbook({ "2024": sheet }, true));
}

function month(): string {
  return written("A202501.csv", publishedFile([{ PRS_NAT: "1110", FLT_REM_MNT: "20" }]));
}

function tablesOf(home: string) {
  return readStore(storeFolder(home))?.manifest.tables ?? {};
}

test("one import in a fresh home, and its rows join the code lists and the geography", async () => {
  const home = temporaryFolder();
  await add("population", home, population());
  const damir = await connect({ home });
  const places = await damir.sql`
    SELECT DISTINCT departement, nom FROM population JOIN departements USING (departement) ORDER BY ALL`;
  expect(places.rows).toEqual([
    { departement: "01", nom: "Ain" },
    { departement: "2A", nom: "Corse-du-Sud" },
  ]);
  expect(places.synthetic).toBe(false);

  await add("open-damir", home, month());
  const acts = await (
    await connect({ home })
  ).sql`
    SELECT n.libelle IS NOT NULL AS acte, p.libelle IS NOT NULL AS poste, flt_rem_mnt
    FROM damir JOIN nomenclature_prs_nat n ON n.code = prs_nat JOIN prs_nat_postes c ON c.code = prs_nat
    JOIN postes p ON p.poste = c.poste`;
  expect(acts.rows).toEqual([{ acte: true, poste: true, flt_rem_mnt: 20 }]);
  for (const table of ["dictionnaire", "regions", "caisses", "geographie", "passage_specialites"])
    expect(tablesOf(home)[table]?.files[0]?.rows, table).toBeGreaterThan(10);
  expect(await checkStore(storeFolder(home))).toMatchObject({ faults: [], leftovers: [] });
}, 120_000);

test("a pull that finds everything unchanged brings what a store lacks", async () => {
  const home = temporaryFolder();
  await addOpenDamir(received(month()), home);
  expect(tablesOf(home)).not.toHaveProperty("postes");
  const client = new HttpClient(silentFetchEffects);
  const nothing = { files: [], missing: [] };
  await pull(nothing, home, { jobs: 1, force: false }, client, silentFetchEffects);
  expect(tablesOf(home)["postes"]?.files[0]?.rows).toBeGreaterThan(10);
}, 120_000);

test("the next import brings what changed in data/, and only that", async () => {
  const home = temporaryFolder();
  await add("population", home, population());
  const first = tablesOf(home);
  await StoreWriter.use(storeFolder(home), async (writer) => {
    const { passage_specialites: crosswalk, postes } = first;
    if (!crosswalk || !postes) throw new Error("no reference tables");
    // The store of yesterday: a crosswalk made from other rows, no postes, and a code list that data/ no longer has.
    for (const name of ["passage_specialites", "nomenclature_disparue"]) {
      const parquet = join(writer.workFolder, "former.parquet");
      copyFileSync(join(writer.folder, postes.files[0]?.path ?? ""), parquet);
      const { files, ...description } = crosswalk;
      const source = {
        ...files[0]?.source,
        name: "data",
        sha256: "former",
        bytes: 1,
        importedAt: "2026-01-01",
      };
      await writer.add(name, description, { name, parquet, rows: postes.files[0]?.rows ?? 0, source });
    }
    await writer.remove("postes", () => true);
  });
  await add("population", home, population());
  const again = tablesOf(home);
  expect(Object.keys(again).sort()).toEqual(Object.keys(first).sort());
  for (const table of ["passage_specialites", "postes"])
    expect(again[table]?.files[0]?.sha256, table).toBe(first[table]?.files[0]?.sha256);
  expect(again["geographie"]).toEqual(first["geographie"]);
  expect(readdirSync(storeFolder(home))).not.toContain("import.partial");
  expect(await ensureReference(home)).toEqual([]);
}, 120_000);

test("an import that brings nothing makes no store; one refused after another leaves its tables", async () => {
  const home = temporaryFolder();
  const bad = written("bad.xlsx", "<html></html>");
  await expect(add("population", home, bad)).rejects.toThrow(/bad\.xlsx/);
  expect(readdirSync(home)).toEqual([]);
  await expect(add("population", home, population(), bad)).rejects.toThrow(/Les fichiers d'avant/);
  expect(Object.keys(tablesOf(home))).toContain("departements");
}, 120_000);
