import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot, readStore, storeFolder, type StoreFile } from "damir";
import { utils, write } from "@e965/xlsx";
import { temporaryFolder } from "../open-damir.fixture.js";

/** A real copy of an old publication, where this machine has it. */
export function sample(name: string): { path: string; present: boolean } {
  const path = join(projectRoot, "../shared/samples", name);
  return { path, present: existsSync(path) };
}

/** Writes a file in a folder that goes with the test. */
export function written(name: string, bytes: Buffer | string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

/** A cell of a sheet. */
export type Cell = string | number | null;

/** An .xlsx as Excel writes it (texts shared between cells), or as some exporters do (texts in the cells). */
export function workbook(sheets: Record<string, Cell[][]>, shared = true): Buffer {
  const book = utils.book_new();
  for (const [name, rows] of Object.entries(sheets)) {
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows), name);
  }
  return write(book, { type: "buffer", bookType: "xlsx", bookSST: shared, compression: true }) as Buffer;
}

/** SQL that reads a table of the store. */
export function tableOf(home: string, table: string): string {
  const list = filesOf(home, table).map(({ path }) => `'${join(storeFolder(home), path)}'`);
  return `read_parquet([${list.join(", ")}])`;
}

/** What the manifest says of a table. */
export function filesOf(home: string, table: string): StoreFile[] {
  return readStore(storeFolder(home))?.manifest.tables[table]?.files ?? [];
}

const bands = [
  ...Array.from({ length: 19 }, (_, index) => `${index * 5} à ${index * 5 + 4} ans`),
  "95 ans et plus",
  "Total",
];

/** One sheet of INSEE's workbook of estimates: titles, two rows of headings, départements, totals, notes. */
export function inseeSheet(year: number, departements: [code: Cell, name: string][]): Cell[][] {
  const empty = Array.from({ length: 20 }, () => "");
  const block = (start: number) => {
    const values = Array.from({ length: 20 }, (_, index) => start + index);
    return [...values, values.reduce((sum, value) => sum + value, 0)];
  };
  const row = (index: number) => {
    const [men, women] = [block(1_000 * (index + 1)), block(2_000 * (index + 1))];
    return [...men.map((value, band) => value + (women[band] ?? 0)), ...men, ...women];
  };
  const rows = departements.map(([code, name], index) => [code, name, ...row(index)]);
  const total = rows.reduce<number[]>(
    (sums, cells) => cells.slice(2).map((value, index) => (sums[index] ?? 0) + Number(value)),
    [],
  );
  return [
    [`Estimation de population au 1er janvier, par département, sexe et âge quinquennal`],
    [`Année ${year}`],
    [],
    ["Départements", "", "Ensemble", ...empty, "Hommes", ...empty, "Femmes"],
    ["", "", ...bands, ...bands, ...bands],
    ...rows,
    ["France métropolitaine et DOM", "", ...total],
    [],
    ["Source : Insee - Estimations de population (résultats provisoires)"],
  ];
}

/** Rows of the sheet « Effectifs » of DREES's workbook: every total that it publishes. */
export function dreesSheet(
  details: { departement: string; groupe: string; specialite: string; exercice: string; effectifs: Cell[] }[],
  years: number[],
): Cell[][] {
  const all = {
    departement: "000-Ensemble",
    groupe: "00-Ensemble",
    specialite: "00-Ensemble",
    exercice: "0-Ensemble",
  };
  const cells = new Map<string, Cell[]>();
  for (const detail of details) {
    for (const departement of [detail.departement, all.departement]) {
      for (const [groupe, specialite] of [
        [detail.groupe, detail.specialite],
        [detail.groupe, all.specialite],
        [all.groupe, all.specialite],
      ]) {
        for (const exercice of [detail.exercice, all.exercice]) {
          const key = [departement, groupe, specialite, exercice].join("|");
          const before = cells.get(key);
          const own =
            departement === detail.departement &&
            specialite === detail.specialite &&
            groupe === detail.groupe &&
            exercice === detail.exercice;
          const values = detail.effectifs.map((value) => (own || value !== "ND" ? value : 4));
          cells.set(
            key,
            before ? before.map((value, index) => Number(value) + Number(values[index])) : values,
          );
        }
      }
    }
  }
  const header = [
    ...["territoire", "region", "departement", "specialites_agregees", "specialites", "exercice"],
    ...["tranche_age", "sexe", ...years.map((year) => `effectif_${year}`)],
  ];
  const rows = [...cells].map(([key, values]) => {
    const [departement = "", groupe = "", specialite = "", exercice = ""] = key.split("|");
    const place = departement.startsWith("000")
      ? ["0-France entière", "00-Ensemble"]
      : ["1-France métropolitaine", "84-ARA"];
    return [...place, departement, groupe, specialite, exercice, "00-Ensemble", "0-Ensemble", ...values];
  });
  // Details by sex and age, which must not be counted again.
  const [first = []] = rows;
  const bySex = ["1-Hommes", "2-Femmes"].map((sexe) => [...first.slice(0, 7), sexe, ...years.map(() => 1)]);
  return [["Effectifs de médecins au 1er janvier"], header, ...rows, ...bySex];
}
