import {
  listStore,
  readableSize,
  readCatalogue,
  readers,
  type Dataset,
  type Inventory,
  type InventoryTable,
} from "@atelier-damir/pipeline";
import type { TerminalEffects } from "./terminal.js";

/** `damir data list`: the tables of the store and of the sample, and what the catalogue can bring. */
export function listData(home: string, json: boolean, effects: TerminalEffects): void {
  const { sample, store } = listStore(home);
  const datasets = [...readCatalogue().values()];
  if (json) {
    const catalogue = datasets.map((dataset) => ({
      id: dataset.id,
      title: dataset.titre,
      producer: dataset.producteur,
      licence: dataset.licence,
      url: dataset.page,
      tables: dataset.tables.map(({ nom }) => nom),
      readable: dataset.format.lecteur in readers,
      usualFileBytes: dataset.tailles.fichier,
      here: presenceOf(dataset, store) !== undefined,
    }));
    effects.out(`${JSON.stringify({ home, store, sample, catalogue }, null, 2)}\n`);
    return;
  }
  effects.out(
    [
      section("Données importées", store, "damir data pull open-damir 2025-01"),
      section("Échantillon", sample, "damir data sample"),
      catalogueSection(datasets, store),
    ].join("\n"),
  );
}

function catalogueSection(datasets: Dataset[], store: Inventory): string {
  const rows = [
    ["jeu", "un fichier", "ici", "titre"],
    ...datasets.map((dataset) => [
      dataset.id,
      readableSize(dataset.tailles.fichier),
      presenceOf(dataset, store) ?? (dataset.format.lecteur in readers ? "non" : "pas encore lisible"),
      dataset.titre,
    ]),
  ];
  return `Catalogue (damir data pull JEU)\n${aligned(rows, new Set([1]))}`;
}

/** What of a dataset is imported: its months, or `oui`; undefined where nothing is. */
function presenceOf({ tables }: Dataset, store: Inventory): string | undefined {
  const [found] =
    store.tables?.filter((table) => !table.synthetic && tables.some(({ nom }) => nom === table.name)) ?? [];
  return found && (monthsOf(found) || "oui");
}

function section(title: string, { folder, tables }: Inventory, command: string): string {
  const heading = `${title} (${folder})`;
  if (!tables) return `${heading}\n  Rien encore. Pour commencer : ${command}\n`;
  const rows = [
    ["table", "lignes", "mois", "taille", "données", "mise à jour"],
    ...withOneLineForCodeLists(tables).map((table) => [
      table.name,
      table.rows.toLocaleString("fr-FR"),
      monthsOf(table),
      readableSize(table.bytes),
      table.synthetic ? "synthétiques" : "réelles",
      updateOf(table),
    ]),
  ];
  return `${heading}\n${aligned(rows, new Set([1, 3]))}`;
}

/** @param numbers columns that line up on the right */
function aligned(rows: string[][], numbers: ReadonlySet<number>): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          numbers.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `  ${line}\n`)
    .join("");
}

/** Day of the published data where it is known, else of the import. */
function updateOf({ updated, importedAt }: InventoryTable): string {
  return updated ?? (importedAt === undefined ? "" : `importé le ${importedAt.slice(0, 10)}`);
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
