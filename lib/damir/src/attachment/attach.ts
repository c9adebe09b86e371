import { randomUUID } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Column, Row } from "../query/columns.js";
import { rowsOfDanfo, type Frame } from "../query/danfo.js";
import { unknownSourceLine, type Source } from "../query/provenance.js";
import { Result } from "../query/result.js";
import { UserError } from "../user-error.js";
import { createTableOfCsv, type ReadColumn } from "./attached-csv.js";
import { plainColumnNames, plainName, tableNameOf } from "./attached-name.js";
import { createTableOfRows } from "./attached-rows.js";
import { readSheet } from "./attached-workbook.js";
import { Attachment } from "./attachment.js";
import { guessKeys } from "./key-guess.js";
import { quotedName, quotedPath } from "./quoting.js";

/** What can be attached: the path of a file, a result, a danfojs DataFrame, rows of one's own. */
export type Attachable = string | Result<object> | Frame | readonly object[];

/** How something is attached. */
export interface AttachOptions {
  /** Name of the table; that of the file by default. What isn't a file must have one. */
  name?: string;
  /** The sheet of a workbook; the first one by default. */
  sheet?: string;
  /** For a DataFrame or rows: the results they were computed from, whose sources are cited. */
  from?: readonly Result<object>[];
}

/**
 * Makes a table of what is attached, and says what is in it.
 * @param taken true for a name that a table of the store has
 * @throws UserError for a file that isn't there, can't be read, or isn't of a known form; for a name that is taken or missing
 */
export async function attach(
  connection: DuckDBConnection,
  what: Attachable,
  options: AttachOptions,
  taken: (name: string) => boolean,
): Promise<Attachment> {
  const name = nameFor(what, options);
  if (taken(name)) {
    throw new UserError(
      `La table « ${name} » est déjà l'une de celles du magasin. Donnez un autre nom : damir.attach(…, { name: "ma_${name}" }).`,
    );
  }
  // Made beside, so that the one it replaces stays where this one can't be read.
  const beside = `à côté ${randomUUID()}`;
  const read =
    typeof what === "string"
      ? await createTableOfFile(connection, beside, fileAt(what), options)
      : await createTableOfResult(connection, beside, what);
  const old = await kindOf(connection, name);
  if (old !== undefined) await connection.run(`DROP ${old} ${quotedName(name)}`);
  const made = await kindOf(connection, beside);
  await connection.run(`ALTER ${made ?? "TABLE"} ${quotedName(beside)} RENAME TO ${quotedName(name)}`);
  return describe(connection, name, read, sourcesOf(what, name, options));
}

async function kindOf(connection: DuckDBConnection, name: string): Promise<string | undefined> {
  const reader = await connection.runAndReadAll(
    "SELECT 'VIEW' FROM duckdb_views() WHERE view_name = $1 UNION ALL SELECT 'TABLE' FROM duckdb_tables() WHERE table_name = $1",
    [name],
  );
  const kind = reader.getRows()[0]?.[0];
  return kind === undefined ? undefined : String(kind);
}

function nameFor(what: Attachable, { name }: AttachOptions): string {
  if (name !== undefined) {
    if (name === plainName(name) && name !== "") return name;
    throw new UserError(
      `« ${name} » ne s'écrit pas tel quel en SQL : des lettres minuscules sans accent, des chiffres, des _ (par exemple « ${plainName(name) || "ma_table"} »).`,
    );
  }
  if (typeof what === "string") return tableNameOf(what);
  throw new UserError(
    'Donnez un nom à la table : damir.attach(resultat, { name: "ma_table" }). Seul un fichier en a déjà un.',
  );
}

function fileAt(path: string): string {
  const file = resolve(path);
  if (!existsSync(file)) {
    throw new UserError(`Le fichier ${file} n'existe pas. Un chemin part du dossier du notebook.`);
  }
  if (statSync(file).isDirectory()) throw new UserError(`${file} est un dossier : attachez un fichier.`);
  return file;
}

async function createTableOfFile(
  connection: DuckDBConnection,
  name: string,
  file: string,
  { sheet }: AttachOptions,
): Promise<ReadColumn[]> {
  const ending = /\.(csv|tsv|txt|json|ndjson|jsonl|parquet|xlsx|xlsm)(?=(\.gz)?$)/i
    .exec(file)?.[1]
    ?.toLowerCase();
  switch (ending) {
    case "csv":
    case "tsv":
    case "txt":
      return createTableOfCsv(connection, name, file);
    case "parquet":
      return createOf(connection, "VIEW", name, `read_parquet(${quotedPath(file)})`, file);
    case "json":
    case "ndjson":
    case "jsonl":
      return createOf(connection, "TABLE", name, `read_json_auto(${quotedPath(file)})`, file);
    case "xlsx":
    case "xlsm": {
      const { titles, rows } = await readSheet(file, sheet);
      const names = plainColumnNames(titles);
      const columns = names.map((column, index) => ({ name: column, key: String(index) }));
      await createTableOfRows(connection, name, columns, rows);
      return names.map((column, index) => ({ name: column, title: titles[index] ?? "", remark: "" }));
    }
    default:
      throw new UserError(
        `${basename(file)} n'est pas d'une forme connue : .csv, .tsv, .json, .ndjson, .parquet ou .xlsx (.csv.gz et .json.gz aussi).`,
      );
  }
}

/** Makes a table or a view of what DuckDB reads by itself. */
async function createOf(
  connection: DuckDBConnection,
  kind: "TABLE" | "VIEW",
  name: string,
  reading: string,
  file: string,
): Promise<ReadColumn[]> {
  try {
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${reading}`);
    const titles = described.getRows().map(([title]) => String(title));
    const names = plainColumnNames(titles);
    const columns = titles.map((title, index) => `${quotedName(title)} AS ${quotedName(names[index] ?? "")}`);
    await connection.run(
      `CREATE ${kind} ${quotedName(name)} AS SELECT ${columns.join(", ")} FROM ${reading}`,
    );
    return names.map((column, index) => ({ name: column, title: titles[index] ?? "", remark: "" }));
  } catch (cause) {
    throw new UserError(`${basename(file)} ne se lit pas : il est abîmé, ou n'est pas ce que dit son nom.`, {
      cause,
    });
  }
}

async function createTableOfResult(
  connection: DuckDBConnection,
  name: string,
  what: Exclude<Attachable, string>,
): Promise<ReadColumn[]> {
  const rows = (
    what instanceof Result ? what.rows : isRows(what) ? what : rowsOfDanfo(what)
  ) as readonly Row[];
  const known: readonly Pick<Column, "name" | "type">[] = what instanceof Result ? what.columns : [];
  const titles =
    known.length > 0 ? known.map((column) => column.name) : [...new Set(rows.flatMap(Object.keys))];
  if (titles.length === 0) {
    throw new UserError("Il n'y a aucune ligne à joindre : une table a au moins une colonne.");
  }
  const names = plainColumnNames(titles);
  const columns = titles.map((key, index) => {
    const type = known[index]?.type;
    return { name: names[index] ?? "", key, ...(type === undefined ? {} : { type }) };
  });
  await createTableOfRows(connection, name, columns, rows);
  return names.map((column, index) => ({ name: column, title: titles[index] ?? "", remark: "" }));
}

function isRows(what: Frame | readonly object[]): what is readonly object[] {
  return Array.isArray(what);
}

/** Rows of unknown origin may be generated ones, once such rows have been read. */
function sourcesOf(what: Attachable, name: string, { from = [] }: AttachOptions): Source[] {
  const own = { table: name, producer: "", licence: "" };
  if (typeof what === "string") return [{ ...own, title: basename(what), synthetic: false }];
  const results = what instanceof Result ? [what, ...from] : from;
  if (results.length === 0) return [{ ...own, title: name, synthetic: unknownSourceLine() !== "" }];
  const sources = results.flatMap((result) =>
    result.sources.map((source) => [source.table, source] as const),
  );
  return [...new Map(sources).values()];
}

async function describe(
  connection: DuckDBConnection,
  name: string,
  read: readonly ReadColumn[],
  sources: readonly Source[],
): Promise<Attachment> {
  const described = await connection.runAndReadAll(`DESCRIBE ${quotedName(name)}`);
  const types = new Map(described.getRows().map(([column, type]) => [String(column), String(type)]));
  const filled = read.map((column) => `count(${quotedName(column.name)})`);
  const counted = await connection.runAndReadAll(
    `SELECT count(*), ${filled.join(", ")} FROM ${quotedName(name)}`,
  );
  const [rows = 0, ...present] = counted.getRows()[0]?.map(Number) ?? [];
  const columns = read.map((column, index) => ({
    name: column.name,
    type: types.get(column.name) ?? "",
    title: column.title === column.name ? "" : column.title,
    missing: rows - (present[index] ?? 0),
    remark: column.remark,
  }));
  return new Attachment(name, rows, columns, await guessKeys(connection, name, columns), sources);
}
