/**
 * A number of things as French writes it: the plural begins at two.
 * @param one name of one of them
 * @param many their name from two on: `one` with an s unless said
 * @example counted(1, "fichier"); // "1 fichier"
 * @example counted(1200, "total", "totaux"); // "1 200 totaux"
 */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("fr-FR")} ${number >= 2 ? many : one}`;
}

/**
 * A name after « de »: `de meteo`, `d'open-damir`.
 * @example ofName("accidents"); // "d'accidents"
 */
export function ofName(name: string): string {
  return /^[aeiouyàâéèêëîïôùûœ]/i.test(name) ? `d'${name}` : `de ${name}`;
}
