import { distance } from "fastest-levenshtein";

/** A name that can be written, and what it means. */
export interface KnownName {
  name: string;
  /** Its French label; empty where it has none. */
  label: string;
}

/** Text without accents nor capitals: how people search. */
export function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase();
}

/**
 * The names that someone who wrote another one may have meant, nearest first: few letters away, or with its words in their label.
 *
 * @example
 * nearestNames("prs_natt", [{ name: "prs_nat", label: "Nature de Prestation" }]); // [{ name: "prs_nat", … }]
 */
export function nearestNames<T extends KnownName>(written: string, known: readonly T[], most = 5): T[] {
  const wanted = plain(written);
  const words = wanted.split(/[^a-z0-9]+/).filter((word) => word.length > 3);
  return known
    .map((candidate) => {
      const letters = lettersApart(wanted, plain(candidate.name));
      const label = plain(candidate.label);
      const found = words.filter((word) => label.includes(word)).length;
      const inWords = words.length > 0 ? 1 - found / words.length : 1;
      // A quarter of the letters wrong counts as much as a quarter of the words not found.
      return { candidate, score: Math.min(letters, inWords + 0.05) };
    })
    .filter(({ score }) => score <= 0.4)
    .sort((a, b) => a.score - b.score)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** The share of a name's letters that differ from another, or from one of its words: `acte` is near `act_dnb`. */
function lettersApart(written: string, name: string): number {
  const length = Math.max(written.length, 1);
  const words = name.split("_").filter((word) => word.length > 2);
  const nearest = Math.min(...words.map((word) => distance(written, word)));
  // A name that is cut short, as « pop » for « population ».
  const begun = written.length >= 3 && name.startsWith(written) ? 0.3 : 1;
  return Math.min(distance(written, name) / length, nearest / length + 0.1, begun);
}
