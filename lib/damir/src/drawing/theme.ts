import type { Config } from "vega-lite";
import { vegaNumberLocale, vegaTimeLocale } from "../french-format.js";

/** Colours of categories: Okabe and Ito's set, told apart with any colour vision, darkened for 3:1 on white. */
export const categoryColors = ["#0072b2", "#d55e00", "#00805e", "#b0487f", "#8a6d00", "#3b8ac4", "#555555"];

/** First choice for a single series. */
export const mainColor = "#0072b2";

const ink = "#1f2933";
const quietInk = "#52606d";
const gridColor = "#e4e7eb";

/** Where there is no data. */
export const missingColor = "#d9dde2";

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
  axisQuantitative: { labelOverlap: true, labelSeparation: 6 },
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
