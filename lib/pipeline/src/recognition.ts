import { basename } from "node:path";
import { UserError } from "damir";
import { partMarks } from "./companions/accident-columns.js";
import type { DatasetReader } from "./dataset-reader.js";
import { readCsvHeader } from "./formats/csv-rows.js";
import { openText } from "./formats/text-file.js";
import { fileKind, type TextSource } from "./formats/text-source.js";
import { Workbook } from "./formats/workbook.js";
import { ZipArchive } from "./formats/zip-archive.js";

/** Whether the names of a first line, in lower case, are those of a dataset's files. */
type Mark = (has: (...names: string[]) => boolean) => boolean;

/** By what the text files of each dataset are told from those of the others: no first line fits two. */
const headerMarks: Readonly<Record<string, Mark>> = {
  "open-damir": (has) => has("flx_ann_moi", "prs_nat"),
  "depenses-departement": (has) => has("rem_mon", "prs_nat", "cpam"),
  "depenses-nationales": (has) => has("rem_mon", "prs_nat") && !has("cpam"),
  population: (has) => has("dep", "annee", "sexe", "age_max_cat") || has("l_dpt", "0 à 4 ans"),
  medecins: (has) => has("mode_exercice", "zone_inscription", "specialite"),
  meteo: (has) => has("num_poste", "aaaammjj"),
  accidents: (has) =>
    (has("num_acc") || has("accident_id")) && Object.values(partMarks).some((mark) => has(mark)),
};

/**
 * The dataset whose text files begin with such a line.
 * @param names names of the columns, in lower case
 * @returns its identifier in the catalogue, undefined for a line of none
 * @example datasetOfHeader(["num_poste", "nom_usuel", "aaaammjj", "rr"]); // "meteo"
 */
export function datasetOfHeader(names: readonly string[]): string | undefined {
  const known = new Set(names);
  const has = (...wanted: string[]) => wanted.every((name) => known.has(name));
  return Object.entries(headerMarks).find(([, mark]) => mark(has))?.[0];
}

/** The dataset whose workbook has such sheets: a sheet a year at INSEE, one of numbers of doctors at DREES. */
export function datasetOfSheets(sheets: readonly string[]): string | undefined {
  if (sheets.some((name) => /^\s*effectifs?\s*$/i.test(name))) return "medecins";
  const years = sheets.filter((name) => /^\s*(19|20)\d\d\s*$/.test(name));
  return years.length > sheets.length / 2 ? "population" : undefined;
}

/**
 * Looks at a file and tells which dataset of the catalogue it belongs to, whatever its name: text, gzip, zip or workbook.
 * @returns undefined for what is no published file that the project knows, or can't be read
 */
export async function datasetOfFile(path: string): Promise<string | undefined> {
  try {
    const kind = await fileKind(path);
    if (kind === "zip") return await datasetOfZip(path);
    return kind === "other" ? await datasetOfText(await openText(path)) : undefined;
  } catch (error) {
    // Whoever was to read the file has already said what is wrong with it.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

async function datasetOfText(text: TextSource): Promise<string | undefined> {
  for await (const piece of text.pieces(() => undefined)) {
    const start = piece.toString("latin1", 0, 1_000);
    if (/^\s*\{/.test(start)) return start.includes('"FeatureCollection"') ? "contours" : undefined;
    break;
  }
  return datasetOfHeader((await readCsvHeader(text)).names);
}

async function datasetOfZip(path: string): Promise<string | undefined> {
  return ZipArchive.use(path, async ({ entries }) => {
    if (entries.some((entry) => entry.path === "xl/workbook.xml")) {
      return Workbook.use(path, (workbook) => Promise.resolve(datasetOfSheets(workbook.sheetNames)));
    }
    const [text] = entries.filter((entry) => /\.csv$/i.test(entry.path));
    return text && datasetOfText(text);
  });
}

/**
 * Makes a reader that says, of a file it refuses, which dataset the file looks like.
 * @param id the dataset that the reader is for
 */
export function withRecognition(id: string, reader: DatasetReader): DatasetReader {
  return {
    add: async (files, home, effects, options) => {
      try {
        return await reader.add(files, home, effects, options);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        // What was fetched comes from where the catalogue says: another dataset there isn't the user's to choose.
        for (const { path } of files.filter(({ origin }) => origin === undefined)) {
          const other = await datasetOfFile(path);
          if (other === undefined || other === id) continue;
          throw new UserError(
            `${error.message}\n${basename(path)} ressemble à un fichier du jeu « ${other} » : essayez « damir data add ${other} ${path} ».`,
            { cause: error },
          );
        }
        throw error;
      }
    },
  };
}
