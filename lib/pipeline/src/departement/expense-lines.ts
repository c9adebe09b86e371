import { UserError } from "damir";
import { counted } from "../french-count.js";
import { quoted } from "../formats/text-source.js";
import { CodeCheck, knownCodes } from "./code-check.js";
import { CaisseGeography } from "./caisse-geography.js";
import {
  publishedName,
  readExpenseHeader,
  type ExpenseFamily,
  type ExpenseHeader,
} from "./expense-header.js";
import type { ExpenseColumn } from "./expense-columns.js";
import { quickFrench, scaledFromFrench } from "./french-number.js";
import { Inclusion } from "./inclusion.js";
import { boundsOf, type Bounds } from "./sql-bounds.js";

/** What a column adds up to, computed on the published texts apart from the typed path. */
export interface ExpenseTotal {
  column: ExpenseColumn;
  /** Rows where the column isn't empty. */
  filled: bigint;
  /** Units of 10^-scale for numbers, characters for texts. */
  sum: bigint;
}

/** A text of a column that has few different ones: validated once, then counted. */
interface Seen {
  rows: number;
  /** As it goes to the store; numbers stay as published, for DuckDB to read. */
  stored: string;
  weight: bigint;
}

/** Numbers added before the exact sum takes over: stays far below 2^53. */
const flushEvery = 1_000;
const quickLimit = 9e12;

/**
 * The lines of an R or N file: checks every field, sums every column exactly, and gives the fields that the store keeps,
 * as they were published, separated by `;`.
 */
export class ExpenseLines {
  rows = 0;
  readonly exeSpe = new Inclusion();
  readonly geography = new CaisseGeography();
  #header: ExpenseHeader | undefined;
  #line = 0;
  #blankLine = 0;
  readonly #columns: readonly ExpenseColumn[];
  readonly #checks: (CodeCheck | undefined)[];
  readonly #seen: Map<string, Seen>[];
  readonly #bounds: Bounds[];
  readonly #sums: bigint[];
  readonly #pending: Float64Array;
  readonly #filled: Float64Array;
  readonly #cpam: number;
  readonly #departement: number;
  readonly #exeSpe: [number, number];

  constructor(
    private readonly file: string,
    /** Month of reimbursement, `AAAAMM`: what `rem_date` must say where the file has it. */
    private readonly month: string,
    private readonly family: ExpenseFamily,
  ) {
    const columns = family.columns;
    const at = (name: string) => columns.findIndex((column) => column.name === name);
    this.#columns = columns;
    this.#checks = columns.map((column) =>
      column.codes === undefined ? undefined : new CodeCheck(publishedName(column), knownCodes(column.codes)),
    );
    this.#seen = columns.map(() => new Map<string, Seen>());
    this.#bounds = columns.map(({ sql }) => boundsOf(sql));
    this.#sums = columns.map(() => 0n);
    this.#pending = new Float64Array(columns.length);
    this.#filled = new Float64Array(columns.length);
    this.#cpam = at("cpam");
    this.#departement = at("departement");
    this.#exeSpe = [at("exe_spe"), at("exe_spe1")];
  }

  /**
   * Takes lines in their order, the file's first one included.
   * @returns the rows to type, each ended by LF
   * @throws UserError for whatever can't be kept without loss
   */
  push(lines: readonly string[]): string {
    let typed = "";
    for (const line of lines) {
      this.#line += 1;
      if (!this.#header) {
        if (line !== "") this.#header = readExpenseHeader(line, this.file, this.family);
      } else if (line === "" || line === ";") this.#blankLine ||= this.#line;
      else typed += this.#read(line, this.#header);
    }
    return typed;
  }

  /**
   * Counts and sums, once all lines have been read.
   * @throws UserError when there was no row, or when what is left out of the store can't be found again
   */
  end(): ExpenseTotal[] {
    if (!this.#header) throw new UserError(`${this.file} ne contient rien. Téléchargez-le de nouveau.`);
    if (this.rows === 0) {
      throw new UserError(
        `${this.file} ne contient que ses noms de colonnes, aucune donnée. Téléchargez-le de nouveau.`,
      );
    }
    this.#flush();
    if (this.#header.region >= 0) this.geography.requireRegions(this.file);
    return this.#columns.map((column, index) => {
      if (column.kind === "measure") {
        return { column, filled: BigInt(this.#filled[index] ?? 0), sum: this.#sums[index] ?? 0n };
      }
      let filled = 0n;
      let sum = 0n;
      for (const { rows, weight, stored } of this.#seen[index]?.values() ?? []) {
        if (stored === "") continue;
        filled += BigInt(rows);
        sum += BigInt(rows) * weight;
      }
      return { column, filled, sum };
    });
  }

  /** What the user should know of the codes and of the geography, a French sentence each. */
  notes(): string[] {
    const notes = this.#columns.flatMap((_, index) => {
      const stored = new Set([...(this.#seen[index]?.values() ?? [])].map((seen) => seen.stored));
      stored.delete("");
      return this.#checks[index]?.notes(stored) ?? [];
    });
    if (this.#departement >= 0) notes.push(...this.geography.notes());
    const conflict = this.exeSpe.conflict;
    if (conflict) {
      notes.push(
        `exe_spe1 n'est pas un regroupement de exe_spe dans ce fichier : la spécialité ${conflict.value} est dans ${conflict.other} (ligne ${conflict.otherLine}) et dans ${conflict.group} (ligne ${conflict.line}).`,
      );
    }
    return notes;
  }

  #read(line: string, header: ExpenseHeader): string {
    if (this.#blankLine > 0) {
      throw new UserError(
        `${this.file}, ligne ${this.#blankLine} : ligne vide au milieu du fichier. Téléchargez-le de nouveau.`,
      );
    }
    const fields = line.includes('"') ? splitQuoted(line) : line.split(";");
    const expected = header.names.length;
    if (fields.length === expected + 1 && fields[expected] === "") fields.pop();
    if (fields.length !== expected) {
      const short = fields.length < expected;
      throw new UserError(
        `${this.file}, ligne ${this.#line} : ${counted(fields.length, "champ")} pour ${expected} attendus d'après la première ligne. Le fichier est ${short ? "tronqué ou " : ""}abîmé : téléchargez-le de nouveau.`,
      );
    }
    this.rows += 1;
    if (this.rows % flushEvery === 0) this.#flush();
    const stored: string[] = [];
    for (let index = 0; index < this.#columns.length; index++) {
      const position = header.positions[index] ?? -1;
      const text = position < 0 ? "" : (fields[position] ?? "");
      stored.push(
        this.#columns[index]?.kind === "measure" ? this.#measure(index, text) : this.#code(index, text),
      );
      const label = header.labels[index] ?? -1;
      if (label >= 0) this.#checks[index]?.note(stored[index] ?? "", fields[label] ?? "");
    }
    if (this.#departement >= 0) {
      const departement = this.geography.departement(
        stored[this.#cpam] ?? "",
        stored[this.#departement] ?? "",
        this.#line,
      );
      this.#restore(departement, stored);
      if (header.region >= 0) {
        const label = header.regionLabel < 0 ? "" : (fields[header.regionLabel] ?? "");
        this.geography.noteRegion(departement, fields[header.region] ?? "", label, this.#line);
      }
    }
    this.exeSpe.note(stored[this.#exeSpe[0]] ?? "", stored[this.#exeSpe[1]] ?? "", this.#line);
    if (header.remDate >= 0) this.#requireMonth(fields[header.remDate] ?? "");
    return `${stored.join(";")}\n`;
  }

  /** Counts the département as the store writes it instead of as the file does. */
  #restore(departement: string, stored: string[]): void {
    const index = this.#departement;
    const published = stored[index] ?? "";
    if (published === departement) return;
    const seen = this.#seen[index];
    const before = seen?.get(published);
    if (before) before.rows -= 1;
    const after = seen?.get(departement);
    if (after) after.rows += 1;
    else seen?.set(departement, { rows: 1, stored: departement, weight: BigInt(departement.length) });
    stored[index] = departement;
  }

  #code(index: number, text: string): string {
    const known = this.#seen[index]?.get(text);
    if (known) {
      known.rows += 1;
      return known.stored;
    }
    const seen = this.#firstSeen(index, text);
    this.#seen[index]?.set(text, seen);
    return seen.stored;
  }

  #firstSeen(index: number, published: string): Seen {
    const column = this.#columns[index] as ExpenseColumn;
    const text = published.trim();
    if (text === "") return { rows: 1, stored: "", weight: 0n };
    if (column.kind === "text") {
      if (!/^[\w+.-]+$/.test(text)) this.#refuse(index, published, "n'est pas un code (lettres et chiffres)");
      // A spreadsheet takes the zero off 011, the caisse of the Ain, which then looks like the Aude.
      const stored = column.name === "cpam" ? text.padStart(3, "0") : text;
      return { rows: 1, stored, weight: BigInt(stored.length) };
    }
    if (column.kind === "code" && !/^-?\d+$/.test(text))
      this.#refuse(index, published, "n'est pas un code (nombre entier)");
    const weight = this.#number(index, published);
    return { rows: 1, stored: column.kind === "code" ? weight.toString() : text, weight };
  }

  #measure(index: number, text: string): string {
    if (text === "") return "";
    const quick = quickFrench(text, (this.#columns[index] as ExpenseColumn).scale);
    if (quick >= -quickLimit && quick <= quickLimit) {
      (this.#pending[index] as number) += quick;
      (this.#filled[index] as number) += 1;
      return text;
    }
    const trimmed = text.trim();
    if (trimmed === "") return "";
    this.#sums[index] = (this.#sums[index] ?? 0n) + this.#number(index, text);
    (this.#filled[index] as number) += 1;
    return trimmed;
  }

  #number(index: number, text: string): bigint {
    const { scale, sql } = this.#columns[index] as ExpenseColumn;
    const value = scaledFromFrench(text.trim(), scale);
    if (value === "not-a-number") {
      return this.#refuse(index, text, "n'est pas un nombre écrit comme la CNAM le fait (1.234,56)");
    }
    if (value === "too-many-decimals") {
      return this.#refuse(
        index,
        text,
        `a trop de décimales (${scale} au plus : ${sql}), l'arrondir perdrait de la précision`,
      );
    }
    const { min, max } = this.#bounds[index] as Bounds;
    if (value > max || value < min) return this.#refuse(index, text, `dépasse ce que tient le type ${sql}`);
    return value;
  }

  #requireMonth(text: string): void {
    if (text.trim() === this.month) return;
    throw new UserError(
      `${this.file}, ligne ${this.#line}, champ rem_date : ${quoted(text)}, alors que le nom du fichier dit ${this.month}. Rendez au fichier le nom sous lequel la CNAM le publie.`,
    );
  }

  #refuse(index: number, text: string, fault: string): never {
    const name = publishedName(this.#columns[index] as ExpenseColumn);
    throw new UserError(
      `${this.file}, ligne ${this.#line}, champ ${name} : ${quoted(text)} ${fault}. Rien n'a été importé de ce fichier ; s'il n'a pas été modifié, téléchargez-le de nouveau.`,
    );
  }

  #flush(): void {
    this.#pending.forEach((sum, index) => {
      if (sum !== 0) this.#sums[index] = (this.#sums[index] ?? 0n) + BigInt(sum);
    });
    this.#pending.fill(0);
  }
}

/** The fields of a line where some stand in quotes, doubled inside. */
function splitQuoted(line: string): string[] {
  const fields: string[] = [];
  let field = "";
  let inside = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (character === '"' && inside && line[at + 1] === '"') {
      field += '"';
      at++;
    } else if (character === '"' && (inside || field === "")) inside = !inside;
    else if (character === ";" && !inside) {
      fields.push(field);
      field = "";
    } else field += character;
  }
  fields.push(field);
  return fields;
}
