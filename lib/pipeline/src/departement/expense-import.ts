import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { StoreTable } from "damir";
import type { FileOrigin, ImportedFile } from "../dataset-reader.js";
import { requireDiskSpace } from "../disk.js";
import { defaultLimits, sqlText, withDuckDB, type EngineLimits } from "../duckdb.js";
import type { PipelineEffects } from "../effects.js";
import { counted } from "../french-count.js";
import { proveSums } from "../formats/proof.js";
import { TextLines } from "../formats/text-lines.js";
import type { TextSource } from "../formats/text-source.js";
import { textFromScaled } from "../scaled-number.js";
import type { StoreWriter } from "../store-writer.js";
import type { ExpenseFamily } from "./expense-header.js";
import { ExpenseLines, type ExpenseTotal } from "./expense-lines.js";
import type { ExpenseColumn } from "./expense-columns.js";

/** A month to import. */
export interface ExpenseSource {
  source: TextSource;
  month: string;
  /** Size of the text, where it is known before reading: not for a gzip. */
  textBytes?: number;
  origin?: FileOrigin;
}

/** Where the months of a family go. */
export interface ExpenseTable {
  name: string;
  family: ExpenseFamily;
  description: Omit<StoreTable, "files">;
  /** Rows alike lie together, which makes the file small and reading fast. */
  order: string;
}

/** Bytes of text in one byte of .gz, at most. */
const gzipRatio = 20;
/** Bytes of disk that an import takes at its peak for one byte of text: the fields that are kept, the sort and the result. */
const diskRatio = 1.5;

/**
 * Imports one month: read, typed, sorted, read again and compared, then put in the store.
 * @throws UserError when the file can't be kept without loss
 */
export async function importExpenses(
  { source, month, textBytes, origin }: ExpenseSource,
  table: ExpenseTable,
  writer: StoreWriter,
  effects: PipelineEffects,
  limits: EngineLimits = defaultLimits,
): Promise<ImportedFile> {
  await requireDiskSpace(writer.folder, (textBytes ?? source.bytes * gzipRatio) * diskRatio);
  const fields = join(writer.workFolder, "fields.csv");
  const parquet = join(writer.workFolder, "month.parquet");
  const lines = new ExpenseLines(source.name, month, table.family);
  const { totals, text } = await writeFields(source, lines, fields, effects);
  await withDuckDB(writer.workFolder, limits, async (connection) => {
    effects.report(`${source.name} : ${counted(lines.rows, "ligne lue", "lignes lues")}, tri et écriture…`);
    await typeFields(connection, fields, parquet, month, table);
    await rm(fields);
    await proveSums(
      connection,
      `read_parquet([${sqlText(parquet)}])`,
      lines.rows,
      totals.map(({ column: { name, sql, scale }, filled, sum }) => ({
        name,
        filled,
        sum,
        scale,
        text: sql === "VARCHAR",
      })),
    );
  });
  const { added, replaced } = await writer.add(
    table.name,
    { ...table.description, ...(origin?.updated === undefined ? {} : { updated: origin.updated }) },
    {
      name: month,
      month,
      parquet,
      rows: lines.rows,
      sums: sumsOf(totals),
      source: { ...source.fingerprint(), ...origin, importedAt: effects.now().toISOString() },
    },
  );
  return {
    source: source.name,
    table: table.name,
    month,
    rows: lines.rows,
    bytes: added.bytes,
    replaced: replaced !== undefined,
    notes: [...lines.notes(), ...notesOnText(text)],
  };
}

async function writeFields(
  source: TextSource,
  lines: ExpenseLines,
  path: string,
  effects: PipelineEffects,
): Promise<{ totals: ExpenseTotal[]; text: TextLines }> {
  const text = new TextLines(source, (read) => {
    effects.progress(`Lecture de ${source.name}`, read, source.bytes);
  });
  const output = await open(path, "w");
  try {
    for await (const batch of text.batches()) await output.appendFile(lines.push(batch));
  } finally {
    await output.close();
  }
  return { totals: lines.end(), text };
}

/** The typed path: DuckDB reads the fields as they were published, and turns them into numbers its own way. */
async function typeFields(
  connection: DuckDBConnection,
  fields: string,
  parquet: string,
  month: string,
  { family, order }: ExpenseTable,
): Promise<void> {
  const published = family.columns.map(({ name }) => `'${name}': 'VARCHAR'`).join(", ");
  await connection.run(
    `COPY (
      SELECT CAST(${month} AS INTEGER) AS flx_ann_moi, ${family.columns.map(typed).join(", ")}
      FROM read_csv(${sqlText(fields)}, columns = {${published}}, auto_detect = false, header = false, delim = ';',
        quote = '', escape = '', new_line = '\\n', nullstr = '', strict_mode = true, ignore_errors = false)
      ORDER BY ${order}
    ) TO ${sqlText(parquet)} (FORMAT parquet, COMPRESSION zstd)`,
  );
}

function typed({ name, sql, kind }: ExpenseColumn): string {
  if (kind === "text") return name;
  if (kind === "code") return `CAST(${name} AS ${sql}) AS ${name}`;
  return `CAST(replace(replace(${name}, '.', ''), ',', '.') AS ${sql}) AS ${name}`;
}

function sumsOf(totals: ExpenseTotal[]): Record<string, string> {
  return Object.fromEntries(
    totals
      .filter(({ column }) => column.kind === "measure")
      .map(({ column, sum }) => [column.name, textFromScaled(sum, column.scale)]),
  );
}

function notesOnText(text: TextLines): string[] {
  const notes: string[] = [];
  if (text.encoding === "utf-8") {
    notes.push("Le fichier est en UTF-8, alors que la CNAM publie en Latin-1 : il a été réenregistré.");
  }
  if (!text.endsWithNewline) {
    notes.push(
      "La dernière ligne n'a pas de fin de ligne : si le fichier a été coupé dans son dernier champ, rien ne le montre. Comparez sa taille à celle du fichier publié.",
    );
  }
  return notes;
}
