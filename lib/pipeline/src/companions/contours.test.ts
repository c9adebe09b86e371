import { territories, UserError } from "damir";
import { describe, expect, test } from "vitest";
import { silentEffects } from "../effects.js";
import { fingerprintOf, query, received, temporaryFolder } from "../open-damir.fixture.js";
import { tableOf, written } from "./companions.fixture.js";
import { contoursReader } from "./contours.js";

const add = (home: string, ...paths: string[]) => contoursReader.add(received(...paths), home, silentEffects);

const square = {
  type: "Polygon",
  coordinates: [
    [
      [5, 46],
      [6, 46],
      [6, 47],
      [5, 46],
    ],
  ],
};
const collection = (properties: object[], geometry: object = square) =>
  JSON.stringify({
    type: "FeatureCollection",
    features: properties.map((own) => ({ type: "Feature", geometry, properties: own })),
  });
const place = ({ code, nom }: { code: string; nom: string }) => ({ code, nom });
const allDepartements = territories("departement").map((own) => ({ ...place(own), region: "84" }));
const departements = collection(allDepartements);
const regions = collection(territories("region").map(place));
/** Without their regions, the codes of départements hold all those of regions. */
const bare = collection(territories("departement").map(place));
const pacific = [
  { code: "975", nom: "Saint-Pierre-et-Miquelon" },
  { code: "988", nom: "Nouvelle-Calédonie" },
];

describe("Etalab's boundaries", () => {
  test("become rows, geometry as text; départements and regions replace their own", async () => {
    const home = temporaryFolder();
    await add(
      home,
      written("departements-1000m.geojson", departements),
      written("regions-1000m.geojson", regions),
    );
    const [file] = await add(home, written("departements-1000m.geojson", departements));
    expect(file).toMatchObject({
      table: "contours",
      rows: 101,
      replaced: true,
      notes: ["101 départements."],
    });
    // The store keeps the regions beside: the file alone isn't the table.
    expect(file?.storedRows).toBe(119);
    expect(
      await query(
        `SELECT niveau, code, nom, region, json_extract_string(geometrie, '$.coordinates[0][1][0]')
         FROM ${tableOf(home, "contours")} WHERE code IN ('2A', '93') ORDER BY ALL`,
      ),
    ).toEqual([
      ["departement", "2A", "Corse-du-Sud", "84", "6"],
      ["departement", "93", "Seine-Saint-Denis", "84", "6"],
      ["region", "93", "Provence-Alpes-Côte d'Azur", null, "6"],
    ]);
  });

  test.each([
    ["départements that don't say their region", bare, "101 départements."],
    ["with the Pacific", collection([...allDepartements, ...pacific]), "103 départements."],
    [
      "of the métropole alone",
      collection(allDepartements.filter(({ code }) => code.length === 2)),
      "96 départements.",
    ],
    [
      "regions of the métropole that say a region",
      collection(
        territories("region")
          .filter(({ code }) => Number(code) > 10)
          .map(({ code, nom }) => ({ code, nom, region: code })),
      ),
      "13 régions.",
    ],
  ])("%s are told by their codes and their number", async (_, text, note) => {
    const [file] = await add(temporaryFolder(), written("x.geojson", text));
    expect(file?.notes).toEqual([note]);
  });

  test.each<[string, string, RegExp]>([
    ["truncated", departements.slice(0, 200), /GeoJSON bien formé/],
    ["a CSV", "dep;annee\n01;2014\n", /n'est pas un GeoJSON : il commence par « dep;annee »/],
    ["a few départements", collection(allDepartements.slice(0, 40)), /dessine 40 territoires .*ni les 101/],
    [
      "one département",
      collection(allDepartements.slice(0, 1)),
      /dessine 1 territoire \(01\) : ce ne sont ni/,
    ],
    ["a web page", "<!DOCTYPE html><html>", /page web/],
    ["another json", '{"a": 1}', /FeatureCollection/],
    ["of communes", collection([{ code: "01001", nom: "L'Abergement", region: "84" }]), /contour n° 1/],
    [
      "of points",
      collection([{ code: "01", nom: "Ain" }], { type: "Point", coordinates: [1, 2] }),
      /polygone/,
    ],
    [
      "with a code twice",
      collection([
        { code: "01", nom: "Ain" },
        { code: "01", nom: "Ain" },
      ]),
      /deux contours/,
    ],
  ])("%s are refused", async (_, text, message) => {
    const home = temporaryFolder();
    const attempt = add(home, written("x.geojson", text));
    await expect(attempt).rejects.toBeInstanceOf(UserError);
    await expect(attempt).rejects.toThrow(message);
    expect(fingerprintOf(home)).toEqual({});
  });
});
