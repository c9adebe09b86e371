import { UserError } from "damir";
import type { DatasetReader, ImportedFile, ReceivedFile } from "../dataset-reader.js";
import type { PipelineEffects } from "../effects.js";
import { counted } from "../french-count.js";
import { csvRows, readCsvHeader } from "../formats/csv-rows.js";
import { openText } from "../formats/text-file.js";
import { quoted } from "../formats/text-source.js";
import type { StoreWriter } from "../store-writer.js";
import { partMarks, type AccidentPart } from "./accident-columns.js";
import { countUser, description, readDetails, type Casualties, type ReadyTable } from "./accident-details.js";
import { accidentOf } from "./accident-fields.js";
import { accidentRows, type AccidentRow, type Part } from "./accident-rows.js";
import type { CompanionDraft } from "./companion-draft.js";
import { draftOf, storeDraft, type CompanionTable } from "./companion-store.js";
import { importEach } from "./import-each.js";

const counts = ["usagers", "tues", "blesses_hospitalises", "blesses_legers"];

const table: CompanionTable = {
  name: "accidents",
  description: { title: "Accidents corporels de la circulation (BAAC)", ...description },
  columns: [
    { name: "num_acc", sql: "VARCHAR" },
    { name: "jour", sql: "DATE" },
    { name: "heure", sql: "SMALLINT" },
    { name: "departement", sql: "VARCHAR" },
    ...["lum", "agg", "atm", ...counts].map((name) => ({ name, sql: "SMALLINT" })),
    { name: "lat", sql: "DOUBLE" },
    { name: "long", sql: "DOUBLE" },
  ],
  measures: counts,
  order: "num_acc",
};

/**
 * Road accidents, into `accidents`: the four files of a year together (caractéristiques, lieux, véhicules, usagers), several years
 * at once if wanted. The caractéristiques and the usagers make `accidents`; lieux, véhicules and usagers are also kept whole, in
 * tables of their own. A year replaces itself.
 */
export const accidentsReader: DatasetReader = {
  async add(files, home, effects) {
    const years = new Map<string, Map<AccidentPart, Part>>();
    for (const file of files) {
      const part = await recognise(file);
      const parts = years.get(part.year) ?? new Map<AccidentPart, Part>();
      const other = parts.get(part.kind);
      if (other) {
        throw new UserError(
          `${other.text.name} et ${part.text.name} sont tous deux les ${part.kind} de ${part.year}. N'en donnez qu'un.`,
        );
      }
      years.set(part.year, parts.set(part.kind, part));
    }
    for (const [year, parts] of years) {
      for (const needed of ["caracteristiques", "usagers"] as const) {
        if (parts.has(needed)) continue;
        throw new UserError(
          `Il manque le fichier des ${needed === "usagers" ? needed : "caractéristiques"} de ${year} : donnez ensemble les quatre fichiers d'une année (caractéristiques, lieux, véhicules, usagers).`,
        );
      }
    }
    const inOrder = [...years].sort(([a], [b]) => a.localeCompare(b));
    return importEach(inOrder, home, ([year, parts], writer) => importYear(year, parts, writer, effects));
  },
};

/** Tells which of the four a file is, by its columns, and of which year, by its first accident. */
async function recognise(file: ReceivedFile): Promise<Part> {
  const text = await openText(file.path);
  const { names, line } = await readCsvHeader(text);
  const found = (Object.keys(partMarks) as AccidentPart[]).filter((kind) => names.includes(partMarks[kind]));
  const [kind, other] = found;
  if (
    kind === undefined ||
    other !== undefined ||
    !(names.includes("num_acc") || names.includes("accident_id"))
  ) {
    throw new UserError(
      `${text.name} n'est pas un fichier d'accidents corporels (caractéristiques, lieux, véhicules ou usagers du BAAC). Sa première ligne : ${quoted(line)}.`,
    );
  }
  for await (const row of csvRows(text, [], "un fichier d'accidents")) {
    return { file, text, kind, year: accidentOf(row).slice(0, 4) };
  }
  throw new UserError(
    `${text.name} ne contient que ses noms de colonnes, aucune donnée. Téléchargez-le de nouveau.`,
  );
}

/** Reads the whole year, then stores it: a fault in one file leaves all four tables as they were. */
async function importYear(
  year: string,
  parts: ReadonlyMap<AccidentPart, Part>,
  writer: StoreWriter,
  effects: PipelineEffects,
): Promise<ImportedFile[]> {
  const caracteristiques = await accidentRows(year, required(parts, "caracteristiques"), effects);
  const known = new Set(caracteristiques.rows.map((row) => row.number));
  const casualties = new Map<string, Casualties>();
  const details: ReadyTable[] = [];
  for (const kind of ["usagers", "vehicules", "lieux"] as const) {
    const part = parts.get(kind);
    if (!part) continue;
    details.push(
      await readDetails(year, kind, part, known, writer, effects, (row, number) => {
        if (kind === "usagers") countUser(casualties, row, number);
      }),
    );
  }
  const absent = (["vehicules", "lieux"] as const).filter((kind) => !parts.has(kind));
  const accidents: ReadyTable = {
    table,
    draft: draftOf(table, writer),
    sources: [caracteristiques.source, ...(details[0]?.sources ?? [])],
    notes: [
      ...caracteristiques.notes,
      ...(absent.length > 0 ? [`Non donnés : ${absent.join(", ")} ; leurs tables ne changent pas.`] : []),
    ],
  };
  const empty = writeAccidents(accidents.draft, caracteristiques.rows, casualties);
  if (empty > 0) {
    accidents.notes.push(
      `${counted(empty, "accident n'a", "accidents n'ont")} aucun usager dans le fichier des usagers.`,
    );
  }
  const imported: ImportedFile[] = [];
  for (const { table, draft, sources, notes } of [accidents, ...details]) {
    const rows = draft.rows;
    const stored = await storeDraft(table, draft, { file: year, replaces: "TRUE" }, sources, writer);
    const source = sources.map(({ name }) => name).join(" + ");
    imported.push({ source, table: table.name, rows, ...stored, notes });
  }
  return imported;
}

const nobody: Readonly<Casualties> = { usagers: 0, byGrav: [0, 0, 0, 0, 0] };

/** @returns how many accidents have no user */
function writeAccidents(
  draft: CompanionDraft,
  rows: readonly AccidentRow[],
  casualties: ReadonlyMap<string, Casualties>,
): number {
  let empty = 0;
  for (const { number, fields } of rows) {
    const { usagers, byGrav } = casualties.get(number) ?? nobody;
    if (usagers === 0) empty += 1;
    const { day, hour, departement, lum, agg, atm, lat, long } = fields;
    const [, , killed, hospital, light] = byGrav;
    draft.write([number, day, hour, departement, lum, agg, atm, usagers, killed, hospital, light, lat, long]);
  }
  return empty;
}

function required(parts: ReadonlyMap<AccidentPart, Part>, kind: AccidentPart): Part {
  const part = parts.get(kind);
  if (!part) throw new Error(`no ${kind}`);
  return part;
}
