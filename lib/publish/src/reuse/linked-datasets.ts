import type { Catalogue } from "@atelier-damir/pipeline";
import type { LinkedDataset } from "./card.js";

/**
 * The datasets of data.gouv.fr behind the tables that an analysis read.
 * @param tables their names
 * @returns those to link, without repetition, and the titles of those published elsewhere, that a page cites and a card can't link
 */
export function linkedDatasets(
  tables: Iterable<string>,
  catalogue: Catalogue,
): { linked: LinkedDataset[]; elsewhere: string[] } {
  const read = new Set(tables);
  const linked: LinkedDataset[] = [];
  const elsewhere: string[] = [];
  for (const { titre, datagouv, tables: published } of catalogue.values()) {
    if (!published.some(({ nom }) => read.has(nom))) continue;
    // The identifier stays when a dataset is renamed.
    const name = datagouv?.id ?? datagouv?.slug;
    if (name === undefined) elsewhere.push(titre);
    else linked.push({ title: titre, name });
  }
  return { linked, elsewhere };
}
