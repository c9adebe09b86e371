import { join } from "node:path";
import type { Feature, FeatureCollection, MultiPolygon } from "geojson";
import { feature, merge } from "topojson-client";
import { topology } from "topojson-server";
import { presimplify, simplify } from "topojson-simplify";
import type { GeometryCollection, MultiPolygon as TopoMultiPolygon, Topology } from "topojson-specification";
import { readCsv } from "../csv.js";
import { drawnShapes, projectedShapes, type CodedRings, type PublishedShape } from "./departement-shapes.js";
import { outreMerBoxes, petiteCouronne, petiteCouronneBox, placement, type Inset } from "./inset.js";
import { dataFolder } from "../store.js";
import type { Point } from "./svg-path.js";

/** Level of a map: the 101 départements, or the 13 region groups of Open DAMIR (93 with Corse, 5 for the outre-mer). */
export type Level = "departement" | "region";

/** What a territory carries on a map. */
export interface TerritoryProperties {
  /** `01`, `2A`, `971` for a département; `11`, `93`, `5` for a group. */
  code: string;
  nom: string;
}

type Territory = Feature<MultiPolygon, TerritoryProperties>;

/** Shapes in a plane of about 613 × 585, y downwards: draw them with the `identity` projection. */
export interface Contours {
  territories: FeatureCollection<MultiPolygon, TerritoryProperties>;
  insets: Inset[];
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
    credit: imported?.credit ?? drawnCredit,
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
    credit: imported?.credit ?? drawnCredit,
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
  const features: Territory[] = (imported?.shapes ?? drawnShapes()).map(({ code, rings }) => ({
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
