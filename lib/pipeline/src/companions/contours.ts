import { territories, UserError } from "damir";
import type { DatasetReader } from "../dataset-reader.js";
import { counted } from "../french-count.js";
import { openText } from "../formats/text-file.js";
import { quoted, refuseWebPage } from "../formats/text-source.js";
import { draftOf, storeDraft, type CompanionTable } from "./companion-store.js";
import { importEach } from "./import-each.js";
import { progressOf, storeSource } from "./published-texts.js";

const table: CompanionTable = {
  name: "contours",
  description: {
    title: "Contours des départements et des régions",
    producer: "IGN, Etalab",
    licence: "Licence Ouverte 2.0",
    url: "https://etalab-datasets.geo.data.gouv.fr/contours-administratifs/",
    synthetic: false,
  },
  columns: [
    { name: "niveau", sql: "VARCHAR" },
    { name: "code", sql: "VARCHAR" },
    { name: "nom", sql: "VARCHAR" },
    { name: "region", sql: "VARCHAR" },
    { name: "geometrie", sql: "VARCHAR" },
  ],
  measures: [],
  order: "niveau, code",
};

/** More than any published file of départements or regions; those of communes belong elsewhere. */
const largest = 64e6;

interface Shape {
  code: string;
  nom: string;
  region: string | null;
  geometry: string;
}

/**
 * Etalab's boundaries (GeoJSON), into `contours`: a row a département or region, its geometry as GeoJSON text in degrees (WGS 84).
 */
export const contoursReader: DatasetReader = {
  add: (files, home, effects) =>
    importEach(files, home, async (file, writer) => {
      const text = await openText(file.path);
      if (text.bytes > largest) {
        throw new UserError(
          `${text.name} est trop gros pour des départements ou des régions. Prenez les contours simplifiés (departements-1000m.geojson).`,
        );
      }
      const pieces: Buffer[] = [];
      let size = 0;
      for await (const piece of text.pieces(progressOf(text, effects))) {
        size += piece.length;
        if (size > largest)
          throw new UserError(
            `${text.name} se décompresse en plus de 64 Mo : ce ne sont pas des contours simplifiés.`,
          );
        pieces.push(piece);
      }
      const shapes = shapesOf(Buffer.concat(pieces).toString("utf8"), text.name);
      const niveau = levelOf(shapes, text.name);
      const draft = draftOf(table, writer);
      for (const { code, nom, region, geometry } of shapes)
        draft.write([niveau, code, nom, region, geometry]);
      const stored = await storeDraft(
        table,
        draft,
        { file: "contours", replaces: `niveau = '${niveau}'` },
        [storeSource(text.fingerprint(), file.origin, effects)],
        writer,
      );
      return [
        {
          source: text.name,
          table: table.name,
          rows: shapes.length,
          ...stored,
          notes: [`${counted(shapes.length, niveau === "region" ? "région" : "département")}.`],
        },
      ];
    }),
};

/** Levels that a file may draw, with the least number of their codes that makes one: some publish the métropole alone. */
const levels = [
  { niveau: "departement", fewest: 94 },
  { niveau: "region", fewest: 12 },
] as const;

/**
 * What a file draws. Codes alone don't tell, since every code of a région is also that of a département (93 is both): their
 * number does.
 * @throws UserError when it is neither the départements nor the régions of France
 */
function levelOf(shapes: readonly Shape[], name: string): "departement" | "region" {
  const drawn = new Set(shapes.map(({ code }) => code));
  for (const { niveau, fewest } of levels) {
    const known = territories(niveau).filter(({ code }) => drawn.has(code)).length;
    // The collectivités of the Pacific or Saint-Pierre may come with either.
    if (known >= fewest && drawn.size <= known + 12) return niveau;
  }
  throw new UserError(
    `${name} dessine ${counted(drawn.size, "territoire")} (${[...drawn].slice(0, 5).join(", ")}${drawn.size > 5 ? "…" : ""}) : ce ne sont ni les 101 départements ni les 18 régions. Prenez un fichier entier d'Etalab (departements-1000m.geojson, regions-1000m.geojson).`,
  );
}

/** @throws UserError when the text isn't a collection of départements or of regions */
function shapesOf(text: string, name: string): Shape[] {
  refuseWebPage(name, text.slice(0, 1_000));
  if (!/^\uFEFF?\s*[{[]/.test(text)) {
    throw new UserError(
      `${name} n'est pas un GeoJSON : il commence par ${quoted(text.slice(0, 200).split(/\r?\n/)[0] ?? "")}. Donnez des contours d'Etalab (departements-1000m.geojson).`,
    );
  }
  let collection: unknown;
  try {
    collection = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new UserError(
      `${name} n'est pas un GeoJSON bien formé : il est tronqué ou abîmé. Téléchargez-le de nouveau.`,
      { cause },
    );
  }
  const features = property(collection, "features");
  if (
    property(collection, "type") !== "FeatureCollection" ||
    !Array.isArray(features) ||
    features.length === 0
  ) {
    throw new UserError(
      `${name} n'est pas une collection de contours (FeatureCollection). Vérifiez le fichier.`,
    );
  }
  const shapes = features.map((feature: unknown, index): Shape => {
    const [properties, geometry] = [property(feature, "properties"), property(feature, "geometry")];
    const [code, nom, region] = ["code", "nom", "region"].map((key) => property(properties, key));
    const type = property(geometry, "type");
    if (
      typeof code !== "string" ||
      !/^(\d{2,3}|2[AB])$/.test(code) ||
      typeof nom !== "string" ||
      (type !== "Polygon" && type !== "MultiPolygon") ||
      !Array.isArray(property(geometry, "coordinates"))
    ) {
      throw new UserError(
        `${name}, contour n° ${index + 1} : il lui faut un code de département ou de région, un nom et un polygone (on y lit ${quoted(JSON.stringify(properties))}). Prenez les départements ou les régions d'Etalab.`,
      );
    }
    return {
      code,
      nom,
      region: typeof region === "string" ? region : null,
      geometry: JSON.stringify(geometry),
    };
  });
  if (new Set(shapes.map(({ code }) => code)).size < shapes.length) {
    throw new UserError(`${name} donne deux contours au même code. Vérifiez le fichier.`);
  }
  return shapes;
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
