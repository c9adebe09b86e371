import { UserError } from "damir";
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
const departements = collection([
  { code: "01", nom: "Ain", region: "84" },
  { code: "2A", nom: "Corse-du-Sud", region: "94" },
]);
const regions = collection([{ code: "84", nom: "Auvergne-Rhône-Alpes" }]);

describe("Etalab's boundaries", () => {
  test("become rows, geometry as text; départements and regions replace their own", async () => {
    const home = temporaryFolder();
    await add(
      home,
      written("departements-1000m.geojson", departements),
      written("regions-1000m.geojson", regions),
    );
    const [file] = await add(home, written("departements-1000m.geojson", departements));
    expect(file).toMatchObject({ table: "contours", rows: 2, replaced: true, notes: ["2 départements."] });
    expect(
      await query(
        `SELECT niveau, code, nom, region, json_extract_string(geometrie, '$.coordinates[0][1][0]')
         FROM ${tableOf(home, "contours")} ORDER BY ALL`,
      ),
    ).toEqual([
      ["departement", "01", "Ain", "84", "6"],
      ["departement", "2A", "Corse-du-Sud", "94", "6"],
      ["region", "84", "Auvergne-Rhône-Alpes", null, "6"],
    ]);
  });

  test.each<[string, string, RegExp]>([
    ["truncated", departements.slice(0, 200), /GeoJSON bien formé/],
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
