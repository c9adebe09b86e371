import type { MultiPolygon, Polygon } from "geojson";
import { useShapes } from "./contours.js";
import type { PublishedShape } from "./departement-shapes.js";
import { territories } from "../geography/geography.js";

/** A boundary of the view `contours`. */
export interface ImportedContour {
  /** Code of the département. */
  code: string;
  /** GeoJSON text, in degrees. */
  geometrie: string;
}

/**
 * Draws the maps with the boundaries that were imported (view `contours`), where all 101 départements are among them; else with
 * those that come with the project.
 * @param boundaries of the départements
 * @param credit what their licence asks to say; undefined where none were imported
 */
export function useImportedContours(
  boundaries: readonly ImportedContour[],
  credit: string | undefined,
): void {
  if (credit === undefined) {
    useShapes(undefined);
    return;
  }
  const published = new Map(boundaries.map(({ code, geometrie }) => [code, geometrie]));
  const shapes = territories("departement").flatMap(({ code }): PublishedShape[] => {
    const geometry = published.get(code);
    return geometry === undefined ? [] : [{ code, geometry: JSON.parse(geometry) as Polygon | MultiPolygon }];
  });
  const complete = shapes.length === territories("departement").length;
  useShapes(complete ? shapes : undefined, credit);
}
