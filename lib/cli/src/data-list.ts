import { listStore, readableSize, type Inventory, type InventoryTable } from "@atelier-damir/pipeline";
import type { TerminalEffects } from "./terminal.js";

/** `damir data list`: the tables of the store and of the sample. */
export function listData(home: string, effects: TerminalEffects): void {
  const { sample, store } = listStore(home);
  effects.out(
    `${section("Données importées", store, "damir data add open-damir A202501.csv.gz")}\n${section("Échantillon", sample, "damir data sample")}`,
  );
}

function section(title: string, { folder, tables }: Inventory, command: string): string {
  const heading = `${title} (${folder})`;
  if (!tables) return `${heading}\n  Rien encore. Pour commencer : ${command}\n`;
  const rows = [
    ["table", "lignes", "mois", "taille", "données"],
    ...withOneLineForCodeLists(tables).map((table) => [
      table.name,
      table.rows.toLocaleString("fr-FR"),
      monthsOf(table),
      readableSize(table.bytes),
      table.synthetic ? "synthétiques" : "réelles",
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const numbers = new Set([1, 3]);
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        numbers.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
  return `${heading}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** The forty-odd code lists would hide the rest. */
function withOneLineForCodeLists(tables: InventoryTable[]): InventoryTable[] {
  const isCodeList = ({ name }: InventoryTable) => name.startsWith("nomenclature_");
  const lists = tables.filter(isCodeList);
  const [first] = lists;
  if (!first || lists.length === 1) return tables;
  return [
    ...tables.filter((table) => !isCodeList(table)),
    {
      ...first,
      name: `nomenclature_… (${lists.length} listes)`,
      synthetic: lists.some(({ synthetic }) => synthetic),
      rows: lists.reduce((sum, { rows }) => sum + rows, 0),
      bytes: lists.reduce((sum, { bytes }) => sum + bytes, 0),
    },
  ];
}

function monthsOf({ months }: InventoryTable): string {
  const [first = "", last = ""] = [months[0], months.at(-1)];
  if (months.length < 2) return first;
  return `${first} à ${last} (${months.length})`;
}
