import { existsSync } from "node:fs";
import { join } from "node:path";
import { dataFolder, readCsv } from "damir";
import { quoted } from "../formats/text-source.js";

/** Codes that a note names one by one. */
const mostNamed = 30;

/**
 * Compares the codes of a column, and the label that a file gives each, with the project's list.
 * Nothing is refused for that: code lists live, and rows keep their codes. The notes say what differs.
 */
export class CodeCheck {
  #labels = new Map<string, string>();
  /** Codes that the file itself gives two labels. */
  #ambiguous = new Map<string, string>();

  constructor(
    private readonly column: string,
    /** Our label of each code; a code as the store writes it. */
    private readonly known: ReadonlyMap<string, string>,
  ) {}

  /** Takes the label that stands beside a code. */
  note(code: string, label: string): void {
    const before = this.#labels.get(code);
    if (before === label) return;
    if (before === undefined) this.#labels.set(code, label);
    else if (wordsOf(before) !== wordsOf(label)) this.#ambiguous.set(code, label);
  }

  /**
   * What differs from our list, a French sentence each.
   * @param codes that the rows hold
   */
  notes(codes: Iterable<string>): string[] {
    const unknown: string[] = [];
    const renamed: string[] = [];
    for (const code of codes) {
      const published = this.#labels.get(code);
      const ours = this.known.get(code);
      if (ours === undefined) unknown.push(published === undefined ? code : `${code} ${quoted(published)}`);
      else if (published !== undefined && !sameLabel(published, ours)) {
        renamed.push(`${code} ${quoted(published)} au lieu de ${quoted(ours)}`);
      }
    }
    return [
      ...sentence(unknown, `Codes de ${this.column} absents de notre nomenclature, gardés tels quels`),
      ...sentence(renamed, `Codes de ${this.column} dont le libellé publié n'est pas le nôtre`),
      ...sentence(
        [...this.#ambiguous].map(
          ([code, label]) => `${code} (${quoted(this.#labels.get(code) ?? "")} et ${quoted(label)})`,
        ),
        `Codes de ${this.column} qui ont deux libellés dans le fichier`,
      ),
    ];
  }
}

/** The codes of a list of `data/dictionary/codes-departement/`, as the store writes them, with their labels. */
export function knownCodes(list: string): Map<string, string> {
  const path = join(dataFolder, "dictionary", "codes-departement", `${list}.csv`);
  if (!existsSync(path)) return new Map();
  return new Map(readCsv(path).map((row) => [row["code"] ?? "", row["libelle"] ?? ""]));
}

function sentence(items: string[], what: string): string[] {
  if (items.length === 0) return [];
  const named = items.slice(0, mostNamed).join(", ");
  const others = items.length > mostNamed ? ` et ${items.length - mostNamed} autres` : "";
  return [`${what} : ${named}${others}.`];
}

/** Labels are retyped from one edition to the next: accents, `TOTAL`, a code in front, a misspelt letter or two. */
function sameLabel(published: string, ours: string): boolean {
  const [a, b] = [wordsOf(published), wordsOf(ours)];
  return a === b || (Math.min(a.length, b.length) > 4 && distance(a, b) <= 2);
}

function wordsOf(label: string): string {
  return label
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toUpperCase()
    .replace(/^\s*\d[0-9A-Z]{0,3}\s*-\s*/, "")
    .replace(/^(TOTAL|TOP)\s+/, "")
    .replace(/[^A-Z0-9]/g, "");
}

/** Letters to add, take away or change to go from one word to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const change = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
