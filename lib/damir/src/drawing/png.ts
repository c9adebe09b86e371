import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import type { TopLevelSpec } from "vega-lite";
import { fontFamily } from "./theme.js";

const require = createRequire(import.meta.url);
const fontFiles = ["400Regular/SourceSans3_400Regular.ttf", "600SemiBold/SourceSans3_600SemiBold.ttf"].map(
  (file) => require.resolve(`@expo-google-fonts/source-sans-3/${file}`),
);

/** Pixels of the picture for one of the chart: sharp on dense screens and in print. */
const scale = 2;

/** A picture of a chart. */
export interface Picture {
  /** PNG bytes. */
  png: Buffer;
  /** Size to show it at, in CSS pixels. */
  width: number;
  height: number;
}

let tools: Promise<{ vega: typeof import("vega"); vegaLite: typeof import("vega-lite") }> | undefined;

/** Vega is loaded with the first picture, and told the real widths of the font: without a canvas it only guesses them. */
async function loadTools() {
  const [vega, vegaLite, { openSync }] = await Promise.all([
    import("vega"),
    import("vega-lite"),
    import("fontkit"),
  ]);
  const [regular, semiBold] = fontFiles.map((file) => {
    const opened = openSync(file);
    if (opened.type !== "TTF") throw new Error(`${file} is not a single font`);
    return opened;
  });
  if (!regular || !semiBold) throw new Error("the chart's fonts are missing");
  const widths = new Map<string, number>();
  (vega as unknown as { textMetrics: TextMetrics }).textMetrics.width = (item, text) => {
    const shown = text === null || text === undefined ? "" : `${text}`.trim();
    const bold = Number(item.fontWeight) >= 600 || item.fontWeight === "bold";
    const key = `${bold} ${shown}`;
    let width = widths.get(key);
    if (width === undefined) {
      const used = bold ? semiBold : regular;
      width = used.layout(shown).advanceWidth / used.unitsPerEm;
      if (widths.size >= 10_000) widths.clear();
      widths.set(key, width);
    }
    const full = width * Number(item.fontSize ?? 11);
    return item.limit !== undefined && item.limit > 0 ? Math.min(full, item.limit) : full;
  };
  return { vega, vegaLite };
}

/** Vega's hook for text widths; its types leave it out. */
interface TextMetrics {
  width: (
    item: { fontSize?: unknown; fontWeight?: unknown; limit?: number },
    text: string | number | null | undefined,
  ) => number;
}

/**
 * Draws a Vega-Lite chart without a browser.
 * @throws Error with Vega's own words when the specification can't be drawn
 */
export async function pictureOf(spec: TopLevelSpec): Promise<Picture> {
  tools ??= loadTools();
  const { vega, vegaLite } = await tools;
  const logger = vega.logger(vega.Error);
  const compiled = vegaLite.compile(spec, { logger }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logger });
  const svg = await view.toSVG().finally(() => view.finalize());
  const resvg = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: fontFamily },
  });
  const image = resvg.render();
  return { png: image.asPng(), width: image.width / scale, height: image.height / scale };
}
