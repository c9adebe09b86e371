import type { Feature, MultiPolygon } from "geojson";
import type { Level, TerritoryProperties } from "./contours.js";
import type { Inset } from "./inset.js";
import { missingColor } from "./theme.js";
import { wrapped } from "./wrapped-text.js";

/** A territory with its value; without one where there is no data. */
export type ValuedTerritory = Feature<
  MultiPolygon,
  TerritoryProperties & { valeur?: number; classe?: string }
>;

/** How the values are shown. */
export interface ChoroplethStyle {
  level: Level;
  /** Title of the legend and of the value in tooltips. */
  legend: string;
  /** d3 format of the values. */
  format: string;
  /** Labels of the classes, lowest first. */
  classes: readonly string[];
  /** Vega colour scheme, and the part of it that is used. */
  scheme: { name: string; extent: [number, number] };
}

/** Size of the drawing in pixels; its plane is 613 × 585. */
const width = 560;
const height = 540;

const legendLength = 24;

/** The Vega-Lite view of a choropleth: territories with a value, those without in grey, and the boxes of the insets. */
export function choropleth(
  features: readonly ValuedTerritory[],
  insets: readonly Inset[],
  { level, legend, format, classes, scheme }: ChoroplethStyle,
): Record<string, unknown> {
  const outline = { type: "geoshape", stroke: "white", strokeWidth: level === "region" ? 1 : 0.6 };
  const name = {
    field: "properties.nom",
    type: "nominal",
    title: level === "region" ? "Région" : "Département",
  };
  const valued = features.filter(({ properties }) => properties.valeur !== undefined);
  const missing = features.filter(({ properties }) => properties.valeur === undefined);
  return {
    width,
    height,
    projection: { type: "identity" },
    layer: [
      {
        data: { values: missing.map(noted) },
        mark: { ...outline, fill: missingColor },
        encoding: { tooltip: [name, { field: "properties.note", type: "nominal", title: legend }] },
      },
      {
        data: { values: valued },
        mark: outline,
        encoding: {
          color: {
            field: "properties.classe",
            type: "ordinal",
            scale: { domain: classes, scheme: { ...scheme, count: classes.length } },
            sort: null,
            legend: {
              title: wrapped(legend, legendLength),
              orient: "right",
              // The highest class on top, as on a thermometer.
              values: [...classes].reverse(),
              symbolType: "square",
              symbolSize: 240,
              symbolStrokeWidth: 0,
            },
          },
          tooltip: [name, { field: "properties.valeur", type: "quantitative", title: legend, format }],
        },
      },
      {
        data: { values: insets.map(box) },
        mark: { type: "geoshape", fill: null, stroke: "#9aa5b1", strokeWidth: 0.8 },
      },
      {
        data: { values: insets },
        mark: { type: "text", align: "left", baseline: "top", fontSize: 10, color: "#52606d", dx: 3, dy: 2 },
        encoding: {
          longitude: { field: "x", type: "quantitative" },
          latitude: { field: "y", type: "quantitative" },
          text: { field: "label" },
        },
      },
    ],
  };
}

function noted(territory: ValuedTerritory) {
  return { ...territory, properties: { ...territory.properties, note: "donnée absente" } };
}

/** The frame of an inset, as a line: a polygon would be filled by its outside, being drawn the other way round. */
function box({ x, y, width, height }: Inset) {
  const corners = [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
    [x, y],
  ];
  return { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: corners } };
}
