import type { StoreSource } from "damir";
import type { PipelineEffects } from "../effects.js";
import { csvRows, readCsvHeader, type CsvRow } from "../formats/csv-rows.js";
import type { StoreWriter } from "../store-writer.js";
import { detailColumns, partMarks } from "./accident-columns.js";
import { accidentOf } from "./accident-fields.js";
import type { Part } from "./accident-rows.js";
import type { CompanionColumn, CompanionDraft } from "./companion-draft.js";
import { draftOf, type CompanionTable } from "./companion-store.js";
import { progressOf, storeSource } from "./published-texts.js";

/** Where all the tables of accidents come from. */
export const description = {
  producer: "ONISR, ministère de l'Intérieur",
  licence: "Licence Ouverte 2.0",
  url: "https://www.data.gouv.fr/datasets/53698f4ca3a729239d2036df",
  synthetic: false,
};

const detailTitles = {
  usagers: "Usagers impliqués dans les accidents corporels (BAAC)",
  vehicules: "Véhicules impliqués dans les accidents corporels (BAAC)",
  lieux: "Lieux des accidents corporels (BAAC)",
};

/** A table of the year, read and ready to enter the store. */
export interface ReadyTable {
  table: CompanionTable;
  draft: CompanionDraft;
  sources: StoreSource[];
  notes: string[];
}

/**
 * Reads one of the three files that go with the caractéristiques, whole.
 * @param known accidents of the year
 * @throws UserError for a row of no known accident, or a wrong field
 */
export async function readDetails(
  year: string,
  kind: keyof typeof detailColumns,
  { text, file }: Part,
  known: ReadonlySet<string>,
  writer: StoreWriter,
  effects: PipelineEffects,
  onRow: (row: CsvRow, number: string) => void,
): Promise<ReadyTable> {
  const columns = detailColumns[kind];
  const detailTable: CompanionTable = {
    name: `accidents_${kind}`,
    description: { title: detailTitles[kind], ...description },
    columns,
    measures: [],
    order: kind === "lieux" ? "num_acc" : "num_acc, id_vehicule, num_veh",
  };
  const { names } = await readCsvHeader(text);
  const left = names.filter(
    (name) => name !== "" && name !== "accident_id" && !columns.some((column) => column.name === name),
  );
  const draft = draftOf(detailTable, writer);
  const what = `un fichier des ${kind} (BAAC)`;
  for await (const row of csvRows(text, [partMarks[kind]], what, progressOf(text, effects))) {
    const number = accidentOf(row);
    if (!known.has(number)) {
      row.refuse(
        "num_acc",
        `n'est pas dans le fichier des caractéristiques de ${year} : les fichiers ne vont pas ensemble`,
      );
    }
    onRow(row, number);
    draft.write(columns.map((column) => (column.name === "num_acc" ? number : valueOf(row, column))));
  }
  return {
    table: detailTable,
    draft,
    sources: [storeSource(text.fingerprint(), file.origin, effects)],
    notes: left.length > 0 ? [`Colonnes que la table n'a pas : ${left.join(", ")}.`] : [],
  };
}

function valueOf(row: CsvRow, { name, sql }: CompanionColumn): string | number | null {
  // Identifiers are written with spaces for thousands since 2019.
  if (sql === "VARCHAR") {
    const text = row.text(name);
    return text === "" ? null : name.startsWith("id_") ? text.replace(/\s/g, "") : text;
  }
  const value = row.integer(name);
  if (value !== null && Math.abs(value) > 32_767) row.refuse(name, "n'est pas un code");
  return value;
}

/** Users of an accident. */
export interface Casualties {
  usagers: number;
  /** By GRAV: 1 unhurt, 2 killed, 3 in hospital, 4 light injuries. */
  byGrav: [number, number, number, number, number];
}

/** Adds a user of the file of the usagers to their accident. */
export function countUser(casualties: Map<string, Casualties>, row: CsvRow, number: string): void {
  const grav = row.integer("grav");
  if (grav !== null && grav !== -1 && (grav < 1 || grav > 4))
    row.refuse("grav", "n'est pas une gravité (1 à 4)");
  const known = casualties.get(number) ?? { usagers: 0, byGrav: [0, 0, 0, 0, 0] };
  known.usagers += 1;
  if (grav !== null && grav > 0) (known.byGrav[grav] as number) += 1;
  casualties.set(number, known);
}
