import type { Config } from "vega-lite";
import { vegaNumberLocale, vegaTimeLocale } from "../french-format.js";

/**
 * Colours of categories, told apart with any colour vision and of 3:1 on white: Okabe and Ito's blue, vermilion, green and purple,
 * the two last ones darkened, then a brown, a violet and a black that stay apart from them.
 * Source: M. Okabe, K. Ito, « Color Universal Design », 2008.
 */
export const categoryColors = ["#0072b2", "#d55e00", "#00805e", "#b0487f", "#5c3300", "#7a6cf0", "#1f2933"];

/** First choice for a single series. */
export const mainColor = "#0072b2";
/** What is compared with the main series, or stands out of it. */
export const contrastColor = "#d55e00";
/** What isn't one of the things compared: « Autres », other years. */
export const otherColor = "#8793a0";
/** Men, women. */
export const sexColors = ["#00805e", "#d55e00"];
/** The same for words, which ask for more contrast than bars. */
export const sexTextColors = ["#00694d", "#a34700"];

export const ink = "#1f2933";
export const quietInk = "#52606d";
const gridColor = "#e4e7eb";

/** Behind months that aren't complete. */
export const incompleteColor = "#f1e9da";

/** Ground and lines of what has no data. */
export const missingColor = "#eef0f2";
export const hatchColor = "#8b95a1";

/** Of a note that generated rows must not be taken for observed ones. */
export const warningColor = "#b3261e";

/** Colours of the lowest and of the highest values. */
export const schemes = {
  sequential: { name: "blues", extent: [0.12, 1] },
  diverging: { name: "purpleorange", extent: [0.05, 0.95] },
} as const;

/** Font of the PNG pictures, which the library brings; on screen the system's stands in where it is missing. */
export const fontFamily = "Source Sans 3";
const font = `'${fontFamily}', system-ui, 'Segoe UI', Roboto, sans-serif`;

/** Width of a chart, in pixels, that fits a notebook cell and a printed page. */
export const defaultWidth = 640;
export const defaultHeight = 340;

/** Look of every chart and map. The locale travels with it, so that axes are French wherever the chart is opened. */
export const theme: Config = {
  font,
  background: "white",
  padding: 10,
  locale: { number: vegaNumberLocale as never, time: vegaTimeLocale as never },
  view: { continuousWidth: defaultWidth, continuousHeight: defaultHeight, stroke: null },
  title: {
    anchor: "start",
    frame: "group",
    fontSize: 17,
    fontWeight: 600,
    color: ink,
    subtitleFontSize: 13,
    subtitleColor: quietInk,
    subtitlePadding: 4,
    offset: 14,
  },
  axis: {
    labelFontSize: 12,
    labelColor: quietInk,
    titleFontSize: 12,
    titleFontWeight: 600,
    titleColor: ink,
    titlePadding: 8,
    domainColor: "#9aa5b1",
    tickColor: "#9aa5b1",
    gridColor,
    labelLimit: 320,
  },
  axisX: { grid: false },
  axisTemporal: { labelOverlap: true, labelSeparation: 8 },
  axisQuantitative: { labelOverlap: true, labelSeparation: 6, tickCount: 6 },
  axisBand: { grid: false },
  legend: {
    labelFontSize: 12,
    labelColor: ink,
    titleFontSize: 12,
    titleFontWeight: 600,
    titleColor: ink,
    titleLimit: 320,
    labelLimit: 260,
  },
  header: { labelFontSize: 12, titleFontSize: 12, labelColor: ink },
  range: { category: categoryColors, ramp: { scheme: "blues" }, heatmap: { scheme: "blues" } },
  bar: { color: mainColor },
  line: { color: mainColor, strokeWidth: 2.5 },
  point: { color: mainColor, filled: true, size: 50 },
  circle: { color: mainColor, size: 50, opacity: 0.75 },
  area: { color: mainColor, opacity: 0.8 },
  rule: { color: quietInk },
  text: { fontSize: 12, color: ink },
};

/** Round values that a legend of sizes shows: about the greatest, a half and a tenth of it. */
export function sizeSteps(values: readonly number[]): number[] {
  const greatest = values.reduce((most, value) => Math.max(most, value), 0);
  const unit = 10 ** Math.floor(Math.log10(greatest));
  if (!Number.isFinite(unit) || unit === 0) return [];
  const top = Math.floor(greatest / unit) * unit;
  return [top, top / 2, unit / 10];
}
