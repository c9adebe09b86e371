import { geoPath } from "d3-geo";
import type { Feature, FeatureCollection, MultiPolygon } from "geojson";
import { feature, merge } from "topojson-client";
import { topology } from "topojson-server";
import { presimplify, simplify } from "topojson-simplify";
import type { GeometryCollection, MultiPolygon as TopoMultiPolygon, Topology } from "topojson-specification";
import { drawnShapes, projectedShapes, type CodedRings, type PublishedShape } from "./departement-shapes.js";
import {
  outreMerBoxes,
  outreMerTogether,
  petiteCouronne,
  petiteCouronneBox,
  placement,
  type Inset,
} from "./inset.js";
import { nesting, territories } from "../geography/geography.js";
import type { Point } from "./svg-path.js";

/**
 * Level of a map, named as the column of its codes: the 101 départements, the 18 régions of INSEE, or the 13 region groups of
 * Open DAMIR (93 with Corse, 5 for the outre-mer).
 */
export type Level = "departement" | "region" | "ben_res_reg";

/** What a territory carries on a map. */
interface TerritoryProperties {
  /** `01`, `2A`, `971` for a département; `84`, `94`, `01` for a région; `11`, `93`, `5` for a group. */
  code: string;
  nom: string;
}

/** A territory's shape: both of them for those that are drawn again, enlarged. */
export type Shape = Feature<MultiPolygon, TerritoryProperties>;

/** Shapes in a plane of about 613 × 585, y downwards: draw them with the `identity` projection. */
export interface Contours {
  shapes: Shape[];
  /** Where the symbol of each territory stands, by code: in the middle of its largest part, the enlarged one where it is drawn twice. */
  middles: ReadonlyMap<string, Point>;
  insets: Inset[];
  /** Box of the symbols of a territory that gathers what is drawn in several boxes: it has nothing else in it. */
  symbolInset?: Inset;
  /** Codes of the territories overseas, which are drawn in boxes. */
  outreMer: ReadonlySet<string>;
  /** What the licence of the shapes asks to say under the map. */
  credit: string;
}

/** Vertices of neighbours differ by up to 0.05 in the drawing (rounded separately); real details are ten times larger. */
const snapDistance = 0.1;

/** Details below this area, in square units of the drawing, don't show on a screen. */
const simplifiedArea = 0.25;

const cache = new Map<Level, Contours>();

/** What the licences of the drawn shapes ask for, wherever the map goes. */
const drawnCredit = "Contours : @svg-maps (CC BY 4.0), Natural Earth";

let imported: { shapes: CodedRings[]; credit: string } | undefined;

/**
 * Draws the maps with other shapes than those that come with the project, from now on.
 * @param shapes one a département, all 101; undefined to come back to the project's own
 * @param credit what their licence asks to say
 */
export function useShapes(shapes: readonly PublishedShape[] | undefined, credit = ""): void {
  if (!shapes && !imported) return;
  imported = shapes && { shapes: projectedShapes(shapes), credit };
  cache.clear();
}

/** The shapes of a level. They are prepared once, then kept. */
export function contours(level: Level): Contours {
  let prepared = cache.get(level);
  if (!prepared) {
    prepared = level === "departement" ? departementContours() : mergedContours(level);
    cache.set(level, prepared);
  }
  return prepared;
}

function outreMerInsets(): Inset[] {
  return territories("departement").flatMap(({ code, nom }) => {
    const box = outreMerBoxes[code];
    return box ? [{ label: nom, ...box }] : [];
  });
}

function departementContours(): Contours {
  const shapes = departementTopology();
  const drawn = (feature(shapes, shapes.objects.departements).features as Shape[]).map(rounded);
  const enlarged = drawn.filter(({ properties }) => petiteCouronne.has(properties.code));
  const again = new Map(
    fitted(enlarged, petiteCouronneBox).map((shape) => [shape.properties.code, rounded(shape)]),
  );
  return {
    shapes: drawn.map((shape) => {
      const other = again.get(shape.properties.code);
      if (!other) return shape;
      const coordinates = [...shape.geometry.coordinates, ...other.geometry.coordinates];
      return { ...shape, geometry: { type: "MultiPolygon", coordinates } };
    }),
    middles: middlesOf(drawn.map((shape) => again.get(shape.properties.code) ?? shape)),
    insets: [petiteCouronneBox, ...outreMerInsets()],
    outreMer: new Set(Object.keys(outreMerBoxes)),
    credit: imported?.credit ?? drawnCredit,
  };
}

function mergedContours(level: Exclude<Level, "departement">): Contours {
  const shapes = departementTopology();
  const place = nesting("departement", level);
  const merged = territories(level).map(({ code, nom }): Shape => {
    const members = shapes.objects.departements.geometries.filter(
      ({ properties }) => place.get(codeOf(properties))?.code === code,
    ) as TopoMultiPolygon[];
    return { type: "Feature", properties: { code, nom }, geometry: merge(shapes, members) };
  });
  const drawn = merged.map(withoutSeams).map(rounded);
  const middles = middlesOf(drawn);
  const outreMer = new Set(Object.keys(outreMerBoxes).flatMap((code) => place.get(code)?.code ?? []));
  const [together] = outreMer.size === 1 ? outreMer : [];
  if (together !== undefined) middles.set(together, middleOf(outreMerTogether));
  return {
    shapes: drawn,
    middles,
    insets: outreMerInsets(),
    ...(together === undefined ? {} : { symbolInset: outreMerTogether }),
    outreMer,
    credit: imported?.credit ?? drawnCredit,
  };
}

/** The middle of a box, under its label. */
function middleOf({ x, y, width, height }: Inset): Point {
  return [x + width / 2, y + height / 2 + 5];
}

function middlesOf(shapes: readonly Shape[]): Map<string, Point> {
  const path = geoPath();
  return new Map(
    shapes.map(({ properties, geometry }) => {
      const parts = geometry.coordinates.map((coordinates) => ({ type: "Polygon" as const, coordinates }));
      const largest = parts.reduce((most, part) => (path.area(part) > path.area(most) ? part : most));
      return [properties.code, path.centroid(largest)];
    }),
  );
}

/**
 * Leaves out the marks of départements drawn apart. No region surrounds another: the holes of a merged one are cracks; its parts
 * within another of its parts are where two départements overlap.
 */
function withoutSeams(territory: Shape): Shape {
  const outers = territory.geometry.coordinates.map(([outer = []]) => outer as Point[]);
  const kept = outers.filter(
    (ring) =>
      !outers.some((other) => other.length > ring.length && ring.every((point) => isInside(point, other))),
  );
  return { ...territory, geometry: { type: "MultiPolygon", coordinates: kept.map((outer) => [outer]) } };
}

/** True where a line from the point to the right leaves the ring once more than it enters it; its vertices count as inside. */
function isInside([x, y]: Point, ring: readonly Point[]): boolean {
  if (ring.some((vertex) => vertex[0] === x && vertex[1] === y)) return true;
  const crossed = ring.slice(1).filter(([x2, y2], index) => {
    const [x1, y1] = ring[index] ?? [x2, y2];
    return y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1);
  });
  return crossed.length % 2 === 1;
}

type DepartementTopology = Topology<{ departements: GeometryCollection<TerritoryProperties> }>;

function codeOf(properties: object | undefined): string {
  return (properties as TerritoryProperties | undefined)?.code ?? "";
}

/** All départements with shared borders, so that they can be simplified and merged without gaps. */
function departementTopology(): DepartementTopology {
  const names = new Map(territories("departement").map(({ code, nom }) => [code, nom]));
  const snap = snapper(snapDistance);
  const features: Shape[] = (imported?.shapes ?? drawnShapes()).map(({ code, rings }) => ({
    type: "Feature",
    properties: { code, nom: names.get(code) ?? code },
    geometry: {
      type: "MultiPolygon",
      coordinates: rings.map((ring) => [closed(ring.map(snap))]),
    },
  }));
  const collection: FeatureCollection<MultiPolygon, TerritoryProperties> = {
    type: "FeatureCollection",
    features,
  };
  const shapes = topology({ departements: collection }) as unknown as DepartementTopology;
  return simplify(presimplify<DepartementTopology["objects"]>(shapes), simplifiedArea);
}

function fitted(territories: readonly Shape[], box: Inset): Shape[] {
  const points = territories.flatMap(({ geometry }) => geometry.coordinates.flat(2) as Point[]);
  const place = placement(points, box);
  return territories.map((territory) => mapped(territory, place));
}

function rounded(territory: Shape): Shape {
  const round = (value: number) => Math.round(value * 10) / 10;
  return mapped(territory, ([x, y]) => [round(x), round(y)]);
}

function mapped(territory: Shape, place: (point: Point) => Point): Shape {
  const coordinates = territory.geometry.coordinates.map((polygon) =>
    polygon.map((ring) => ring.map((point) => place(point as Point))),
  );
  return { ...territory, geometry: { type: "MultiPolygon", coordinates } };
}

function closed(ring: Point[]): Point[] {
  const [first, last] = [ring[0], ring.at(-1)];
  return first && last && (first[0] !== last[0] || first[1] !== last[1]) ? [...ring, first] : ring;
}

/** Gives every point within a distance of an earlier one that one's place, so that neighbours share their vertices. */
function snapper(distance: number): (point: Point) => Point {
  const cells = new Map<string, Point[]>();
  const cell = (value: number) => Math.floor(value / distance);
  return (point) => {
    const [column, row] = [cell(point[0]), cell(point[1])];
    for (let x = column - 1; x <= column + 1; x++) {
      for (let y = row - 1; y <= row + 1; y++) {
        for (const known of cells.get(`${x} ${y}`) ?? []) {
          if (Math.hypot(known[0] - point[0], known[1] - point[1]) <= distance) return known;
        }
      }
    }
    const key = `${column} ${row}`;
    const kept: Point = [point[0], point[1]];
    cells.set(key, [...(cells.get(key) ?? []), kept]);
    return kept;
  };
}
