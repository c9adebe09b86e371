import { csvOf, withPlainNumbers } from "./csv.js";
import { fileName } from "./file-name.js";
import { download, pictureScale, pngOf } from "./picture.js";
import { shownData } from "./shown-data.js";
import { tableSvg } from "./table-picture.js";
import { titleOf, type Spec, type VegaView } from "./vega-view.js";

/** What can be taken out of a chart or of a table: what it shows at the moment that it is asked. */
export interface Drawing {
  readonly kind: "chart" | "table";
  readonly title: string;
  png(): Promise<Blob>;
  svg(): Promise<string>;
  /** Saves the rows shown. */
  saveCsv(): void;
  /** A file's name for it, from its title. */
  fileName(extension: string): string;
}

/** A chart or a map, drawn by JupyterLab. */
export function chartDrawing(view: VegaView, spec: Spec): Drawing {
  const title = titleOf(spec);
  const synthetic = String(spec["description"]).includes("SYNTHÉTIQUES");
  const name = (extension: string) => fileName(title, synthetic, extension);
  return {
    kind: "chart",
    title,
    png: async () => (await fetch(await view.toImageURL("png", pictureScale))).blob(),
    svg: () => view.toSVG(),
    saveCsv: () => {
      saveText(csvOf(shownData(view, spec)), name("csv"));
    },
    fileName: name,
  };
}

/** A table of the library. */
export function tableDrawing(root: HTMLElement): Drawing {
  const title = root.querySelector("caption strong")?.textContent.trim() ?? "";
  const synthetic = root.querySelector(".damir-synthetic") !== null;
  const name = (extension: string) => fileName(title || "table", synthetic, extension);
  return {
    kind: "table",
    title,
    png: () => pngOf(tableSvg(root)),
    svg: () => Promise.resolve(tableSvg(root)),
    saveCsv: () => {
      // Where its script runs, the table knows all its rows, sorted and searched, exactly.
      const own = root.querySelector<HTMLButtonElement>(".damir-bar button[title$=CSV]");
      if (own) own.click();
      else saveText(csvOf(withPlainNumbers(cellsOf(root))), name("csv"));
    },
    fileName: name,
  };
}

function saveText(text: string, name: string): void {
  download(new Blob([text], { type: "text/csv;charset=utf-8" }), name);
}

function cellsOf(root: HTMLElement) {
  const texts = (cells: ArrayLike<Element>) =>
    // The small print of a head is its label in the dictionary.
    Array.from(cells, (cell) => (cell.querySelector("span") ?? cell).textContent.trim().replace(/^–$/, ""));
  return {
    columns: texts(root.querySelectorAll("thead th")),
    rows: Array.from(root.querySelectorAll("tbody tr"), ({ children }) => texts(children)),
  };
}
