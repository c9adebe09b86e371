import type { StoreSource } from "damir";
import type { ReceivedFile } from "../dataset-reader.js";
import type { PipelineEffects } from "../effects.js";
import { counted } from "../french-count.js";
import { csvRows, type CsvRow } from "../formats/csv-rows.js";
import type { PublishedFile } from "../published-file.js";
import type { AccidentPart } from "./accident-columns.js";
import {
  accidentOf,
  dayOf,
  degreesOf,
  departementOfAccident,
  hourOf,
  writesTenfold,
} from "./accident-fields.js";
import { progressOf, storeSource } from "./published-texts.js";

/** One of the four files of a year. */
export interface Part {
  file: ReceivedFile;
  text: PublishedFile;
  kind: AccidentPart;
  year: string;
}

/** An accident, from the file of the caractéristiques. */
export interface AccidentRow {
  number: string;
  fields: {
    day: string;
    hour: number | null;
    departement: string;
    lum: number | null;
    agg: number | null;
    atm: number | null;
    lat: string | null;
    long: string | null;
  };
}

/**
 * Reads the file of the caractéristiques of a year.
 * @throws UserError for an accident of another year or that stands twice, or a wrong field
 */
export async function accidentRows(
  year: string,
  { text, file }: Part,
  effects: PipelineEffects,
): Promise<{ rows: AccidentRow[]; source: StoreSource; notes: string[] }> {
  const rows = new Map<string, { row: CsvRow; fields: AccidentRow["fields"]; code: string }>();
  let misplaced = 0;
  const needed = ["jour", "mois", "an", "hrmn", "lum", "dep", "agg", "atm"];
  for await (const row of csvRows(
    text,
    needed,
    "un fichier des caractéristiques (BAAC)",
    progressOf(text, effects),
  )) {
    const number = accidentOf(row);
    if (!number.startsWith(year)) row.refuse("num_acc", `n'est pas un accident de ${year}`);
    if (rows.has(number)) row.refuse("num_acc", "est déjà plus haut dans le fichier");
    const [lat, long] = [degreesOf(row.text("lat"), 90), degreesOf(row.text("long"), 180)];
    if (lat === undefined || long === undefined) misplaced += 1;
    const placed = typeof lat === "string" && typeof long === "string";
    rows.set(number, {
      row,
      code: row.text("dep"),
      fields: {
        day: dayOf(row),
        hour: hourOf(row),
        departement: "",
        lum: row.integer("lum"),
        agg: row.integer("agg"),
        atm: row.integer("atm"),
        lat: placed ? lat : null,
        long: placed ? long : null,
      },
    });
  }
  const tenfold = writesTenfold(
    [...rows.values()].map(({ code }) => code),
    Number(year),
  );
  for (const { row, code, fields } of rows.values()) {
    fields.departement =
      departementOfAccident(code, tenfold) ?? row.refuse("dep", "n'est pas un code de département");
  }
  return {
    rows: [...rows].map(([number, { fields }]) => ({ number, fields })),
    source: storeSource(text.fingerprint(), file.origin, effects),
    notes:
      misplaced > 0
        ? [
            `${counted(misplaced, "accident a", "accidents ont")} des coordonnées illisibles : lat et long sont null.`,
          ]
        : [],
  };
}
