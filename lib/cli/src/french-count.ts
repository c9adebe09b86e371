/** A number of things as French writes it: `1 fichier`, `1 000 lignes`. */
export function counted(number: number, thing: string): string {
  return `${number.toLocaleString("fr-FR")} ${thing}${number >= 2 ? "s" : ""}`;
}
