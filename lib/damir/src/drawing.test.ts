import { describe, expect, it } from "vitest";
import { chart } from "./chart.js";
import type { ChartSpec } from "./chart-spec.js";
import { contours } from "./contours.js";
import type { Drawing } from "./drawing.js";
import { jupyterDisplay } from "./display.js";
import { map } from "./map.js";
import type { Source } from "./provenance.js";
import { Result } from "./result.js";

const synthetic: Source = {
  table: "damir",
  title: "Open DAMIR",
  producer: "CNAM",
  licence: "Licence Ouverte 2.0",
  synthetic: true,
};

const months = [
  { mois: new Date("2024-01-01"), rembourse: 12.5 },
  { mois: new Date("2024-02-01"), rembourse: 14 },
];

const lineSpec = {
  title: "Remboursé par mois",
  mark: "line",
  encoding: {
    x: { field: "mois", type: "temporal" },
    y: { field: "rembourse", type: "quantitative", title: "M€" },
  },
} as const;

/** Width and height that a PNG's header declares. */
function pngSize(base64: unknown): [number, number] {
  const bytes = Buffer.from(String(base64), "base64");
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

async function bundle(drawing: Drawing) {
  const { data, metadata } = await drawing[jupyterDisplay]();
  return { data, metadata, spec: JSON.stringify(data["application/vnd.vegalite.v5+json"]) };
}

describe("chart", () => {
  it("shows a specification, a picture of the declared size and a text", async () => {
    const { data, metadata, spec } = await bundle(chart(new Result([], months, [synthetic]), lineSpec));
    const [width, height] = pngSize(data["image/png"]);
    const declared = metadata?.["image/png"] as { width: number; height: number; alt: string };
    expect([width, height]).toEqual([declared.width * 2, declared.height * 2]);
    expect(width).toBeGreaterThan(1000);
    expect(data["text/plain"]).toBe(
      "Graphique : Remboursé par mois. 2 points de données. M€ : minimum 12,5 (1er janv. 2024), maximum 14 (1er févr. 2024). DONNÉES SYNTHÉTIQUES, à ne pas publier : damir",
    );
    expect(declared.alt).toBe(data["text/plain"]);
    expect(spec).toContain("DONNÉES SYNTHÉTIQUES");
    expect(spec).toContain('"decimal":","');
  });

  it("gives days without a zone, so that they are the same for every reader", () => {
    expect(JSON.stringify(chart(months, lineSpec).spec)).toContain('"mois":"2024-01-01T00:00:00.000"');
  });

  it("refuses a column that the rows don't have", () => {
    const spec = { mark: "bar", encoding: { x: { field: "moi", type: "temporal" } } } as const;
    expect(() => chart(months, spec)).toThrow(/colonne « moi ».*Colonnes présentes : mois, rembourse/);
  });

  it("accepts columns that a transform makes", () => {
    const spec: ChartSpec = {
      transform: [{ calculate: "datum.rembourse * 2", as: "double" }],
      mark: "bar",
      encoding: { y: { field: "double", type: "quantitative" } },
    };
    expect(() => chart(months, spec)).not.toThrow();
  });

  it("refuses nothing and too much, with what to do", () => {
    expect(() => chart([], lineSpec)).toThrow(/aucune ligne/);
    expect(() => chart(Array(20_001).fill(months[0]), lineSpec)).toThrow(/GROUP BY/);
    expect(() => chart(Promise.resolve() as never, lineSpec)).toThrow(/await/);
  });

  it("draws layers with a regression, and keeps variable parameters at the top", async () => {
    const drawing = chart(months, {
      params: [{ name: "taille", value: 3 }],
      title: "Deux couches",
      layer: [
        { mark: "point", encoding: lineSpec.encoding },
        {
          mark: "line",
          transform: [{ regression: "rembourse", on: "mois" }],
          encoding: lineSpec.encoding,
        },
      ],
    });
    expect(drawing.spec).toHaveProperty("params", [{ name: "taille", value: 3 }]);
    expect((await drawing.picture()).png.length).toBeGreaterThan(1000);
  });
});

describe("map", () => {
  const rows = contours("departement").territories.features.map(({ properties }, index) => ({
    departement: properties.code,
    densite: 100 + index,
  }));
  const all = [...new Map(rows.map((row) => [row.departement, row])).values()];

  it("has the 101 départements and the 13 groups of Open DAMIR, all with a surface", () => {
    for (const [level, count] of [
      ["departement", 101],
      ["region", 13],
    ] as const) {
      const { features } = contours(level).territories;
      expect(new Set(features.map(({ properties }) => properties.code)).size).toBe(count);
      for (const { geometry } of features) {
        expect(geometry.coordinates.flat(2).length).toBeGreaterThan(8);
      }
    }
  });

  it("merges départements into regions without cracks", () => {
    const holes = contours("region").territories.features.flatMap(({ properties, geometry }) =>
      geometry.coordinates.flatMap(([, ...inner]) => inner.map(() => properties.code)),
    );
    expect(holes).toEqual([]);
  });

  it("draws every territory, and names the extremes in its text", async () => {
    const { data } = await bundle(map(all, { title: "Densité", legend: "pour 100 000" }));
    expect(pngSize(data["image/png"])[1]).toBeGreaterThan(1000);
    expect(data["text/plain"]).toMatch(
      /^Carte : Densité\. 101 départements\. pour 100 000 : minimum 100 \(Ain\)/,
    );
  });

  it("credits the shapes, and counts each territory once in the classes", () => {
    const spec = JSON.stringify(map(all, { title: "Densité" }).spec);
    expect(spec).toContain("@svg-maps (CC BY 4.0)");
    const [, domain = ""] = /"type":"quantile","domain":\[([^\]]*)\]/.exec(spec) ?? [];
    expect(domain.split(",")).toHaveLength(101);
  });

  it("says which territories have no data, and what lies outside the map", () => {
    const { alternative } = map(
      [
        { ben_res_reg: 11, montant: 1 },
        { ben_res_reg: 93, montant: null },
        { ben_res_reg: 99, montant: 5 },
      ],
      { title: "Montant" },
    );
    expect(alternative).toContain("1 régions");
    expect(alternative).toContain("Hors carte : région inconnue (code 99)");
    expect(alternative).toMatch(/Sans donnée \(gris\) : Outre-mer, .* et 7 autres/);
  });

  it.each([
    [[{ dep: "01", x: 1 }], {}, /colonne des codes \(departement ou ben_res_reg\).*dep, x/],
    [[{ departement: "01", x: 1, y: 2 }], {}, /x, y.*value/],
    [[{ departement: "01", x: 1 }], { value: "z" }, /« z »/],
    [[{ departement: "1", x: 1 }], {}, /Aucun code de la colonne « departement »/],
    [
      [
        { departement: "01", x: 1 },
        { departement: "01", x: 2 },
      ],
      {},
      /01 a plusieurs lignes.*GROUP BY departement/,
    ],
    [[{ departement: "01", x: "un" }], { value: "x" }, /n'est pas numérique/],
  ])("refuses %j in French", (rows, options, message) => {
    expect(() => map(rows, { title: "Essai", ...options })).toThrow(message);
  });
});
