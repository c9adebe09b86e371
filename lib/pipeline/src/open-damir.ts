import { mkdir, rm } from "node:fs/promises";
import { freemem } from "node:os";
import { join } from "node:path";
import { storeFolder, UserError, type StoreTable } from "damir";
import type { FileOrigin, ImportedFile, ReceivedFile } from "./dataset-reader.js";
import { requireDiskSpace } from "./disk.js";
import { defaultLimits, withEngine, type EngineLimits } from "./duckdb.js";
import { counted } from "./french-count.js";
import { silentEffects, type PipelineEffects } from "./effects.js";
import { proveLossless } from "./lossless.js";
import { missedVariables, type Header } from "./open-damir-header.js";
import { readMonthlyFile, readMonthOf } from "./open-damir-reading.js";
import { sortParts } from "./open-damir-sorting.js";
import { PublishedFile } from "./published-file.js";
import { textFromScaled } from "./scaled-number.js";
import { StoreWriter } from "./store-writer.js";
import { readVariables, type Variable } from "./variables.js";

/** How to import. */
export interface ImportOptions {
  /** Room of one import. */
  limits?: EngineLimits;
  /** Months imported at a time, 1 unless said: fewer where the free memory holds fewer, at 2 GB each. */
  jobs?: number;
}

/** One monthly file that has entered the store. */
export interface ImportedMonth extends ImportedFile {
  /** Processing month `AAAAMM`, read in its rows. */
  month: string;
  /** Rows that had fewer fields than the header. */
  shortRows: number;
  /** Variables of its era that the file doesn't publish: null in the store. */
  missing: string[];
  /** Exact sum of each measure, as a decimal string. */
  sums: Record<string, string>;
}

const table: Omit<StoreTable, "files"> = {
  title: "Open DAMIR : base complète sur les dépenses d'assurance maladie inter-régimes",
  producer: "Caisse nationale de l'Assurance Maladie (CNAM)",
  licence: "Licence Ouverte 2.0",
  url: "https://www.data.gouv.fr/datasets/open-damir-base-complete-sur-les-depenses-dassurance-maladie-interregimes",
  synthetic: false,
};

/** Bytes of CSV in one byte of .gz, as published (A202501: 5.92 GB in 0.97 GB). */
const gzipRatio = 6.1;
/** Bytes of disk that an import takes at its peak for one byte of CSV: the parts, the sorted ones and what the sort may spill. */
const diskRatio = 1.4;
/** Memory that one import takes at its peak, in bytes. */
const importMemory = 2e9;
/** A part of this size is sorted within a share of the engine's memory, even four at a time. */
const partBytes = 64 * 2 ** 20;

/**
 * Imports monthly files of Open DAMIR, as published (`A202501.csv.gz`), into the store: one sorted Parquet file a month.
 *
 * Nothing is lost and this is proved: rows, and count and sum of every column, computed on the published bytes apart
 * from the typed path, must equal those of the Parquet file read again; the measures' sums stay in the manifest.
 * A month that the store already holds is replaced. A file that fails leaves the store as it was; those before it are imported.
 * @param files .csv or .csv.gz files
 * @param home folder of the stores (`damirHome()`)
 * @throws UserError when a file can't be kept without loss, or the disk or another import stands in the way
 */
export async function addOpenDamir(
  files: ReceivedFile[],
  home: string,
  effects: PipelineEffects = silentEffects,
  { limits = defaultLimits, jobs = 1 }: ImportOptions = {},
): Promise<ImportedMonth[]> {
  const variables = readVariables();
  const sources = await Promise.all(files.map(({ path }) => PublishedFile.find(path)));
  await requireDistinctMonths(sources, variables);
  const together = Math.min(jobs, sources.length, affordableImports());
  const imported: ImportedMonth[] = [];
  let next = 0;
  const importInTurn = async (writer: StoreWriter) => {
    for (let index = next++; index < sources.length; index = next++) {
      const source = sources[index] as PublishedFile;
      await requireDiskSpace(writer.folder, csvBytesOf(source) * diskRatio * together);
      const folder = join(writer.workFolder, `month-${index}`);
      await mkdir(folder);
      const { origin } = files[index] ?? {};
      imported[index] = await importMonth(source, origin, variables, writer, folder, effects, limits);
      await rm(folder, { recursive: true });
    }
  };
  try {
    await StoreWriter.use(storeFolder(home), async (writer) => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: together }, () =>
          importInTurn(writer).catch((error: unknown) => {
            // Nothing more is begun; what is under way ends.
            next = sources.length;
            throw error;
          }),
        ),
      );
      for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    });
  } catch (error) {
    // Months imported at the same time may leave holes.
    const done = Object.values(imported);
    if (!(error instanceof UserError) || done.length === 0) throw error;
    const list = done.map(({ source, month }) => `${source} (${month})`).join(", ");
    throw new UserError(`${error.message} Les fichiers d'avant sont importés : ${list}.`, { cause: error });
  }
  return imported;
}

/** How many imports the free memory holds at a time, one at least. */
function affordableImports(): number {
  return Math.max(1, Math.floor(freemem() / importMemory));
}

async function importMonth(
  source: PublishedFile,
  origin: FileOrigin | undefined,
  variables: Variable[],
  writer: StoreWriter,
  folder: string,
  effects: PipelineEffects,
  limits: EngineLimits,
): Promise<ImportedMonth> {
  const parquet = join(folder, "month.parquet");
  const read = await readMonthlyFile(
    source,
    variables,
    { folder, csvBytes: csvBytesOf(source), partBytes, threads: limits.threads },
    (bytes) => {
      effects.progress(`Lecture de ${source.name}`, bytes, source.bytes);
    },
  );
  const { header, month, shortRows, totals } = read;
  effects.report(`${source.name} : ${counted(totals.rows, "ligne lue", "lignes lues")}, tri et écriture…`);
  await withEngine(folder, limits, async (engine) => {
    await sortParts(engine, folder, read.parts, header, variables, parquet);
    effects.report(`${source.name} : relecture et vérification…`);
    await proveLossless(engine.connection, parquet, totals, header.missing);
  });

  const measures = totals.columns.filter(({ variable }) => variable.measure);
  const sums = Object.fromEntries(
    measures.map(({ variable, sum }) => [variable.name, textFromScaled(sum, variable.scale)]),
  );
  const { added, replaced } = await writer.add("damir", table, {
    name: month,
    parquet,
    month,
    rows: totals.rows,
    sums,
    source: { ...source.fingerprint(), ...origin, importedAt: effects.now().toISOString() },
  });
  const missing = missedVariables(header);
  return {
    source: source.name,
    table: "damir",
    month,
    rows: totals.rows,
    shortRows,
    missing,
    notes: notesOn(shortRows, missing, header.geography),
    replaced: replaced !== undefined,
    bytes: added.bytes,
    sums,
  };
}

/** Finds out at once what would fail after minutes: a wrong file among several, or twice the same month. */
async function requireDistinctMonths(sources: PublishedFile[], variables: Variable[]): Promise<void> {
  if (sources.length < 2) return;
  const seen = new Map<string, string>();
  for (const source of sources) {
    const month = await readMonthOf(source, variables);
    const other = seen.get(month);
    if (other !== undefined) {
      throw new UserError(
        `${other} et ${source.name} portent le même mois de traitement (${month}) : l'un remplacerait l'autre. N'en donnez qu'un.`,
      );
    }
    seen.set(month, source.name);
  }
}

function notesOn(shortRows: number, missing: string[], geography: Header["geography"]): string[] {
  const notes: string[] = [];
  if (geography === "zones") {
    notes.push(
      "Fichier de 2009 à 2014 : ses lieux sont les neuf zones ZEAT (colonnes *_zeat), ses colonnes de région sont vides (null). Aucune conversion de l'une à l'autre n'existe : entre ces années et celles d'après 2015, seul le niveau national se compare.",
    );
  }
  if (shortRows > 0) {
    notes.push(
      shortRows === 1
        ? "1 ligne plus courte que la première : ses derniers champs sont vides (null)."
        : `${counted(shortRows, "ligne")} plus courtes que la première : leurs derniers champs sont vides (null).`,
    );
  }
  if (missing.length > 0) notes.push(`Variables absentes de ce fichier (null) : ${missing.join(", ")}.`);
  return notes;
}

/** Size of the text of a file, about. */
function csvBytesOf(source: PublishedFile): number {
  return source.bytes * (source.compressed ? gzipRatio : 1);
}
