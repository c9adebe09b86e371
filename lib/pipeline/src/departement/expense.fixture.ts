import { Buffer } from "node:buffer";
import { createWriteStream, writeFileSync } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { readStore, storeFolder } from "damir";
import { ZipFile } from "yazl";
import type { ImportedFile } from "../dataset-reader.js";
import { silentEffects } from "../effects.js";
import { received, temporaryFolder } from "../open-damir.fixture.js";
import { departementReader } from "./expense-reader.js";

/** Columns of an R file without labels, in the order and letter case of the published ones. */
export const bareColumns = [
  ...["cpam", "dpt", "SERIE", "prs_nat", "sns_date", "asu_nat", "ben_qlt", "cpl_cod", "REM_TAU", "pre_spe"],
  ...["pre_spe1", "pre_stj1", "exe_spe", "exe_spe1", "exe_stj1", "top_slm", "act_dnb", "rec_mon", "rem_mon"],
  ...["dep_mon", "act_coe"],
];

/** Columns of an R file with labels. */
export const labelledColumns = [
  ...["cpam", "l_cpam", "dpt", "l_dpt", "region", "l_region", "SERIE", "l_serie", "prs_nat", "l_prs_nat"],
  ...["sns_date", "asu_nat", "l_asu_nat", "ben_qlt", "l_ben_qlt", "cpl_cod", "l_cpl_cod", "REM_TAU"],
  ...["pre_spe", "l_pre_spe", "pre_spe1", "l_pre_spe1", "pre_stj1", "l_pre_stj1", "exe_spe", "l_exe_spe"],
  ...["exe_spe1", "l_exe_spe1", "exe_stj1", "l_exe_stj1", "top_slm", "l_top_slm"],
  ...["act_dnb", "rec_mon", "rem_mon", "dep_mon", "act_coe"],
];

/** Columns of an N file of 2023: no beneficiary, `rem_date`, the invoice's mark. */
export const nationalPublishedColumns = [
  "rem_date",
  ...labelledColumns.filter((name) => !/^(l_)?(cpam|dpt|region|ben_qlt|top_slm)$/.test(name)),
  "PRS_FAC_TOP",
  "l_fac_top",
];

/** Fields of a row that a test is about, by the published name; the others take `ordinary`'s. */
export type ExpenseRow = Record<string, string>;

const ordinary: ExpenseRow = {
  cpam: "011",
  l_cpam: "011-Bourg-en-Bresse",
  dpt: "01",
  l_dpt: "01-Ain",
  region: "82",
  l_region: "82-RHONE ALPES",
  SERIE: "111111",
  l_serie: "C Omnipraticiens",
  prs_nat: "1111",
  l_prs_nat: "CONSULTATION COTEE C",
  sns_date: "201312",
  rem_date: "201401",
  asu_nat: "1",
  l_asu_nat: "Maladie",
  ben_qlt: "1",
  l_ben_qlt: "1-Assuré",
  cpl_cod: "2",
  l_cpl_cod: "Majoration de dimance et jour férié",
  REM_TAU: "70",
  pre_spe: "99",
  l_pre_spe: "99-Spécialité Inconnue",
  pre_spe1: "9",
  l_pre_spe1: "Autres",
  pre_stj1: "1",
  l_pre_stj1: "Libéral",
  exe_spe: "1",
  l_exe_spe: "01-TOTAL Omnipraticiens",
  exe_spe1: "11",
  l_exe_spe1: "Médecins Omnipraticiens",
  exe_stj1: "1",
  l_exe_stj1: "Libéral",
  top_slm: "0",
  l_top_slm: "0-TOP Hors Sections Locales Mutualistes",
  act_dnb: "1.234",
  rec_mon: "28.382,00",
  rem_mon: "18.633,40",
  dep_mon: "0,00",
  act_coe: "1.234,0",
  PRS_FAC_TOP: "0",
  l_fac_top: "Hors travailleurs indépendants",
};

/** A file as CNAM publishes it: Latin-1, `;`, CRLF. */
export function expenseFile(rows: ExpenseRow[], columns: readonly string[] = bareColumns): Buffer {
  const lines = [columns.join(";"), ...rows.map((row) => expenseLine(row, columns)), ""];
  return Buffer.from(lines.join("\r\n"), "latin1");
}

/** One line of it, without its end. */
export function expenseLine(row: ExpenseRow, columns: readonly string[] = bareColumns): string {
  return columns.map((name) => row[name] ?? ordinary[name] ?? "").join(";");
}

const caisses = [
  {
    cpam: "011",
    l_cpam: "011-Bourg-en-Bresse",
    dpt: "01",
    l_dpt: "01-Ain",
    region: "82",
    l_region: "82-RHONE ALPES",
  },
  {
    cpam: "051",
    l_cpam: "051-Gap",
    dpt: "05",
    l_dpt: "05-Hautes-Alpes",
    region: "93",
    l_region: "93-PROVENCE ALPES COTE D'AZUR",
  },
  {
    cpam: "201",
    l_cpam: "201-Ajaccio",
    dpt: "2A",
    l_dpt: "2A-Corse Sud",
    region: "94",
    l_region: "94-CORSE",
  },
  {
    cpam: "595",
    l_cpam: "595-Lille",
    dpt: "5N",
    l_dpt: "5-Nord",
    region: "31",
    l_region: "31-NORD PAS DE CALAIS",
  },
  {
    cpam: "974",
    l_cpam: "974-Saint-Denis",
    dpt: "974",
    l_dpt: "974-Réunion",
    region: "4",
    l_region: "04-REUNION",
  },
];

/** Many different rows, the same each time, and what their measures add up to, in hundredths (act_coe in ten-thousandths). */
export function expenseRows(count: number): { rows: ExpenseRow[]; sums: Record<string, bigint> } {
  let state = 7;
  const draw = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const sums: Record<string, bigint> = { rec_mon: 0n, rem_mon: 0n, dep_mon: 0n, act_dnb: 0n, act_coe: 0n };
  const drawn = (name: string, decimals: number, scale: number, most: number) => {
    const units = draw(most) * (draw(20) === 0 ? -1 : 1);
    sums[name] = (sums[name] ?? 0n) + BigInt(units) * 10n ** BigInt(scale - decimals);
    return french(units, decimals);
  };
  const rows = Array.from({ length: count }, (): ExpenseRow => ({
    ...caisses[draw(caisses.length)],
    sns_date: String(201_301 + draw(12)),
    REM_TAU: ["70", "100", "65", "30,5", ""][draw(5)] ?? "",
    rec_mon: drawn("rec_mon", 2, 2, 9e8),
    rem_mon: drawn("rem_mon", 2, 2, 9e6),
    dep_mon: drawn("dep_mon", 2, 2, 9e4),
    act_dnb: drawn("act_dnb", 0, 0, 9e6),
    act_coe: drawn("act_coe", 1, 4, 9e5),
  }));
  return { rows, sums };
}

/** A number as these files write it: 123456 hundredths are `1.234,56`. */
export function french(units: number, decimals: number): string {
  const digits = String(Math.abs(units)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ".");
  return `${units < 0 ? "-" : ""}${whole}${decimals === 0 ? "" : `,${digits.slice(-decimals)}`}`;
}

/** Writes a zip of some files. */
export async function writeZip(path: string, files: Record<string, Buffer>): Promise<void> {
  const zip = new ZipFile();
  for (const [name, bytes] of Object.entries(files)) zip.addBuffer(bytes, name);
  zip.end();
  await finished(zip.outputStream.pipe(createWriteStream(path)));
}

/** Writes a file in a folder that goes with the test. */
export function written(name: string, bytes: Buffer | string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

/** Imports R files. */
export async function imported(home: string, ...paths: string[]): Promise<ImportedFile[]> {
  return departementReader.add(received(...paths), home, silentEffects);
}

/** SQL that reads a table of the store. */
export function parquetOf(home: string, table = "damir_departement"): string {
  const store = readStore(storeFolder(home));
  const files = store?.manifest.tables[table]?.files ?? [];
  return `read_parquet([${files.map(({ path }) => `'${join(storeFolder(home), path)}'`).join(", ")}])`;
}
