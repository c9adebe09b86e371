import { compile, type TopLevelSpec } from "vega-lite";
import { parse, View } from "vega";
import { describe, expect, it } from "vitest";
import { chart } from "./chart.js";
import { dashboard } from "./dashboard.js";
import { map } from "./map.js";
import { hatching } from "./hatching.js";
import { sideBySide } from "./side-by-side.js";

const rows = [2023, 2024].flatMap((annee) => [
  { annee, departement: "01", taux: annee - 2000 },
  { annee, departement: "2A", taux: 1 },
]);
const last = rows.filter(({ annee }) => annee === 2024);

/** A mark of Vega's drawn scene. */
interface SceneMark {
  marktype?: string;
  items?: { datum?: { departement?: string }; items?: SceneMark[] }[];
}

/** Vega's running view of a drawing. */
async function running(spec: TopLevelSpec): Promise<View> {
  const view = new View(parse(compile(spec).spec), { renderer: "none" });
  await view.runAsync();
  return view;
}

/** What marks of a running view show in their tooltips. */
function tooltips(view: View): string[] {
  const found: string[] = [];
  const visit = (item: { tooltip?: unknown; items?: object[] }) => {
    if (item.tooltip !== undefined && item.tooltip !== null) found.push(JSON.stringify(item.tooltip));
    for (const inner of item.items ?? []) visit(inner);
  };
  visit((view.scenegraph() as unknown as { root: object }).root);
  return found;
}

describe("choices", () => {
  const drawing = map(rows, {
    title: "Taux",
    value: "taux",
    choices: [{ column: "annee", input: "slider" }],
  });

  it("show the last year first, and another when the reader moves the slider", async () => {
    expect(drawing.alternative).toContain("Année : 2024.");
    const view = await running(drawing.spec);
    expect(tooltips(view).some((text) => text.includes('"Ain"') && text.includes('"24"'))).toBe(true);
    await view.signal("choix_annee", 2023).runAsync();
    expect(tooltips(view).some((text) => text.includes('"Ain"') && text.includes('"23"'))).toBe(true);
    expect(tooltips(view).some((text) => text.includes('"Ain"') && text.includes('"24"'))).toBe(false);
    view.finalize();
  });

  it("refuse a column that isn't there, a value that isn't in it, and a slider over texts", () => {
    const draw = (choice: { column: string; initial?: number; input?: "slider" }) => () =>
      map(rows, { title: "Taux", value: "taux", choices: [choice] });
    expect(draw({ column: "an" })).toThrow(/« an » \(choices\)/);
    expect(draw({ column: "annee", initial: 1999 })).toThrow(/« 1999 ».*2023, 2024/);
    expect(draw({ column: "departement", input: "slider" })).toThrow(/list/);
  });
});

describe("zoom", () => {
  it("hands its events over to Vega, and enlarges the projection", async () => {
    const { spec } = map(last, { title: "Taux", value: "taux" });
    const compiled = compile(spec).spec;
    const zoom = compiled.signals?.find(({ name }) => name === "carte_zoom");
    expect(zoom).toMatchObject({ bind: { input: "range" }, on: [{ events: "dblclick" }] });
    const view = await running(spec);
    await view.signal("carte_zoom", 4).runAsync();
    const { projections = [] } = compiled;
    expect(JSON.stringify(projections)).toContain("carte_zoom");
    view.finalize();
    expect(JSON.stringify(map(last, { title: "Taux", value: "taux", zoom: false }).spec)).not.toContain(
      "carte_zoom",
    );
  });
});

describe("missing data", () => {
  it("is hatched within its territory, with a legend", () => {
    const square = [
      [
        [
          [0, 0],
          [20, 0],
          [20, 20],
          [0, 20],
          [0, 0],
        ],
      ],
    ];
    const { geometry } = hatching([
      {
        type: "Feature",
        properties: { code: "01", nom: "Ain" },
        geometry: { type: "MultiPolygon", coordinates: square },
      },
    ]);
    expect(geometry.coordinates).toHaveLength(8);
    for (const [x = NaN, y = NaN] of geometry.coordinates.flat()) {
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(Math.max(x, y)).toBeLessThanOrEqual(20);
    }
    expect(JSON.stringify(map(last, { title: "T", value: "taux" }).spec)).toContain("donnée absente");
  });
});

describe("styles and scales of maps", () => {
  it("gives the outre-mer of Open DAMIR's groups a circle of their own, not one on La Réunion", async () => {
    const groups = [
      { ben_res_reg: 5, depense: 9 },
      { ben_res_reg: 11, depense: 40 },
    ];
    const circles = map(groups, { title: "T", value: "depense", style: "circles" });
    const texts = JSON.stringify(circles.view);
    const [, x = "", y = ""] = /"code":"5"[^}]*"x":([\d.]+),"y":([\d.]+)/.exec(texts) ?? [];
    expect(texts).toContain('"label":"Outre-mer","x":74,"y":506');
    expect([Number(x), Number(y)]).toEqual([108, 549]);
    expect((await circles.picture()).png.length).toBeGreaterThan(10_000);
    // A colour fills the five territories: there is nothing to show beside them.
    expect(JSON.stringify(map(groups, { title: "T", value: "depense" }).view)).not.toContain(
      '"label":"Outre-mer"',
    );
  });

  it("draws circles, and refuses negative ones", async () => {
    const drawing = map(last, { title: "T", value: "taux", style: "circles" });
    expect((await drawing.picture()).png.length).toBeGreaterThan(10_000);
    expect(() => map([{ departement: "01", x: -1 }], { title: "T", style: "circles" })).toThrow(/négatives/);
  });

  it("centres a diverging scale on the national value, which the denominators weigh", () => {
    const weighed = [
      { departement: "01", taux: 10, habitants: 3 },
      { departement: "02", taux: 20, habitants: 1 },
    ];
    const drawing = map(weighed, { title: "T", value: "taux", scale: "diverging", weight: "habitants" });
    expect(drawing.alternative).toContain("Valeur nationale : 12,5");
    expect(() => map(weighed, { title: "T", value: "taux", scale: "diverging" })).toThrow(/center.*weight/);
  });

  it("takes INSEE's régions as numbers or texts", () => {
    const { alternative } = map(
      [
        { region: 1, x: 1 },
        { region: "84", x: 2 },
      ],
      { title: "T" },
    );
    expect(alternative).toContain("minimum 1 (Guadeloupe), maximum 2 (Auvergne-Rhône-Alpes)");
  });
});

describe("drawings together", () => {
  const carte = map(last, { title: "Carte", value: "taux" });
  const rang = chart.ranking(last, { title: "Rang", label: "departement", value: "taux" });

  it("stand side by side with one zoom, their scales and sources", async () => {
    const both = sideBySide(carte, map(last, { title: "Autre", value: "taux", style: "circles" }), {
      title: "Deux",
    });
    const view = await running(both.spec);
    expect(view.signal("carte_zoom")).toBe(1);
    expect(both.alternative).toMatch(/^Côte à côte : Deux\. 1\. Carte : Carte\..* 2\. Carte : Autre\./);
    view.finalize();
    expect(() => sideBySide(carte)).toThrow(/au moins deux dessins/);
  });

  it("let a stretch brushed in one of them filter another", async () => {
    const brushed = chart(last, {
      title: "Nuage",
      mark: "point",
      params: [{ name: "plage", select: { type: "interval", encodings: ["x"] } }],
      encoding: { x: { field: "taux", type: "quantitative" } },
    });
    const filtered = chart(last, {
      title: "Retenus",
      transform: [{ filter: { param: "plage" } }],
      mark: "bar",
      encoding: { x: { field: "departement", type: "nominal" }, y: { field: "taux", type: "quantitative" } },
    });
    const view = await running(sideBySide(brushed, filtered).spec);
    const bars = () => {
      const found: unknown[] = [];
      const visit = (mark: SceneMark) => {
        for (const { datum, items = [] } of mark.items ?? []) {
          if (mark.marktype === "rect" && datum?.departement !== undefined) found.push(datum.departement);
          for (const inner of items) visit(inner);
        }
      };
      visit((view.scenegraph() as unknown as { root: SceneMark }).root);
      return found;
    };
    expect(bars()).toEqual(["01", "2A"]);
    await view
      .data("vue_0_plage_store", [
        { unit: "concat_0", fields: [{ type: "R", field: "taux", channel: "x" }], values: [[20, 30]] },
      ])
      .runAsync();
    expect(bars()).toEqual(["01"]);
    view.finalize();
  });

  it("dim everywhere what isn't selected in one of them", async () => {
    const { spec } = dashboard({ carte, rang }, { title: "Tableau", link: "departement" });
    const view = await running(spec);
    const opacities = () => {
      const found = new Map<string, number>();
      const visit = (item: { datum?: { cle_departement?: string }; opacity?: number; items?: object[] }) => {
        if (item.datum?.cle_departement !== undefined && item.opacity !== undefined) {
          found.set(item.datum.cle_departement, item.opacity);
        }
        for (const inner of item.items ?? []) visit(inner);
      };
      visit((view.scenegraph() as unknown as { root: object }).root);
      return found;
    };
    expect([...opacities().values()]).toEqual([1, 1]);
    await view
      .data("lien_store", [
        { unit: "vue_0_marques", fields: [{ type: "E", field: "cle_departement" }], values: ["2A"] },
      ])
      .runAsync();
    expect(opacities().get("2A")).toBe(1);
    expect(opacities().get("01")).toBeLessThan(0.5);
    view.finalize();
  });

  it("are refused a link that they don't share", () => {
    expect(() => dashboard({ carte, rang }, { title: "T", link: "region" })).toThrow(
      /« region ».*carte, rang/,
    );
    expect(() =>
      dashboard({ carte, rang }, { title: "T", link: "departement", filtered: ["autre" as never] }),
    ).toThrow(/carte, rang/);
  });
});
