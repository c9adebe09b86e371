import {
  counted,
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
export async function listData(home: string, json: boolean, effects: TerminalEffects): Promise<void> {
  const { sample, store } = await listStore(home);
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

/** What of a dataset is imported: its months or years, or `oui`; undefined where nothing is. */
function presenceOf({ tables }: Dataset, store: Inventory): string | undefined {
  const [found] =
    store.tables?.filter((table) => !table.synthetic && tables.some(({ nom }) => nom === table.name)) ?? [];
  return found && (periodOf(found) || "oui");
}

function section(title: string, { folder, tables }: Inventory, command: string): string {
  const heading = `${title} (${folder})`;
  if (!tables) return `${heading}\n  Rien encore. Pour commencer : ${command}\n`;
  const rows = [
    ["table", "lignes", "période", "taille", "données", "mise à jour"],
    ...tables
      .filter(({ reference }) => !reference)
      .map((table) => [
        table.name,
        table.rows.toLocaleString("fr-FR"),
        periodOf(table),
        readableSize(table.bytes),
        table.synthetic ? "synthétiques" : "réelles",
        updateOf(table),
      ]),
    ...referenceLine(tables.filter(({ reference }) => reference)),
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

/** What the project brings itself (code lists, dictionary, geography) in one line: its tables would hide the rest. */
function referenceLine(tables: InventoryTable[]): string[][] {
  const [first] = tables;
  if (!first) return [];
  const total = (key: "rows" | "bytes") => tables.reduce((sum, table) => sum + table[key], 0);
  return [
    [
      `référence : ${counted(tables.length, "table")}`,
      total("rows").toLocaleString("fr-FR"),
      "",
      readableSize(total("bytes")),
      "réelles",
      updateOf(first),
    ],
  ];
}

/** Months where a table has some, else years. */
function periodOf({ months, years }: InventoryTable): string {
  if (years) return years.first === years.last ? `${years.first}` : `${years.first} à ${years.last}`;
  const [first = "", last = ""] = [months[0], months.at(-1)];
  if (months.length < 2) return first;
  return `${first} à ${last} (${months.length})`;
}
