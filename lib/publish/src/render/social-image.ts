import { Resvg } from "@resvg/resvg-js";
import type { Notebook, NotebookOutput } from "../check/check-report.js";
import { lighterPng } from "./picture.js";
import { pngOf } from "./picture-html.js";

/** Size that social networks show a link's picture at, in pixels. */
export const socialSize = { width: 1200, height: 630 };

const margin = 24;

/** The analysis' drawing: that of the cell tagged `vignette`, as the cards of the lab have it, else the first. */
function chosenPicture({ cells }: Notebook): Uint8Array | undefined {
  const isChosen = (tags: unknown) => Array.isArray(tags) && tags.includes("vignette");
  const chosen = cells.filter(({ metadata }) => isChosen(metadata["tags"]));
  return [...chosen, ...cells]
    .flatMap(({ outputs = [] }): NotebookOutput[] => outputs)
    .map(pngOf)
    .find((png) => png !== undefined);
}

/** The drawing of a notebook on a white ground of the size of a card; undefined where it has none that can be read. */
export function socialImage(notebook: Notebook): Uint8Array | undefined {
  const png = chosenPicture(notebook);
  if (png === undefined) return undefined;
  const { width, height } = socialSize;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff"/><image x="${margin}" y="${margin}" width="${width - 2 * margin}" height="${height - 2 * margin}" href="data:image/png;base64,${Buffer.from(png).toString("base64")}"/></svg>`;
  try {
    return lighterPng(new Uint8Array(new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng()));
  } catch {
    // What a cell called a PNG isn't one.
    return undefined;
  }
}
