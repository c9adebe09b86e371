import type { VegaRow } from "./rows.js";

/** Size of the plane that shapes are drawn in. */
const plane = { width: 613, height: 585 };
const most = 8;

/** Size of the view of a map, in pixels, which shows the whole plane. */
export interface MapSize {
  width: number;
  height: number;
}

/** The size of a map of a width. */
export function mapSize(width = 560): MapSize {
  return { width, height: Math.round((width * plane.height) / plane.width) + 6 };
}

function fitOf({ width, height }: MapSize): number {
  return Math.min(width / plane.width, height / plane.height);
}

/** The projection of a map: the whole plane in the view, larger and around another centre where the reader zooms. */
export function mapProjection(size: MapSize, zoomable: boolean): VegaRow {
  const fit = fitOf(size);
  const [zoom, x, y] = zoomable
    ? ["carte_zoom", "carte_centre[0]", "carte_centre[1]"]
    : ["1", plane.width / 2, plane.height / 2];
  return {
    type: "identity",
    scale: { expr: `${fit} * ${zoom}` },
    translate: {
      expr: `[${size.width / 2} - ${fit} * ${zoom} * ${x}, ${size.height / 2} - ${fit} * ${zoom} * ${y}]`,
    },
  };
}

/**
 * The signals of a zoom: a slider under the map (or a double click, back with the capital key held), and a drag of the mouse to
 * move. Vega-Lite binds no selection to a geographic projection, but hands a parameter's `on` over to Vega's signal; two
 * maps side by side share them. The wheel is left to the page, and fingers too: they scroll.
 */
export function zoomParams(size: MapSize): VegaRow[] {
  const fit = fitOf(size);
  const drag = "[mousedown, window:mouseup] > window:mousemove";
  const moved = (axis: "x" | "y", index: number, most: number) =>
    `clamp(carte_prise.centre[${index}] + (carte_prise.${axis} - ${axis}()) / (${fit} * carte_zoom), 0, ${most})`;
  return [
    {
      name: "carte_zoom",
      value: 1,
      bind: { input: "range", min: 1, max: most, step: 0.25, name: "Zoom (puis glissez la carte) : " },
      on: [{ events: "dblclick", update: `event.shiftKey ? 1 : min(${most}, carte_zoom * 1.6)` }],
    },
    {
      name: "carte_prise",
      value: { x: 0, y: 0, centre: [plane.width / 2, plane.height / 2] },
      on: [{ events: "mousedown", update: "{x: x(), y: y(), centre: carte_centre}" }],
    },
    {
      name: "carte_centre",
      value: [plane.width / 2, plane.height / 2],
      on: [
        {
          events: drag,
          update: `carte_zoom > 1 ? [${moved("x", 0, plane.width)}, ${moved("y", 1, plane.height)}] : carte_centre`,
        },
        {
          events: { signal: "carte_zoom" },
          update: `carte_zoom > 1 ? carte_centre : [${plane.width / 2}, ${plane.height / 2}]`,
        },
      ],
    },
  ];
}
