/**
 * Name of a file made from a drawing, such as `rembourse-par-mois.png`.
 * @param title title of the drawing
 * @param synthetic whether it shows generated rows: its name says so wherever it goes
 */
export function fileName(title: string, synthetic: boolean, extension: string): string {
  const slug = title
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/œ/g, "oe")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "")
    .slice(0, 60)
    .replace(/-$/, "");
  return `${synthetic ? "donnees-synthetiques-" : ""}${slug || "sans-titre"}.${extension}`;
}
