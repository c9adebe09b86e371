import type { Catalogue } from "@atelier-damir/pipeline";
import type { Notebook, ReadSource } from "../check/check-report.js";
import type { NotebookIdentity } from "../check/notebook-identity.js";
import { readTexts } from "../notebook-text.js";

/** Beyond, a description is no longer read. */
const mostReadings = 6;

/**
 * The description of an analysis for its card and the site's list, in markdown: question, method, what it shows, limits, sources, as the
 * notebook says them.
 */
export function cardDescription(
  notebook: Notebook,
  sources: readonly ReadSource[],
  { author, licence }: NotebookIdentity,
): string {
  const { question, parts, readings, limits } = readTexts(notebook);
  const method = [
    ...(parts.length === 0 ? [] : [sentence(parts.join(" ; "))]),
    "Calculs en SQL et en TypeScript dans un notebook de l'Atelier DAMIR : la page en donne le code et le fichier, pour les refaire ou les changer.",
  ].join(" ");
  const seen = readings.slice(0, mostReadings);
  return [
    ...(question === undefined ? [] : [sentence(question)]),
    `**Méthode.** ${method}`,
    ...(seen.length === 0
      ? []
      : [`**Ce qu'on voit.**\n\n${seen.map((text) => `- ${oneLine(text)}`).join("\n")}`]),
    ...(limits === undefined ? [] : [`**Limites.**\n\n${limits}`]),
    ...(sources.length === 0 ? [] : [`**Sources.**\n\n${sources.map(sourceLine).join("\n")}`]),
    [author, licence].filter((text) => text !== undefined).join(". "),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

/** What the list of a site says of an analysis, in markdown: its question, and what it shows first. */
export function listText(notebook: Notebook): string {
  const { question, readings } = readTexts(notebook);
  return [question, readings[0]].flatMap((text) => (text === undefined ? [] : [sentence(text)])).join("\n\n");
}

/** Key words of a card: what all analyses are about, and the datasets that this one read. */
export function cardTags(
  sources: readonly ReadSource[],
  catalogue: Catalogue,
  own: readonly string[],
): string[] {
  const read = new Set(sources.map(({ table }) => table));
  const datasets = [...catalogue].filter(([, { tables }]) => tables.some(({ nom }) => read.has(nom)));
  return [...new Set([...own, "assurance-maladie", "depenses-de-sante", ...datasets.map(([id]) => id)])];
}

function sourceLine({ title, url, producer, licence, updated, readOn }: ReadSource): string {
  const name = url === undefined ? title : `[${title}](${url})`;
  const date = updated === undefined ? `lue le ${readOn}` : `mise à jour du ${updated}`;
  return `- ${name}, ${producer}, ${date}, ${licence}`;
}

/** A text as it stands alone: with its capital and its full stop. */
function sentence(text: string): string {
  const line = oneLine(text);
  return `${line.charAt(0).toLocaleUpperCase("fr")}${line.slice(1)}${/[.!?…]$/.test(line) ? "" : "."}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
