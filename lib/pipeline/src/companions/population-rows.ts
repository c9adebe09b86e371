import { basename } from "node:path";
import { UserError } from "damir";
import { counted } from "../french-count.js";
import { csvRows, readCsvHeader, type CsvRow } from "../formats/csv-rows.js";
import { quoted, type TextSource } from "../formats/text-source.js";
import type { Workbook, WorkbookRow } from "../formats/workbook.js";
import { firstAgeOf } from "./age-class.js";
import { departementOf } from "./departement-code.js";

/** People of a département, a sex and an age band. */
export interface People {
  annee: number;
  departement: string;
  /** BEN_SEX_COD: 1 men, 2 women. */
  sexe: 1 | 2;
  age: number;
  count: number;
}

/** What a published file holds. */
export interface PublishedPopulation {
  /** Whom it counts: everybody (INSEE), or the affiliates of the régime général. */
  measure: "population" | "affilies_rg";
  people: People[];
  /** What the user should know, a French sentence each. */
  notes: string[];
}

/** INSEE's estimates as the 2015 hackathon prepared them: one row a département, year, sex and band. */
const tidyColumns = ["dep", "annee", "sexe", "age_max_cat", "value"];

/**
 * Reads a CSV of population: INSEE's 2009-2014 copy, or the affiliates of 2014 by caisse (RNIAM), which its header tells.
 * @throws UserError when it is neither, or a field is wrong
 */
export async function readPopulationCsv(
  source: TextSource,
  onRead: (read: number) => void,
): Promise<PublishedPopulation> {
  const { names } = await readCsvHeader(source);
  if (names.includes("l_dpt") && names.includes("0 à 4 ans")) return readAffiliates(source, names, onRead);
  return readTidyPopulation(source, onRead);
}

async function readTidyPopulation(
  source: TextSource,
  onRead: (read: number) => void,
): Promise<PublishedPopulation> {
  const people: People[] = [];
  const what =
    "un fichier de population par département, sexe et âge (INSEE), ni d'affiliés par caisse (RNIAM)";
  for await (const row of csvRows(source, tidyColumns, what, onRead)) {
    const departement = departementOf(row.text("dep"));
    if (departement === undefined) return row.refuse("dep", "n'est pas un département");
    const sexe = row.text("sexe");
    if (sexe !== "h" && sexe !== "f") return row.refuse("sexe", "n'est ni h ni f");
    people.push({
      annee: yearOf(row),
      departement,
      sexe: sexe === "h" ? 1 : 2,
      age: firstAgeUpTo(row),
      count: countOf(row, "value"),
    });
  }
  return { measure: "population", people, notes: [] };
}

/** The band whose last year is `age_max_cat`; `inf` closes the list at 95. */
function firstAgeUpTo(row: CsvRow): number {
  const text = row.text("age_max_cat");
  if (text === "inf") return 95;
  const last = Number(text);
  if (!/^\d+$/.test(text) || last % 5 !== 4 || last > 94) {
    return row.refuse(
      "age_max_cat",
      "n'est pas la dernière année d'une tranche de cinq ans (4, 9 … 94, inf)",
    );
  }
  return last - 4;
}

/** One row a caisse, though its columns say département: several add up to one, and `5N` is the Nord. */
async function readAffiliates(
  source: TextSource,
  names: string[],
  onRead: (read: number) => void,
): Promise<PublishedPopulation> {
  const annee = yearOfName(source.name);
  const bands = names.flatMap((name) => {
    // The second set of columns, which a tool renamed by a `.1`, is women.
    const women = name.endsWith(".1");
    const age = firstAgeOf(women ? name.slice(0, -2) : name);
    return age === undefined ? [] : [{ name, age, sexe: women ? (2 as const) : (1 as const) }];
  });
  const byKey = new Map<string, People>();
  let caisses = 0;
  for await (const row of csvRows(source, ["l_dpt", "dpt"], "un fichier d'affiliés (RNIAM)", onRead)) {
    const departement = departementOf(row.text("dpt"));
    if (departement === undefined) return row.refuse("dpt", "n'est pas un département");
    caisses += 1;
    for (const { name, age, sexe } of bands) {
      const key = `${departement}/${sexe}/${age}`;
      const people = byKey.get(key) ?? { annee, departement, sexe, age, count: 0 };
      people.count += countOf(row, name);
      byKey.set(key, people);
    }
  }
  const departements = new Set([...byKey.values()].map(({ departement }) => departement)).size;
  return {
    measure: "affilies_rg",
    people: [...byKey.values()],
    notes: [
      `${counted(caisses, "caisse")} en ${counted(departements, "département")}. La dernière tranche est « 90 ans et plus » : affilies_rg est à la ligne age_min = 90, et null à 95.`,
    ],
  };
}

/**
 * Reads INSEE's workbook of estimates: a sheet a year, a row a département, three blocks of columns (ensemble, hommes, femmes).
 * Rows and columns of totals are left out, and the details compared with them.
 * @throws UserError when no sheet is one of those
 */
export async function readPopulationWorkbook(
  workbook: Workbook,
  onSheet: (done: number, total: number) => void,
): Promise<PublishedPopulation> {
  const sheets = workbook.sheetNames.filter((name) => /^\s*(19|20)\d\d\b/.test(name));
  const people: People[] = [];
  const notes: string[] = [];
  for (const [index, name] of sheets.entries()) {
    onSheet(index, sheets.length);
    const sheet = new PopulationSheet(`${workbook.name}, feuille ${name}`, Number(name.trim().slice(0, 4)));
    for await (const row of workbook.rows(name)) sheet.push(row);
    people.push(...sheet.end());
    notes.push(...sheet.notes);
  }
  if (people.length === 0) {
    throw new UserError(
      `${workbook.name} n'est pas le classeur de l'INSEE « population par département, sexe et âge quinquennal » : aucune de ses feuilles (${workbook.sheetNames.map(quoted).join(", ")}) n'est une année.`,
    );
  }
  return { measure: "population", people, notes };
}

interface Column {
  sexe: 0 | 1 | 2;
  /** Undefined for the total of the block. */
  age: number | undefined;
}

/** One sheet of INSEE's workbook. */
class PopulationSheet {
  readonly notes: string[] = [];
  #columns: (Column | undefined)[] | undefined;
  #above: string[] = [];
  #people: People[] = [];
  #rounded = 0;
  #unequal: string[] = [];

  constructor(
    private readonly place: string,
    private readonly annee: number,
  ) {}

  push({ number, cells }: WorkbookRow): void {
    if (!this.#columns) {
      if (cells.filter((cell) => firstAgeOf(cell) !== undefined).length >= 30) {
        this.#columns = columnsOf(cells, this.#above, this.place);
      } else this.#above = cells;
      return;
    }
    const label = (cells[0] ?? "").trim() || (cells[1] ?? "").trim();
    const departement = departementOf(label);
    if (departement !== undefined) this.#read(departement, number, cells, this.#columns);
    else if (/^france/i.test(label)) this.#compare(label, number, cells, this.#columns);
  }

  end(): People[] {
    if (!this.#columns || this.#people.length === 0) {
      throw new UserError(
        `${this.place} : aucune ligne de population par département. Ce n'est pas le classeur de l'INSEE « population par département, sexe et âge quinquennal », ou il a changé de forme.`,
      );
    }
    if (this.#rounded > 0)
      this.notes.push(
        `${this.place} : ${counted(this.#rounded, "effectif arrondi", "effectifs arrondis")} à l'unité.`,
      );
    if (this.#unequal.length > 0) {
      this.notes.push(
        `${this.place} : les détails gardés ne font pas le total publié (${this.#unequal.slice(0, 5).join(", ")}).`,
      );
    }
    return this.#people;
  }

  #read(departement: string, number: number, cells: string[], columns: (Column | undefined)[]): void {
    const totals = new Map<string, number>();
    const details = new Map<string, number>();
    columns.forEach((column, index) => {
      if (!column) return;
      const count = this.#count(cells[index] ?? "", number, index);
      if (count === undefined) return;
      const { sexe, age } = column;
      if (sexe !== 0 && age !== undefined) {
        this.#people.push({ annee: this.annee, departement, sexe, age, count });
        add(details, `sexe ${sexe}`, count);
        add(details, `âge ${age}`, count);
      } else if (sexe !== 0) totals.set(`sexe ${sexe}`, count);
      else if (age !== undefined) totals.set(`âge ${age}`, count);
    });
    for (const [what, total] of totals) {
      const sum = details.get(what) ?? 0;
      if (sum !== total) this.#unequal.push(`${departement}, ${what} : ${sum} et non ${total}`);
    }
  }

  /** Compares a national total, which stands after its départements, with what was read of them. */
  #compare(label: string, number: number, cells: string[], columns: (Column | undefined)[]): void {
    const metropole = /métropolitaine\s*$/i.test(label);
    const people = this.#people.filter(({ departement }) => !metropole || departement.length === 2);
    for (const sexe of [1, 2] as const) {
      const column = columns.findIndex((one) => one?.sexe === sexe && one.age === undefined);
      const total = column < 0 ? undefined : this.#count(cells[column] ?? "", number, column);
      const sum = people.reduce((all, one) => all + (one.sexe === sexe ? one.count : 0), 0);
      if (total !== undefined && sum !== total) {
        this.#unequal.push(`${label}, sexe ${sexe} : ${sum} et non ${total}`);
      }
    }
  }

  /** Undefined where INSEE publishes nothing: Mayotte before 2014. */
  #count(text: string, row: number, column: number): number | undefined {
    if (/^\s*(n\.?\s*d\.?|n\/d|…|\.+|-)?\s*$/i.test(text)) return undefined;
    const value = Number(text);
    if (!Number.isFinite(value) || value < 0) {
      throw new UserError(
        `${this.place}, ligne ${row}, colonne ${column + 1} : ${quoted(text)} n'est pas un effectif. Rien n'a été importé de ce fichier ; s'il n'a pas été modifié, téléchargez-le de nouveau.`,
      );
    }
    const count = Math.round(value);
    if (Math.abs(count - value) > 1e-6) this.#rounded += 1;
    return count;
  }
}

function add(sums: Map<string, number>, key: string, count: number): void {
  sums.set(key, (sums.get(key) ?? 0) + count);
}

/** What each column holds: bands in its own row, sex in the row above, once for each block. */
function columnsOf(bands: string[], above: string[], place: string): (Column | undefined)[] {
  let sexe: 0 | 1 | 2 | undefined;
  const columns = bands.map((band, index): Column | undefined => {
    const block = (above[index] ?? "").trim();
    if (/^ensemble/i.test(block)) sexe = 0;
    else if (/^hommes?/i.test(block)) sexe = 1;
    else if (/^femmes?/i.test(block)) sexe = 2;
    const age = firstAgeOf(band);
    if (sexe === undefined || (age === undefined && !/^\s*total/i.test(band))) return undefined;
    return { sexe, age };
  });
  const found = new Set(columns.map((column) => column?.sexe));
  if (!found.has(1) || !found.has(2)) {
    throw new UserError(
      `${place} : les colonnes des hommes et des femmes ne s'y trouvent pas. Ce n'est pas le classeur « par sexe et âge quinquennal » de l'INSEE, ou il a changé de forme.`,
    );
  }
  return columns;
}

function countOf(row: CsvRow, column: string): number {
  const count = row.integer(column);
  if (count === null || count < 0) return row.refuse(column, "n'est pas un effectif");
  return count;
}

function yearOf(row: CsvRow): number {
  const year = row.integer("annee");
  if (year === null || year < 1900 || year > 2100) return row.refuse("annee", "n'est pas une année");
  return year;
}

function yearOfName(name: string): number {
  const years = [...basename(name).matchAll(/(?<!\d)(19|20)\d\d(?!\d)/g)].map(([year]) => Number(year));
  const [year] = years;
  if (years.length === 1 && year !== undefined) return year;
  throw new UserError(
    `Le nom de ${name} ne dit pas de quelle année sont ces affiliés, et rien dans le fichier ne le dit. Ajoutez-la à son nom (rniam_2014.csv).`,
  );
}
