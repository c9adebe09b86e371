import type { Starter } from "./starter.js";

/** What a person asks of the list; an empty string asks for nothing. */
export interface StarterSearch {
  readonly words: string;
  readonly theme: string;
  readonly dataset: string;
}

/** Lower case, without accents: "Dépassements" is found by "depassements". */
export function folded(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/œ/gi, "oe")
    .replace(/[’`]/g, "'")
    .toLowerCase();
}

/**
 * Starters that have every word, in any of their texts, and the theme and dataset asked for. The order is kept.
 * @example findStarters(starters, { words: "medecin age", theme: "", dataset: "population" })
 */
export function findStarters(starters: readonly Starter[], search: StarterSearch): Starter[] {
  const words = folded(search.words).split(/\s+/).filter(Boolean);
  return starters.filter((starter) => {
    if (search.theme !== "" && starter.theme !== search.theme) return false;
    if (search.dataset !== "" && !starter.datasets.includes(search.dataset)) return false;
    const { title, question, theme, level, datasets, keywords } = starter;
    const text = folded([title, question, theme, level, ...datasets, ...keywords].join(" "));
    return words.every((word) => text.includes(word));
  });
}

/** The team's own starters first, then those of the same themes, then the rest; each in its order. */
export function teamFirst(starters: readonly Starter[], team: string): Starter[] {
  const own = starters.filter((starter) => starter.team === team);
  if (team === "" || own.length === 0) return [...starters];
  const themes = new Set(own.map(({ theme }) => theme));
  const rank = (starter: Starter) => (starter.team === team ? 0 : themes.has(starter.theme) ? 1 : 2);
  return [...starters].sort((a, b) => rank(a) - rank(b));
}

/** Values of a field over the starters, once each, in French alphabetical order. */
export function choices(starters: readonly Starter[], field: "theme" | "datasets"): string[] {
  const values = new Set(starters.flatMap((starter) => starter[field]));
  values.delete("");
  return [...values].sort((a, b) => a.localeCompare(b, "fr"));
}
