import { storeFolder, UserError } from "damir";
import type { DatasetReader, ImportedFile, ReceivedFile } from "../dataset-reader.js";
import type { PipelineEffects } from "../effects.js";
import { openText } from "../formats/text-file.js";
import { fileKind } from "../formats/text-source.js";
import { ZipArchive } from "../formats/zip-archive.js";
import { StoreWriter } from "../store-writer.js";
import { departementColumns, nationalColumns } from "./expense-columns.js";
import { importExpenses, type ExpenseSource, type ExpenseTable } from "./expense-import.js";
import { monthOfFile } from "./month-of-file.js";

const producer = "Caisse nationale de l'Assurance Maladie (CNAM)";
const licence = "Licence Ouverte 2.0";

const departementTable: ExpenseTable = {
  name: "damir_departement",
  order: "serie, prs_nat, exe_spe, departement, cpam, sns_date",
  family: {
    dataset: "depenses-departement",
    files: "un fichier de dépenses par caisse et département (table R)",
    columns: departementColumns,
    mark: { column: "cpam", present: true },
  },
  description: {
    title:
      "Dépenses d'assurance maladie hors prestations hospitalières, par caisse primaire et département (régime général)",
    producer,
    licence,
    url: "https://www.data.gouv.fr/datasets/depenses-d-assurance-maladie-hors-prestations-hospitalieres-par-caisse-primaire-departement",
    synthetic: false,
  },
};

const nationalTable: ExpenseTable = {
  name: "damir_national",
  order: "serie, prs_nat, exe_spe, pre_spe, sns_date",
  family: {
    dataset: "depenses-nationales",
    files: "un fichier national de dépenses (table N)",
    columns: nationalColumns,
    mark: { column: "cpam", present: false },
  },
  description: {
    title: "Dépenses d'assurance maladie hors prestations hospitalières, données nationales",
    producer,
    licence,
    url: "https://www.data.gouv.fr/datasets/depenses-d-assurance-maladie-hors-prestations-hospitalieres-donnees-nationales",
    synthetic: false,
  },
};

/** Files inside a zip that aren't data. */
const notData = /(^|\/)(__MACOSX\/|\.|thumbs\.db$)|\.(xlsx?|pdf|docx?|txt|zip)$/i;

/**
 * The R tables, monthly (`R202001.CSV`, with or without labels, plain or gzip) or in yearly zips, into `damir_departement`.
 * Rows, and count and sum of every column, computed on the published texts, must equal those of the Parquet read again.
 */
export const departementReader: DatasetReader = readerOf(departementTable, "R201401.CSV");

/** The N tables (`N201607.csv`, `NTOT2023_01.CSV`), their national twin, into `damir_national`. */
export const nationalReader: DatasetReader = readerOf(nationalTable, "N201607.csv");

function readerOf(table: ExpenseTable, example: string): DatasetReader {
  return {
    add: (files, home, effects) => addExpenses(files, home, effects, table, example),
  };
}

async function addExpenses(
  files: ReceivedFile[],
  home: string,
  effects: PipelineEffects,
  table: ExpenseTable,
  example: string,
): Promise<ImportedFile[]> {
  return withSources(files, example, async (sources, skipped) => {
    requireDistinctMonths(sources);
    const imported: ImportedFile[] = [];
    try {
      await StoreWriter.use(storeFolder(home), async (writer) => {
        for (const source of sources) imported.push(await importExpenses(source, table, writer, effects));
      });
    } catch (error) {
      if (!(error instanceof UserError) || imported.length === 0) throw error;
      const done = imported.map(({ month }) => month).join(", ");
      throw new UserError(`${error.message} Les mois d'avant sont importés : ${done}.`, { cause: error });
    }
    if (skipped.length > 0) {
      imported[0]?.notes.push(`Fichiers de l'archive laissés de côté : ${skipped.join(", ")}.`);
    }
    return imported;
  });
}

/** Opens every file, then lends what they hold, month by month. */
async function withSources<T>(
  files: ReceivedFile[],
  example: string,
  task: (sources: ExpenseSource[], skipped: string[]) => Promise<T>,
): Promise<T> {
  const sources: ExpenseSource[] = [];
  const skipped: string[] = [];
  const openFrom = async (index: number): Promise<T> => {
    const file = files[index];
    if (!file) return task(sources, skipped);
    const more = file.origin === undefined ? {} : { origin: file.origin };
    if ((await fileKind(file.path)) !== "zip") {
      const source = await openText(file.path);
      const size = source.compressed ? {} : { textBytes: source.bytes };
      sources.push({ source, month: monthOfFile(source.name, example), ...size, ...more });
      return openFrom(index + 1);
    }
    return ZipArchive.use(file.path, (archive) => {
      const data = archive.entries.filter((entry) => !notData.test(entry.path));
      if (data.length === 0) {
        const found = archive.entries.map((entry) => entry.path).slice(0, 5);
        throw new UserError(
          `${archive.name} ne contient aucun fichier de données (${example}…)${found.length > 0 ? ` : on y trouve ${found.join(", ")}` : ", il est vide"}. Vérifiez que c'est la bonne archive.`,
        );
      }
      skipped.push(...archive.entries.filter((entry) => notData.test(entry.path)).map(({ name }) => name));
      for (const source of data) {
        sources.push({ source, month: monthOfFile(source.name, example), textBytes: source.bytes, ...more });
      }
      return openFrom(index + 1);
    });
  };
  return openFrom(0);
}

/** Finds out at once what would fail after minutes: two files of the same month. */
function requireDistinctMonths(sources: readonly ExpenseSource[]): void {
  const seen = new Map<string, string>();
  for (const { source, month } of sources) {
    const other = seen.get(month);
    if (other !== undefined) {
      throw new UserError(
        `${other} et ${source.name} sont du même mois de remboursement (${month}) : l'un remplacerait l'autre. N'en donnez qu'un, avec ou sans libellés.`,
      );
    }
    seen.set(month, source.name);
  }
}
