import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import {
  manifestTable,
  readTables,
  serverSchema,
  sparkClient,
  type SparkClient,
  sparkName as quoted,
  sparkText as text,
  sparkType,
  UserError,
  type StoredTable,
} from "damir";
import { readCatalogue } from "../catalogue/catalogue.js";
import { defaultLimits, withDuckDB } from "../duckdb.js";
import type { PipelineEffects } from "../effects.js";
import { tableComments, type TableComments } from "./table-comments.js";
import { defineTable, type TableDefinition } from "./table-definition.js";

/** Schema of the tables over the files, of which the views that people query add the months as dates. */
const filesSchema = `${serverSchema}_fichiers`;

/** What was declared to a cluster. */
export interface SparkDeclaration {
  /** The cluster's address without its token. */
  server: string;
  tables: number;
  rows: number;
}

const asInteger = (expression: string) => `CAST(${expression} AS INT)`;
const monthOf = (digits: string) =>
  `make_date(${asInteger(`${digits} div 100`)}, ${asInteger(`${digits} % 100`)}, 1)`;
const careMonth =
  "CASE WHEN soi_ann > 1 AND soi_moi BETWEEN 1 AND 12 THEN make_date(soi_ann, soi_moi, 1) END";
const expenseMonth = `CASE WHEN sns_date div 100 > 1 AND sns_date % 100 BETWEEN 1 AND 12 THEN ${monthOf("sns_date")} END`;

/**
 * Declares the tables of the stores to a Spark cluster, over the very files: nothing is copied. Each has the columns, the comments and the
 * months as dates of the store's own view; their rows are then counted by the cluster, against the manifest. Until the end, the cluster
 * says that it has no data yet.
 *
 * @param home folder of the stores (`damirHome()`)
 * @param url address of the cluster, `sc://…`
 * @param files where the cluster finds the same folder, as it writes it: `s3a://seau/damir`, `file:///partage/damir`; `home` where undefined
 * @throws UserError when the cluster can't be reached, or doesn't see the files of the manifest
 */
export async function declareToSpark(
  home: string,
  url: string,
  files: string | undefined,
  effects: PipelineEffects,
): Promise<SparkDeclaration> {
  const stored = readTables(home);
  const definitions = await definitionsOf(stored);
  const root = files ?? pathToFileURL(home).href;
  const client = await sparkClient(url);
  try {
    for (const schema of [filesSchema, serverSchema])
      await client.command(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await client.command(`DROP VIEW IF EXISTS ${serverSchema}.${manifestTable}`);
    const catalogue = readCatalogue();
    let done = 0;
    for (const definition of definitions) {
      const table = stored.get(definition.name);
      if (table === undefined) continue;
      const comments = tableComments(definition.name, table.description, catalogue);
      for (const statement of statements(
        definition,
        comments,
        locationOf(definition.name, table, home, root),
      )) {
        await client.command(statement);
      }
      effects.progress("Déclaration", ++done, definitions.length);
    }
    const rows = await countRows(client, stored);
    await client.command(manifestView(definitions, stored));
    return { server: client.shown, tables: definitions.length, rows };
  } finally {
    await client.close();
  }
}

function definitionsOf(stored: ReadonlyMap<string, StoredTable>): Promise<TableDefinition[]> {
  return withDuckDB(tmpdir(), defaultLimits, async (source) => {
    const definitions: TableDefinition[] = [];
    for (const [name, table] of stored) definitions.push(await defineTable(name, table, source));
    return definitions;
  });
}

/** The folder of a table's files, as the cluster finds it. */
function locationOf(name: string, { store, description }: StoredTable, home: string, root: string): string {
  const folders = new Set(description.files.map(({ path }) => dirname(join(store.folder, path))));
  const [folder, ...others] = folders;
  if (folder === undefined || others.length > 0) {
    throw new UserError(
      `Les fichiers de la table ${name} ne sont pas dans un seul dossier : réimportez-la (npx damir data add, ou npx damir data sample --force).`,
    );
  }
  const steps = relative(home, folder).split(sep).map(encodeURIComponent);
  return [root.replace(/\/+$/, ""), ...steps].join("/");
}

function statements(definition: TableDefinition, comments: TableComments, location: string): string[] {
  const { name, columns, computed } = definition;
  const place = { named: `${serverSchema}.${quoted(name)}`, files: `${filesSchema}.${quoted(name)}` };
  const comment = (column: string) => {
    const said = comments.columns.get(column);
    return said === undefined ? "" : ` COMMENT ${text(said)}`;
  };
  const declared = columns.map(
    (column) => `${quoted(column.name)} ${typeOf(column.type, name)}${comment(column.name)}`,
  );
  const table = computed.length > 0 ? place.files : place.named;
  const base = [
    `DROP TABLE IF EXISTS ${table}`,
    // Files that are being written beside have other endings.
    `CREATE TABLE ${table} (${declared.join(", ")}) USING PARQUET OPTIONS (pathGlobFilter '*.parquet') COMMENT ${text(comments.table)} LOCATION ${text(location)}`,
  ];
  if (computed.length === 0) return base;
  const names = [...columns.map((column) => column.name), ...computed.map((column) => column.name)];
  const months = computed.map((column) => `${monthExpression(name, column.name)} AS ${quoted(column.name)}`);
  return [
    ...base,
    `CREATE OR REPLACE VIEW ${place.named} (${names.map((column) => `${quoted(column)}${comment(column)}`).join(", ")}) COMMENT ${text(comments.table)} AS SELECT ${[...columns.map((column) => quoted(column.name)), ...months].join(", ")} FROM ${table}`,
  ];
}

/** The months as dates, as the store's views compute them. */
function monthExpression(table: string, column: string): string {
  if (column === "mois_traitement") return monthOf("flx_ann_moi");
  return table === "damir_departement" || table === "damir_national" ? expenseMonth : careMonth;
}

function typeOf(type: string, table: string): string {
  const known = sparkType(type);
  if (known === undefined)
    throw new UserError(`La table ${table} a une colonne du type ${type}, que Spark ne sait pas lire.`);
  return known;
}

/** @throws UserError when the cluster counts other rows than the manifest has */
async function countRows(client: SparkClient, stored: ReadonlyMap<string, StoredTable>): Promise<number> {
  const counts = [...stored.keys()].map(
    (name) => `SELECT ${text(name)} AS nom, count(*) AS lignes FROM ${serverSchema}.${quoted(name)}`,
  );
  const { values } = await client.answer({ text: counts.join(" UNION ALL "), values: [] });
  const [names = [], rows = []] = values;
  const counted = new Map(names.map((name, row) => [name as string, Number(rows[row])]));
  let total = 0;
  for (const [name, { description }] of stored) {
    const expected = description.files.reduce((sum, file) => sum + file.rows, 0);
    const found = counted.get(name) ?? 0;
    if (found !== expected) {
      throw new UserError(
        `Le cluster compte ${found} lignes dans ${name}, le manifeste ${expected}. Chaque machine voit-elle le même dossier, à jour ? Un autre chemin se donne par --files.`,
      );
    }
    total += found;
  }
  return total;
}

/** What the notebooks read first: a row a table, with its description and its columns under DuckDB's types. */
function manifestView(
  definitions: readonly TableDefinition[],
  stored: ReadonlyMap<string, StoredTable>,
): string {
  const rows = definitions.flatMap(({ name, columns, computed }, order) => {
    const description = stored.get(name)?.description;
    if (description === undefined) return [];
    const types = [
      ...columns.map((column) => ({ name: column.name, type: column.type })),
      ...computed.map((column) => ({ name: column.name, type: "DATE" })),
    ];
    return [`(${order}, ${[name, JSON.stringify(description), JSON.stringify(types)].map(text).join(", ")})`];
  });
  return `CREATE OR REPLACE VIEW ${serverSchema}.${manifestTable} AS SELECT * FROM VALUES ${rows.join(", ")} AS t (ordre, nom, description, colonnes)`;
}
