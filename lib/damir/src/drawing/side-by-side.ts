import { composite, type LayoutOptions } from "./composite.js";
import { Drawing } from "./drawing.js";
import { besideEachOther } from "./linked-views.js";

/**
 * Puts drawings side by side, each with its own scales and title. Choices on the same column become one: a drop-down
 * drives them all. A selection of one, such as a stretch brushed with the mouse, may filter another: it names it (`{ filter: { param } }`).
 *
 * @example
 * const population = await damir.sql`
 *   SELECT departement, sum(population) AS habitants FROM population WHERE annee = 2024 GROUP BY departement`;
 * const medecins = await damir.sql`
 *   SELECT departement, sum(effectif) AS medecins FROM medecins WHERE annee = 2024 GROUP BY departement`;
 * sideBySide(
 *   map(population, { title: "Habitants", style: "circles" }),
 *   map(medecins, { title: "Médecins", style: "circles" }),
 *   { title: "Où sont les gens, où sont les médecins" },
 * );
 * @throws UserError when there are fewer than two drawings
 */
export function sideBySide(...parts: [...drawings: Drawing[], options: LayoutOptions] | Drawing[]): Drawing {
  const last = parts.at(-1);
  const options = last === undefined || last instanceof Drawing ? {} : last;
  const drawings = parts.flatMap((part) => (part instanceof Drawing ? [part] : []));
  return composite("Côte à côte", drawings, options, besideEachOther(drawings.map(({ view }) => view)));
}
