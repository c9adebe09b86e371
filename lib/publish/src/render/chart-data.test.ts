import { expect, it } from "vitest";
import { chartTable, pageSpec } from "./chart-data.js";
import { drawableSpec, loadsData, SharedRows } from "./drawable-spec.js";

const rows = [
  { departement: "48", nom: "Lozère", taux: 12.5, secret: 3 },
  { departement: "75", nom: "Paris", taux: 80, secret: 4 },
];

it("carries only the columns that the chart names: as a field, in an expression, as a choice", () => {
  const spec = {
    title: "Le secret",
    description: "secret",
    usermeta: { embedOptions: { loader: "secret" } },
    data: { values: rows },
    params: [{ name: "colonne", value: "departement" }],
    transform: [{ filter: "datum.taux > 1" }],
    mark: "bar",
    encoding: { x: { field: "nom" } },
  };
  expect(pageSpec(spec)).toEqual({
    ...spec,
    usermeta: undefined,
    data: { values: rows.map(({ departement, nom, taux }) => ({ departement, nom, taux })) },
  });
  expect(JSON.stringify(pageSpec(spec))).not.toContain('"secret":');
});

it("does so in named datasets, in properties of contours, and for names of several words", () => {
  const spec = {
    datasets: { a: [{ "Taux brut": 1, autre: 2 }] },
    layer: [
      { data: { name: "a" }, encoding: { y: { field: "Taux brut" } } },
      {
        data: {
          values: [
            {
              type: "Feature",
              geometry: { type: "Point", coordinates: [1, 2] },
              properties: { taux: 1, n: 2 },
            },
          ],
        },
        encoding: { color: { field: "properties.taux" } },
      },
    ],
  };
  const cut = JSON.stringify(pageSpec(spec));
  expect(cut).toContain('"a":[{"Taux brut":1}]');
  expect(cut).toContain('"properties":{"taux":1}');
  expect(cut).toContain('"coordinates":[1,2]');
});

it("finds the rows to show beside the chart", () => {
  expect(chartTable({ data: { values: rows } })).toEqual({
    columns: ["departement", "nom", "taux", "secret"],
    rows: rows.map((row) => Object.values(row)),
  });
  expect(chartTable({ mark: "bar" })).toBeUndefined();
});

it("sees data that stand elsewhere, wherever they are asked for", () => {
  expect(loadsData({ data: { url: "https://exemple.fr/a.csv" } })).toBe(true);
  expect(loadsData({ layer: [{ transform: [{ lookup: "a", from: { data: { url: "a.json" } } }] }] })).toBe(
    true,
  );
  expect(loadsData({ data: [{ name: "a", url: "a.json" }] })).toBe(true);
  expect(loadsData({ data: { values: [{ url: "https://exemple.fr" }] } })).toBe(false);
});

it("compiles Vega-Lite, and leaves out links and widgets that would stand elsewhere in the page", async () => {
  const spec = {
    data: { values: rows },
    mark: "bar",
    params: [
      {
        name: "seuil",
        value: 1,
        bind: { input: "range", min: 0, max: 9, element: "#contenu", onfocus: "alert(1)" },
      },
      { name: "autre", value: 1, bind: { input: "image", src: "https://exemple.fr" } },
    ],
    encoding: { x: { field: "taux", type: "quantitative" }, href: { field: "nom" } },
  };
  const drawable = JSON.stringify(await drawableSpec(spec, "vega-lite", new SharedRows()));
  expect(drawable).toContain('"bind":{"input":"range","min":0,"max":9}');
  expect(drawable).not.toMatch(/"href":|element|onfocus|exemple\.fr/);
  expect(drawable).toContain('"decimal":","');
});

it("leaves a chart that can't be drawn safely, or at all, as a picture", async () => {
  const draw = (spec: Record<string, unknown>) => drawableSpec(spec, "vega-lite", new SharedRows());
  expect(await draw({ data: { url: "https://exemple.fr/a.csv" }, mark: "bar" })).toBeUndefined();
  expect(await draw({ nothing: "of a chart" })).toBeUndefined();
});

it("writes once the rows that charts share", () => {
  const shared = new SharedRows();
  const contours = [{ path: "M0,0".repeat(2000) }];
  expect(shared.reference(contours)).toEqual({ commun: 0 });
  expect(shared.reference(structuredClone(contours))).toEqual({ commun: 0 });
  expect(shared.reference(rows)).toBe(rows);
  expect(shared.all).toHaveLength(1);
});
