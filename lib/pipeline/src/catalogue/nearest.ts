import { distance } from "fastest-levenshtein";

/** Wrong letters that leave a name recognisable. */
const mostMistakes = 3;

/**
 * The name that someone who typed another one most likely meant.
 * @returns undefined where none is near
 * @example nearest("open-dammir", ["open-damir", "meteo"]); // "open-damir"
 */
export function nearest(typed: string, names: Iterable<string>): string | undefined {
  const [best] = [...names]
    .map((name) => ({ name, mistakes: distance(plain(typed), plain(name)) }))
    .sort((a, b) => a.mistakes - b.mistakes);
  if (!best) return undefined;
  return best.mistakes <= Math.min(mostMistakes, Math.floor(best.name.length / 2)) ? best.name : undefined;
}

/** Accents, case and separators are no mistakes. */
function plain(name: string): string {
  return name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");
}
