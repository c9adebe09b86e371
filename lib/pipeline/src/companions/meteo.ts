import type { DatasetReader, ImportedFile } from "../dataset-reader.js";
import { counted } from "../french-count.js";
import { openText } from "../formats/text-file.js";
import { draftOf, storeDraft, type CompanionTable } from "./companion-store.js";
import { importEach } from "./import-each.js";
import { MeteoDays } from "./meteo-days.js";
import { progressOf, storeSource } from "./published-texts.js";

const table: CompanionTable = {
  name: "meteo",
  description: {
    title: "Météo quotidienne par département, moyennes des stations",
    producer: "Météo-France",
    licence: "Licence Ouverte 2.0",
    url: "https://www.data.gouv.fr/datasets/donnees-climatologiques-de-base-quotidiennes",
    synthetic: false,
  },
  columns: [
    { name: "jour", sql: "DATE" },
    { name: "departement", sql: "VARCHAR" },
    { name: "stations", sql: "SMALLINT" },
    { name: "rr", sql: "DOUBLE" },
    { name: "tn", sql: "DOUBLE" },
    { name: "tx", sql: "DOUBLE" },
    { name: "tm", sql: "DOUBLE" },
  ],
  measures: ["stations"],
  order: "departement, jour",
};

/**
 * Daily files of Météo-France by département, into `meteo`: one file of the store a département. The days of a published file
 * replace the same days, so that the periods, which move every January, never count a day twice.
 */
export const meteoReader: DatasetReader = {
  add: (files, home, effects) =>
    importEach(files, home, async (file, writer) => {
      const text = await openText(file.path);
      const reading = new MeteoDays(text);
      const days = await reading.read(progressOf(text, effects));
      const source = storeSource(text.fingerprint(), file.origin, effects);
      const imported: ImportedFile[] = [];
      for (const departement of [...new Set(days.map((day) => day.departement))].sort()) {
        const own = days.filter((day) => day.departement === departement);
        const draft = draftOf(table, writer);
        for (const { day, stations, rr, tn, tx, tm } of own) {
          draft.write([day, departement, stations, rr, tn, tx, tm]);
        }
        const all = own.map(({ day }) => day).sort();
        const [first = "", last = ""] = [all[0], all.at(-1)];
        const stored = await storeDraft(
          table,
          draft,
          { file: departement, replaces: `jour BETWEEN DATE '${first}' AND DATE '${last}'` },
          [source],
          writer,
        );
        imported.push({
          source: text.name,
          table: table.name,
          rows: own.length,
          ...stored,
          notes: [`Département ${departement}, du ${first} au ${last}.`],
        });
      }
      imported[0]?.notes.push(...notesOf(reading));
      return imported;
    }),
};

function notesOf({ report: { stationDays, doubtful, unplaced } }: MeteoDays): string[] {
  const notes = [
    `${counted(stationDays, "relevé de station", "relevés de stations")}, en moyennes par jour.`,
  ];
  if (doubtful > 0) {
    notes.push(
      `${counted(doubtful, "valeur que Météo-France donne pour douteuse (code qualité 2) ne compte", "valeurs que Météo-France donne pour douteuses (code qualité 2) ne comptent")} pas dans les moyennes.`,
    );
  }
  if (unplaced.size > 0) {
    notes.push(
      `Postes de Corse dont la commune manque à data/geography/communes-corse.csv, laissés sous le code 20 : ${[...unplaced].join(", ")}.`,
    );
  }
  return notes;
}
