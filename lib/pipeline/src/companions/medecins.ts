import type { StoreSource } from "damir";
import type { DatasetReader, ImportedFile } from "../dataset-reader.js";
import { quoted } from "../formats/text-source.js";
import type { StoreWriter } from "../store-writer.js";
import { draftOf, storeDraft, type CompanionTable } from "./companion-store.js";
import { importEach } from "./import-each.js";
import { readDoctorsCsv, readDoctorsWorkbook, type PublishedDoctors } from "./medecins-rows.js";
import { specialityOf } from "./speciality-crosswalk.js";
import { readWorkbookOrCsv } from "./workbook-or-csv.js";

const table: CompanionTable = {
  name: "medecins",
  description: {
    title: "Médecins par spécialité, mode d'exercice et département au 1er janvier (RPPS)",
    producer: "DREES",
    licence: "Licence Ouverte 2.0",
    url: "https://www.data.gouv.fr/datasets/la-demographie-des-professionnels-de-sante-depuis-2012",
    synthetic: false,
  },
  columns: [
    { name: "annee", sql: "SMALLINT" },
    { name: "departement", sql: "VARCHAR" },
    { name: "specialite", sql: "VARCHAR" },
    { name: "exe_spe", sql: "SMALLINT" },
    { name: "pse_spe_snds", sql: "SMALLINT" },
    { name: "mode_exercice", sql: "VARCHAR" },
    { name: "effectif", sql: "INTEGER" },
  ],
  measures: ["effectif"],
  order: "annee, departement, specialite, mode_exercice",
};

/**
 * Doctors of the RPPS, into `medecins`: DREES's workbook (2012 to now) or the CSV copy of 2013-2014. Totals are left out, and
 * proved to be the sum of what stays. The years of a file replace the same years of the store.
 */
export const medecinsReader: DatasetReader = {
  add: (files, home, effects) =>
    importEach(files, home, async (file, writer) => {
      const { published, source } = await readWorkbookOrCsv(file, effects, {
        workbook: readDoctorsWorkbook,
        csv: readDoctorsCsv,
      });
      return [await store(published, source, writer)];
    }),
};

async function store(
  { details, notes }: PublishedDoctors,
  source: StoreSource,
  writer: StoreWriter,
): Promise<ImportedFile> {
  const draft = draftOf(table, writer);
  const unknown = new Set<string>();
  const labels = new Map<string, string>();
  for (const { annee, departement, specialite, mode, count } of details) {
    if (count === 0) continue;
    const speciality = specialityOf(specialite);
    if (!speciality) unknown.add(specialite);
    // Two published specialities stay two, even where the crosswalk holds one for a former name of the other.
    const label = speciality?.label ?? specialite;
    if (!labels.has(label)) labels.set(label, specialite);
    draft.write([
      annee,
      departement,
      labels.get(label) === specialite ? label : specialite,
      speciality?.exeSpe ?? null,
      speciality?.pseSpeSnds ?? null,
      mode,
      count,
    ]);
  }
  const years = [...new Set(details.map(({ annee }) => annee))].sort((a, b) => a - b);
  const rows = draft.rows;
  const stored = await storeDraft(
    table,
    draft,
    { file: "medecins", replaces: `annee IN (${years.join(", ")})` },
    [source],
    writer,
  );
  return {
    source: source.name,
    table: table.name,
    rows,
    ...stored,
    notes: [
      `${years.length > 1 ? "Années" : "Année"} : ${years.join(", ")}.`,
      ...notes,
      ...(unknown.size > 0
        ? [
            `Spécialités sans correspondance dans data/crosswalk/specialites.csv (exe_spe et pse_spe_snds null) : ${[...unknown].map(quoted).join(", ")}.`,
          ]
        : []),
    ],
  };
}
