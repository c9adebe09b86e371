/** The starter notebooks and their cards. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { root } from "./setup.mjs";

/** Themes by which starters are found, in the order they are shown. */
export const themes = /** @type {const} */ ([
  "Prendre en main",
  "Offre de soins",
  "Dépenses et reste à charge",
  "Territoires",
  "Parcours et prescriptions",
  "Prévention et saisons",
  "Confidentialité",
  "Partager",
]);

/** What `notebooks/<slug>/starter.json` says of a starter. */
export const cardSchema = z.strictObject({
  title: z.string().min(5).max(80),
  /** One sentence that ends with a question mark. */
  question: z.string().max(160).regex(/ \?$/, "doit finir par « ? » précédé d'une espace"),
  theme: z.enum(themes),
  /** Id of the topic that a team takes up; empty for those that are for everyone. */
  team: z.string().regex(/^[a-z]*(-[a-z]+)*$/),
  /** Tables that it reads, by the names of their views; code lists left out. */
  datasets: z.array(z.string().regex(/^[a-z_]+$/)).min(1),
  level: z.enum(["débutant", "intermédiaire", "avancé"]),
  /** Minutes that reading and running it take. */
  minutes: z.int().min(5).max(60),
  keywords: z.array(z.string().min(2)).min(3).max(10),
});

/** @typedef {z.infer<typeof cardSchema>} Card */
/** @typedef {{ slug: string; folder: string; notebook: string; thumbnail: string; card: Card }} Starter */

const folder = join(root, "notebooks");

/**
 * The starters in the order of their numbers.
 * @returns {Starter[]}
 * @throws Error that names the file when a card is missing or isn't right
 */
export function starters() {
  return readdirSync(folder)
    .filter((slug) => existsSync(join(folder, slug, "notebook.ipynb")))
    .sort()
    .map((slug) => {
      const path = join(folder, slug, "starter.json");
      const parsed = cardSchema.safeParse(JSON.parse(readFileSync(path, "utf8")));
      if (!parsed.success) throw new Error(`${path}\n${z.prettifyError(parsed.error)}`);
      return {
        slug,
        folder: join(folder, slug),
        notebook: join(folder, slug, "notebook.ipynb"),
        thumbnail: join(folder, slug, "thumbnail.png"),
        card: parsed.data,
      };
    });
}
