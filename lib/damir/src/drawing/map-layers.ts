import type { Shape } from "./contours.js";
import { clickable, tooltip } from "./forms/form.js";
import { hatching } from "./hatching.js";
import type { Inset } from "./inset.js";
import type { VegaRow } from "./rows.js";
import type { MapSize } from "./zoom.js";
import { hatchColor, mainColor, missingColor, quietInk } from "./theme.js";
import { wrapped } from "./wrapped-text.js";

/** What a map shows of its territories. */
export interface MapLook {
  /** « Département », « Région ». */
  territory: string;
  /** What the value is called in tooltips. */
  legend: string;
  /** Title of the legend, with the unit. */
  title: string;
  /** Width of the lines between territories. */
  outline: number;
}

/** Letters on a line of a legend. */
const legendLength = 24;

/** Square with three oblique lines, for the legend of absent data. */
const hatchedSquare = "M-1,-1H1V1H-1ZM-1,0L0,-1M-1,1L1,-1M0,1L1,0";

/** The layers of a choropleth: its rows, each drawn as its territory. */
export function choroplethLayers(
  values: readonly VegaRow[],
  shapes: readonly Shape[],
  { territory, legend, title, outline }: MapLook,
  { classes, scheme, filters }: { classes: readonly string[]; scheme: object; filters: readonly VegaRow[] },
): VegaRow[] {
  const drawn = shapes.map(({ type, properties, geometry }) => ({ id: properties.code, type, geometry }));
  return [
    {
      data: { values },
      transform: [
        ...filters,
        { lookup: "code", from: { data: { values: drawn }, key: "id", fields: ["type", "geometry"] } },
      ],
      name: clickable,
      mark: { type: "geoshape", stroke: "white", strokeWidth: outline, clip: true },
      encoding: {
        color: {
          field: "classe",
          type: "ordinal",
          scale: { domain: classes, scheme: { ...scheme, count: classes.length } },
          sort: null,
          legend: {
            title: wrapped(title, legendLength),
            orient: "right",
            // The highest class on top, as on a thermometer.
            values: [...classes].reverse(),
            symbolType: "square",
            symbolSize: 240,
            symbolStrokeWidth: 0,
          },
        },
        tooltip: tooltip(["nom", territory], ["texte", legend]),
      },
    },
  ];
}

/** The layers of proportional circles, over territories in grey. */
export function circleLayers(
  values: readonly VegaRow[],
  shapes: readonly Shape[],
  { territory, legend, title, outline }: MapLook,
  { labelExpr, sizes, filters }: { labelExpr: string; sizes: readonly number[]; filters: readonly VegaRow[] },
): VegaRow[] {
  return [
    {
      data: { values: shapes.map(({ type, geometry }) => ({ type, geometry })) },
      mark: { type: "geoshape", fill: "#e3e7eb", stroke: "white", strokeWidth: outline, clip: true },
    },
    {
      data: { values },
      transform: [...filters],
      name: clickable,
      mark: {
        type: "circle",
        color: mainColor,
        opacity: 0.68,
        stroke: "white",
        strokeWidth: 0.8,
        clip: true,
      },
      encoding: {
        longitude: { field: "x", type: "quantitative" },
        latitude: { field: "y", type: "quantitative" },
        size: {
          field: "valeur",
          type: "quantitative",
          // From zero, so that areas are proportional to values.
          scale: { type: "linear", zero: true, range: [0, 1600] },
          legend: {
            title: wrapped(title, legendLength),
            labelExpr,
            values: sizes,
            symbolFillColor: mainColor,
            symbolStrokeWidth: 0,
          },
        },
        tooltip: tooltip(["nom", territory], ["texte", legend]),
      },
    },
  ];
}

/** The layers of territories without data: hatched, with their legend. */
export function missingLayers(missing: readonly Shape[], { territory, legend, outline }: MapLook): VegaRow[] {
  if (missing.length === 0) return [];
  const note = "donnée absente";
  const values = missing.map(({ type, properties, geometry }) => ({
    type,
    geometry,
    nom: properties.nom,
    texte: note,
  }));
  return [
    {
      data: { values },
      mark: {
        type: "geoshape",
        fill: missingColor,
        stroke: hatchColor,
        strokeWidth: Math.max(0.6, outline / 2),
        clip: true,
      },
      encoding: { tooltip: tooltip(["nom", territory], ["texte", legend]) },
    },
    {
      data: { values: [hatching(missing)] },
      mark: { type: "geoshape", filled: false, strokeWidth: 1.1, clip: true, tooltip: null },
      encoding: {
        stroke: {
          datum: note,
          type: "nominal",
          scale: { domain: [note], range: [hatchColor] },
          legend: {
            title: null,
            symbolType: hatchedSquare,
            symbolSize: 240,
            symbolStrokeWidth: 1.1,
            orient: "right",
          },
        },
      },
    },
  ];
}

/** The boxes that hold territories away from their place, with their names. */
export function insetLayers(insets: readonly Inset[], { width }: MapSize): VegaRow[] {
  return [
    {
      data: { values: insets.map(box) },
      mark: { type: "geoshape", fill: null, stroke: "#9aa5b1", strokeWidth: 0.8, clip: true },
    },
    {
      data: { values: insets },
      mark: {
        type: "text",
        align: "left",
        baseline: "top",
        // Names are to stay within their boxes on a narrow map.
        fontSize: width < 480 ? 8 : 10,
        color: quietInk,
        dx: 3,
        dy: 2,
        clip: true,
      },
      encoding: {
        longitude: { field: "x", type: "quantitative" },
        latitude: { field: "y", type: "quantitative" },
        text: { field: "label" },
      },
    },
  ];
}

/** The frame of an inset, as a line: a polygon would be filled by its outside, being drawn the other way round. */
function box({ x, y, width, height }: Inset) {
  const coordinates = [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
    [x, y],
  ];
  return { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } };
}
