import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError, type StoreFile } from "damir";
import { escapeIdentifier, type Client } from "pg";
import { rowsOfPart, type StoredColumn, type TablePart } from "./table-definition.js";

/** Row count, then for each column how many values it has and what they add up to, as texts. */
type Totals = readonly string[];

/**
 * Proves that a table holds what the files of a part do: as many rows, and in each column as many values with the same sum; and that
 * both are what the store's manifest says.
 * @throws UserError when they differ
 */
export async function proveLoaded(
  part: TablePart,
  columns: readonly StoredColumn[],
  target: string,
  source: DuckDBConnection,
  server: Client,
): Promise<void> {
  const reader = await source.runAndReadAll(
    `SELECT ${["count(*)", ...columns.flatMap((column) => totalsOf(column, "VARCHAR"))].join(", ")} FROM ${rowsOfPart(part, columns)}`,
  );
  const expected = (reader.getRows()[0] ?? []).map(String);
  const { rows } = await server.query<string[]>({
    text: `SELECT ${["count(*)", ...columns.flatMap((column) => totalsOf(column, "text"))].join(", ")} FROM ${target}`,
    rowMode: "array",
  });
  const found = (rows[0] ?? []).map(String);
  compare(part, columns, expected, found);
  compareWithManifest(part, columns, found);
}

/** How many values a column has, and a sum that changes when one does. */
function totalsOf({ name, type }: StoredColumn, text: "VARCHAR" | "text"): string[] {
  const column = escapeIdentifier(name);
  const sum = sumOf(column, type);
  return [`count(${column})`, sum === undefined ? "'0'" : `coalesce(CAST(${sum} AS ${text}), '0')`];
}

function sumOf(column: string, type: string): string | undefined {
  if (type === "VARCHAR") return `sum(length(${column}))`;
  if (type === "DATE") return `sum(${column} - DATE '2000-01-01')`;
  if (type === "BOOLEAN") return `sum(CASE WHEN ${column} THEN 1 ELSE 0 END)`;
  if (/INT|DECIMAL|FLOAT|DOUBLE/.test(type)) return `sum(${column})`;
  return undefined;
}

function compare(
  { name }: TablePart,
  columns: readonly StoredColumn[],
  expected: Totals,
  found: Totals,
): void {
  if (expected[0] !== found[0]) {
    throw different(name, `${found[0] ?? "aucune"} lignes au lieu de ${expected[0] ?? ""}`);
  }
  columns.forEach((column, index) => {
    const [count, sum] = [1 + 2 * index, 2 + 2 * index];
    if (expected[count] !== found[count]) {
      throw different(
        name,
        `${found[count] ?? ""} valeurs de ${column.name} au lieu de ${expected[count] ?? ""}`,
      );
    }
    if (!sameSum(column, expected[sum] ?? "", found[sum] ?? "")) {
      throw different(
        name,
        `la somme de ${column.name} est ${found[sum] ?? ""} au lieu de ${expected[sum] ?? ""}`,
      );
    }
  });
}

function compareWithManifest(
  { name, files }: TablePart,
  columns: readonly StoredColumn[],
  found: Totals,
): void {
  const rows = files.reduce((total, file) => total + file.rows, 0);
  if (Number(found[0]) !== rows) {
    throw different(name, `${found[0] ?? ""} lignes, et le manifeste du magasin en annonce ${rows}`);
  }
  columns.forEach((column, index) => {
    if (!/INT|DECIMAL/.test(column.type) || !files.every(({ sums }) => sums?.[column.name] !== undefined))
      return;
    const announced = exactSum(files, column.name);
    const sum = found[2 + 2 * index] ?? "0";
    if (unscaled(sum) !== announced) {
      throw different(
        name,
        `la somme de ${column.name} est ${sum}, et le manifeste du magasin en annonce une autre`,
      );
    }
  });
}

/** Digits after the comma that are enough for every column of the store. */
const scale = 10;

function exactSum(files: readonly StoreFile[], column: string): bigint {
  return files.reduce((total, { sums }) => total + unscaled(sums?.[column] ?? "0"), 0n);
}

function unscaled(decimal: string): bigint {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return BigInt(`${whole}${fraction.slice(0, scale).padEnd(scale, "0")}`);
}

/** Floating-point sums differ with the order of the rows; the others don't. */
function sameSum({ type }: StoredColumn, expected: string, found: string): boolean {
  if (!/FLOAT|DOUBLE/.test(type)) return unscaled(expected) === unscaled(found);
  const [one, other] = [Number(expected), Number(found)];
  return Math.abs(one - other) <= 1e-6 * Math.max(Math.abs(one), 1);
}

function different(table: string, what: string): UserError {
  return new UserError(
    `${table} n'est pas identique après chargement : ${what}. Rien n'est changé sur le serveur. Vérifiez le magasin : npx damir data check.`,
  );
}
