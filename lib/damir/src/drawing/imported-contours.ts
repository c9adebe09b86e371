import type { DuckDBConnection } from "@duckdb/node-api";
import type { MultiPolygon, Polygon } from "geojson";
import { useShapes } from "./contours.js";
import type { PublishedShape } from "./departement-shapes.js";
import { territories } from "../geography/geography.js";

/**
 * Draws the maps with the boundaries that were imported (view `contours`), where all 101 départements are among them; else with
 * those that come with the project.
 * @param credit what their licence asks to say; undefined where none were imported
 */
export async function useImportedContours(
  connection: DuckDBConnection,
  credit: string | undefined,
): Promise<void> {
  if (credit === undefined) {
    useShapes(undefined);
    return;
  }
  const reader = await connection.runAndReadAll(
    "SELECT code, geometrie FROM contours WHERE niveau = 'departement'",
  );
  const published = new Map(reader.getRows().map(([code, geometry]) => [String(code), String(geometry)]));
  const shapes = territories("departement").flatMap(({ code }): PublishedShape[] => {
    const geometry = published.get(code);
    return geometry === undefined ? [] : [{ code, geometry: JSON.parse(geometry) as Polygon | MultiPolygon }];
  });
  const complete = shapes.length === territories("departement").length;
  useShapes(complete ? shapes : undefined, credit);
}
