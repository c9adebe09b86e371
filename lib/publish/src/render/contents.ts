import type { ClosingPart } from "./closing-parts.js";
import { escaped } from "./markup.js";
import type { Heading } from "./markdown.js";

/** The list of contents: the notebook's parts and sub-parts, then what stands at the end of every page. */
export function contentsHtml(headings: readonly Heading[], closing: readonly ClosingPart[]): string {
  const own = headings
    .filter(({ level }) => level <= 3)
    .map(({ id, level, text }) => `<li class="n${level}"><a href="#${id}">${text}</a></li>`);
  const last = closing.map(({ id, title }) => `<li class="n2"><a href="#${id}">${escaped(title)}</a></li>`);
  return `<nav class="sommaire" aria-label="Sommaire"><details open><summary>Sommaire</summary><ul>${own.join("")}</ul><ul>${last.join("")}</ul></details></nav>`;
}
