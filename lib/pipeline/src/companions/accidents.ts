import { UserError, type StoreSource } from "damir";
import type { DatasetReader, ImportedFile, ReceivedFile } from "../dataset-reader.js";
import type { PipelineEffects } from "../effects.js";
import { csvRows, readCsvHeader, type CsvRow } from "../formats/csv-rows.js";
import { quoted } from "../formats/text-source.js";
import { PublishedFile } from "../published-file.js";
import type { StoreWriter } from "../store-writer.js";
import { detailColumns, partMarks, type AccidentPart } from "./accident-columns.js";
import {
  accidentOf,
  dayOf,
  degreesOf,
  departementOfAccident,
  hourOf,
  writesTenfold,
} from "./accident-fields.js";
import type { CompanionColumn, CompanionDraft } from "./companion-draft.js";
import { draftOf, storeDraft, type CompanionTable } from "./companion-store.js";
import { importEach } from "./import-each.js";
import { progressOf, storeSource } from "./published-texts.js";

const description = {
  producer: "ONISR, ministère de l'Intérieur",
  licence: "Licence Ouverte 2.0",
  url: "https://www.data.gouv.fr/datasets/bases-de-donnees-annuelles-des-accidents-corporels-de-la-circulation-routiere-annees-de-2005-a-2024",
  synthetic: false,
};

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

const detailTitles = {
  usagers: "Usagers impliqués dans les accidents corporels (BAAC)",
  vehicules: "Véhicules impliqués dans les accidents corporels (BAAC)",
  lieux: "Lieux des accidents corporels (BAAC)",
};

/** One of the four files of a year. */
interface Part {
  file: ReceivedFile;
  text: PublishedFile;
  kind: AccidentPart;
  year: string;
}

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
  const text = await PublishedFile.find(file.path);
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

interface Casualties {
  usagers: number;
  /** By GRAV: 1 unhurt, 2 killed, 3 in hospital, 4 light injuries. */
  byGrav: [number, number, number, number, number];
}

/** A table of the year, read and ready to enter the store. */
interface ReadyTable {
  table: CompanionTable;
  draft: CompanionDraft;
  sources: StoreSource[];
  notes: string[];
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
    accidents.notes.push(`${empty} accidents n'ont aucun usager dans le fichier des usagers.`);
  }
  const imported: ImportedFile[] = [];
  for (const { table, draft, sources, notes } of [accidents, ...details]) {
    const rows = draft.rows;
    const { added, replaced } = await storeDraft(
      table,
      draft,
      { file: year, replaces: "TRUE" },
      sources,
      writer,
    );
    const source = sources.map(({ name }) => name).join(" + ");
    imported.push({ source, table: table.name, rows, bytes: added.bytes, replaced, notes });
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

interface AccidentRow {
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

async function accidentRows(
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
      misplaced > 0 ? [`${misplaced} accidents ont des coordonnées illisibles : lat et long sont null.`] : [],
  };
}

async function readDetails(
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

function countUser(casualties: Map<string, Casualties>, row: CsvRow, number: string): void {
  const grav = row.integer("grav");
  if (grav !== null && grav !== -1 && (grav < 1 || grav > 4))
    row.refuse("grav", "n'est pas une gravité (1 à 4)");
  const known = casualties.get(number) ?? { usagers: 0, byGrav: [0, 0, 0, 0, 0] };
  known.usagers += 1;
  if (grav !== null && grav > 0) (known.byGrav[grav] as number) += 1;
  casualties.set(number, known);
}

function required(parts: ReadonlyMap<AccidentPart, Part>, kind: AccidentPart): Part {
  const part = parts.get(kind);
  if (!part) throw new Error(`no ${kind}`);
  return part;
}
