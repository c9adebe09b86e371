import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { dsvFormat } from "d3-dsv";
import { UserError } from "../user-error.js";
import { plainColumnNames } from "./attached-name.js";
import { columnForms, formExpressions } from "./column-forms.js";
import { quotedName, quotedPath, quotedText } from "./quoting.js";
import { readTextFile, writeInUtf8 } from "./text-encoding.js";

/** What was read of a column beside its values. */
export interface ReadColumn {
  name: string;
  /** As the file writes it. */
  title: string;
  /** How its texts were read, where it isn't plain; in French. */
  remark: string;
}

/** What separates values, likeliest first where a header has as many of each. */
const delimiters = [";", "\t", "|", ","];

/**
 * Makes a table of a CSV file: its separator, encoding (UTF-8, UTF-16, Windows's), decimal comma and French dates are seen by themselves.
 * @throws UserError for a file without header, or with a line that hasn't as many values as its header, with its number
 */
export async function createTableOfCsv(
  connection: DuckDBConnection,
  table: string,
  path: string,
): Promise<ReadColumn[]> {
  const file = await readTextFile(path);
  const delimiter = delimiterOf(file.firstLine);
  const titles = dsvFormat(delimiter).parseRows(file.firstLine)[0] ?? [];
  if (titles.every((title) => title.trim() === "")) {
    throw new UserError(`${basename(path)} n'a pas d'en-tête : sa première ligne doit nommer les colonnes.`);
  }
  const names = plainColumnNames(titles);
  const copy = file.encoding === "utf-8" ? undefined : join(tmpdir(), `damir-${randomUUID()}.csv`);
  const raw = `brut ${randomUUID()}`;
  try {
    if (copy !== undefined) await writeInUtf8(file, copy);
    const options = [
      "auto_detect = false",
      "header = true",
      `delim = ${quotedText(delimiter)}`,
      `quote = '"'`,
      `escape = '"'`,
      `columns = {${names.map((name) => `${quotedText(name)}: 'VARCHAR'`).join(", ")}}`,
    ];
    await connection.run(
      `CREATE TABLE ${quotedName(raw)} AS SELECT * FROM read_csv(${quotedPath(copy ?? path)}, ${options.join(", ")})`,
    );
    const reader = await connection.runAndReadAll(
      `SELECT ${formExpressions(names).join(", ")} FROM ${quotedName(raw)}`,
    );
    const forms = columnForms(names, reader.getRows()[0]?.map(Number) ?? []);
    const columns = forms.map(
      ({ expression }, index) => `${expression} AS ${quotedName(names[index] ?? "")}`,
    );
    await connection.run(
      `CREATE TABLE ${quotedName(table)} AS SELECT ${columns.join(", ")} FROM ${quotedName(raw)}`,
    );
    return names.map((name, index) => ({
      name,
      title: titles[index] ?? "",
      remark: forms[index]?.remark ?? "",
    }));
  } catch (error) {
    throw explainCsvError(error, basename(path), titles.length);
  } finally {
    if (copy !== undefined) rmSync(copy, { force: true });
    await connection.run(`DROP TABLE IF EXISTS ${quotedName(raw)}`);
  }
}

function delimiterOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, "");
  const found = delimiters.map((delimiter) => ({ delimiter, count: bare.split(delimiter).length }));
  return found.reduce((best, each) => (each.count > best.count ? each : best)).delimiter;
}

/** DuckDB says where a line differs from the others. */
function explainCsvError(error: unknown, name: string, columns: number): unknown {
  if (!(error instanceof Error)) return error;
  const line = /CSV Error on Line: (\d+)/.exec(error.message)?.[1];
  if (line === undefined) return error;
  const found = /Expected Number of Columns: \d+ Found: (\d+)/.exec(error.message)?.[1];
  const what =
    found === undefined
      ? "ne se lit pas (un guillemet ouvert ?)"
      : `a ${found} valeur${Number(found) > 1 ? "s" : ""}, et l'en-tête ${columns} colonnes`;
  return new UserError(
    `${name}, ligne ${line} : elle ${what}. Corrigez le fichier, ou vérifiez que ses valeurs n'ont pas de séparateur hors guillemets.`,
  );
}
