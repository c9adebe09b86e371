import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot, readStore, storeFolder, type Manifest } from "damir";
import { onTestFinished } from "vitest";
import type { ReceivedFile } from "./dataset-reader.js";
import { withDuckDB } from "./duckdb.js";
import { addOpenDamir, type ImportedMonth } from "./open-damir.js";
import { isZone } from "./open-damir-header.js";
import { readVariables } from "./variables.js";

/** Files that the user already has. */
export function received(...paths: string[]): ReceivedFile[] {
  return paths.map((path) => ({ path }));
}

/** Names as the published header writes them since 2015, in the canonical order. */
export const publishedNames = readVariables()
  .filter(({ name }) => !isZone(name))
  .map(({ name }) => name.toUpperCase());

/** Names as the files of 2009 to 2014 write them: zones instead of regions, and no ETB_DCS_MCO. */
export const publishedNamesUntil2014 = publishedNames
  .filter((name) => name !== "ETB_DCS_MCO")
  .map((name) => name.replace(/^(ETE|ETP)_REG_COD$/, "$1_ZEAT_COD").replace(/_REG$/, "_ZEAT"));

/** Real lines of January 2025, where this machine has them. */
export const realLines = join(projectRoot, "../shared/samples/A202501_real_lines.csv");

/** Fields of a row that a test is about; the others take `ordinary`'s values. */
export type PublishedRow = Record<string, string>;

const ordinary: PublishedRow = {
  FLX_ANN_MOI: "202501",
  SOI_ANN: "2025",
  SOI_MOI: "01",
  PRS_NAT: "3313",
  PRS_REM_TAU: "70",
  ETB_DCS_MCO: "Z",
};

/** How a file departs from the usual one. */
export interface FileShape {
  names?: string[];
  end?: string;
  trailing?: boolean;
}

/** One line of a monthly file, without its end. */
export function publishedLine(
  row: PublishedRow,
  { names = publishedNames, trailing = true }: FileShape = {},
): string {
  return names.map((name) => row[name] ?? ordinary[name] ?? "0").join(";") + (trailing ? ";" : "");
}

/** A monthly file as CNAM publishes it: `;` after the last field too, LF, decimals as `.51`. */
export function publishedFile(rows: PublishedRow[], shape: FileShape = {}): string {
  const { names = publishedNames, trailing = true, end = "\n" } = shape;
  const header = names.join(";") + (trailing ? ";" : "");
  return [header, ...rows.map((row) => publishedLine(row, shape)), ""].join(end);
}

/** Many different rows, the same each time, with the usual traps: nulls, negative lines, `.51`. */
export function publishedRows(count: number, month = "202501"): PublishedRow[] {
  let state = 42;
  const draw = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const amount = () => {
    const cents = draw(200_000);
    return `${draw(10) === 0 ? "-" : ""}${(cents / 100).toFixed(2).replace(/^0/, "")}`;
  };
  return Array.from({ length: count }, () => ({
    FLX_ANN_MOI: month,
    PRS_NAT: String(1100 + draw(900)),
    BEN_RES_REG: String([11, 84, 93, 99][draw(4)]),
    SOI_MOI: String(1 + draw(12)).padStart(2, "0"),
    PRS_ACT_NBR: draw(10) === 0 ? "" : String(draw(30)),
    FLT_ACT_QTE: String(draw(30)),
    PRS_PAI_MNT: amount(),
    FLT_PAI_MNT: amount(),
    FLT_REM_MNT: amount(),
  }));
}

/** A new empty folder, gone when the test that asked for it ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "damir-test-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Every path under a folder with the checksum of its bytes: equal before and after means untouched. */
export function fingerprintOf(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .sort()
      .map((name) => {
        const path = join(folder, name);
        const isFile = statSync(path).isFile();
        return [name, isFile ? createHash("sha256").update(readFileSync(path)).digest("hex") : "folder"];
      }),
  );
}

/** Runs a query, every value as text. */
export async function query(statement: string): Promise<(string | null)[][]> {
  return withDuckDB(tmpdir(), { memory: "500MB", threads: 1 }, async (connection) => {
    const reader = await connection.runAndReadAll(`SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (${statement})`);
    return reader.getRows() as (string | null)[][];
  });
}

/** A month imported in a home of its own. */
export interface ImportedHome {
  home: string;
  month: ImportedMonth;
  manifest: Manifest | undefined;
  /** Path of the month's Parquet file. */
  parquet: string;
}

/** Imports bytes as a file of Open DAMIR in a new home. */
export async function importBytes(bytes: string | Buffer, name = "A202501.csv"): Promise<ImportedHome> {
  const home = temporaryFolder();
  const file = join(home, name);
  writeFileSync(file, bytes);
  const [month] = await addOpenDamir(received(file), home);
  if (!month) throw new Error("nothing imported");
  const manifest = readStore(storeFolder(home))?.manifest;
  const path = manifest?.tables["damir"]?.files[0]?.path ?? "";
  return { home, month, manifest, parquet: join(storeFolder(home), path) };
}

/** A home that already holds a month. */
export async function homeWithAMonth(home = temporaryFolder()): Promise<string> {
  const file = join(temporaryFolder(), "A202412.csv");
  writeFileSync(file, publishedFile([{ FLX_ANN_MOI: "202412" }]));
  await addOpenDamir(received(file), home);
  return home;
}
