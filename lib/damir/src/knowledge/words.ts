import { plain } from "../query/nearest-names.js";

/** A text in lower case and without accents, as searches compare it. */
export function folded(text: string): string {
  return plain(text).replaceAll("œ", "oe");
}

/** The words of a text, folded. An identifier such as `ben_res_reg` is one word. */
export function wordsOf(text: string): string[] {
  return folded(text).match(/[a-z0-9]+(?:_[a-z0-9]+)*/g) ?? [];
}

/** Words that say nothing of a text's subject. */
const emptyWords = new Set(
  "a au aux avec ce ces d dans de des du en est et hors il l la le les leur ne on ou par pas pour qu que qui s se ses son sur un une".split(
    " ",
  ),
);

/**
 * Endings that a profession, its practice and its adjective don't share: kinésithérapeute, kinésithérapie. Longest first, and
 * written as {@link sounded} leaves them.
 */
const endings = [
  "eutique",
  "isement",
  "istique",
  "ation",
  "ement",
  "icale",
  "iene",
  "trice",
  "aire",
  "eute",
  "euse",
  "iere",
  "ical",
  "ique",
  "isme",
  "iste",
  "eur",
  "ien",
  "ier",
  "ee",
  "er",
  "ie",
  "ue",
  "e",
] as const;

/** What is left of a word has at least that many letters. */
const shortestStem = 4;

/** A folded word without the letters that one doesn't hear, where slips are made: `th`, `ph`, `rh`, `y`, doubled letters. */
function sounded(word: string): string {
  return word
    .replaceAll("ph", "f")
    .replace(/([tr])h/g, "$1")
    .replaceAll("y", "i")
    .replace(/([a-z])\1/g, "$1");
}

/**
 * The part of a folded word that its family shares: `consultations` and `consultation`, `généraliste` and `générale`. Identifiers and
 * numbers stay whole.
 * @returns null for a word without meaning of its own
 */
export function stemOf(word: string): string | null {
  if (emptyWords.has(word)) return null;
  if (!/^[a-z]+$/.test(word)) return word;
  const singular = sounded(word.length > shortestStem && /[sx]$/.test(word) ? word.slice(0, -1) : word);
  const ending = endings.find(
    (end) => singular.endsWith(end) && singular.length - end.length >= shortestStem,
  );
  return ending === undefined ? singular : singular.slice(0, -ending.length);
}
