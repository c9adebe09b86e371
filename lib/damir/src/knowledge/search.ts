import MiniSearch from "minisearch";
import { resultOf, type Result } from "../query/result.js";
import type { StoreTable } from "../store.js";
import { UserError } from "../user-error.js";
import { dictionaryEntries, tableEntries, type Entry } from "./entries.js";
import { stemOf, wordsOf } from "./words.js";

/** What a search finds: one row an answer, best first. */
export interface Found {
  /** What it is: `variable`, `code`, `poste` or `table`. */
  sorte: Entry["sorte"];
  /** Its name in SQL. */
  nom: string;
  libelle: string;
  /** A piece of SQL that uses it: `prs_nat = 1110`. */
  utilisation: string;
  /** Tables that have it. */
  table: string;
}

/** Options of a search. */
export interface SearchOptions {
  /** Answers to give at most; default 50. */
  limit?: number;
  /** Only this kind: `code`, `variable`, `poste` or `table`. */
  sorte?: Entry["sorte"];
}

/** Letters from which a mistake is forgiven. */
const forgiven = 6;

/** Finds entries by their words, without minding accents, case, plurals or a slip of the pen. */
export class SearchIndex {
  readonly #entries: readonly Entry[];
  readonly #index: MiniSearch;

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
    this.#index = new MiniSearch({
      fields: ["nom", "libelle", "synonymes", "variable", "texte"],
      processTerm: stemOf,
      // The parts of a name are indexed too: « res » finds ben_res_reg.
      tokenize: (text) =>
        wordsOf(text).flatMap((word) => (word.includes("_") ? [word, ...word.split("_")] : [word])),
      searchOptions: {
        tokenize: wordsOf,
        boost: { nom: 6, libelle: 3, synonymes: 4, variable: 0.5, texte: 0.4 },
        boostDocument: (id) => entries[id as number]?.poids ?? 1,
        prefix: (term) => !/^\d+$/.test(term),
        fuzzy: (term) => (/^[a-z]+$/.test(term) && term.length >= forgiven ? 0.2 : false),
      },
    });
    this.#index.addAll(entries.map((entry, id) => ({ id, ...entry })));
  }

  /** Entries that have all the words; where none does, those that have some of them. */
  find(text: string, accept: (entry: Entry) => boolean = () => true): Entry[] {
    for (const combineWith of ["AND", "OR"] as const) {
      const found = this.#index
        .search(text, { combineWith })
        .flatMap(({ id }) => this.#entries[id as number] ?? [])
        .filter(accept);
      if (found.length > 0) return found;
    }
    return [];
  }
}

let dictionary: SearchIndex | undefined;
const connected = new WeakMap<ReadonlyMap<string, StoreTable>, { size: number; index: SearchIndex }>();

/** The index of the dictionary, with the tables of a connection where there is one. Making it takes some 50 ms, once. */
export function searchIndex(tables?: ReadonlyMap<string, StoreTable>): SearchIndex {
  if (!tables) return (dictionary ??= new SearchIndex(dictionaryEntries()));
  const known = connected.get(tables);
  if (known?.size === tables.size) return known.index;
  const index = new SearchIndex([...dictionaryEntries(), ...tableEntries(tables)]);
  connected.set(tables, { size: tables.size, index });
  return index;
}

/**
 * Looks for words in everything the dictionary knows: variables, codes and their labels, postes de soins, tables. Accents, capitals,
 * plurals and a slip of the pen don't matter, and the beginning of a word is enough.
 *
 * @param text words, the beginning of one (`kiné`), a code (`1110`) or a name (`BEN_RES_REG`)
 * @param tables tables of a connection, which `damir.search` gives
 * @returns a table of what was found, best first; empty where nothing was
 * @example
 * search("kinésithérapeute");
 * @throws UserError when there is nothing to look for
 */
export function search(
  text: string,
  { limit = 50, sorte }: SearchOptions = {},
  tables?: ReadonlyMap<string, StoreTable>,
): Result<Found> {
  if (typeof text !== "string" || wordsOf(text).length === 0) {
    throw new UserError(
      'Dites ce que vous cherchez : un mot, un code ou un nom, par exemple search("kiné").',
    );
  }
  const found = searchIndex(tables).find(text, (entry) => sorte === undefined || entry.sorte === sorte);
  return resultOf(
    found
      .slice(0, limit)
      .map(({ sorte, nom, libelle, utilisation, table }) => ({ sorte, nom, libelle, utilisation, table })),
    [],
  );
}
