import { describe, expect, it } from "vitest";
import { classesOf } from "./classes.js";
import { chart } from "./chart.js";
import type { ChartSpec } from "./chart-spec.js";
import { contours } from "./contours.js";
import type { Drawing } from "./drawing.js";
import { jupyterDisplay } from "../display.js";
import { map } from "./map.js";
import type { Source } from "../query/provenance.js";
import { Result } from "../query/result.js";

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

describe("classes", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index);

  it("hold as many values each (quantiles), and are labelled in French", () => {
    const { labels, labelOf } = classesOf(hundred, 4, { scale: "quantile" }, ",.1f");
    expect(labels).toEqual(["moins de 24,8", "24,8 à 49,5", "49,5 à 74,3", "74,3 et plus"]);
    const counts = labels.map((label) => hundred.filter((value) => labelOf(value) === label).length);
    expect(counts).toEqual([25, 25, 25, 25]);
  });

  it("of small counts end with the last count in them", () => {
    const counts = [1, 2, 3, 4, 5, 6, 7, 9];
    const { labels, labelOf } = classesOf(counts, 4, { scale: "quantile" }, ",d");
    expect(labels).toEqual(["moins de 3", "3 à 4", "5 à 6", "7 et plus"]);
    expect(counts.map(labelOf).filter((label) => label === "5 à 6").length).toBe(2);
  });

  it("are symmetric around the middle of a diverging scale", () => {
    const { labels, labelOf } = classesOf([-3, 0, 1], 3, { scale: "diverging", center: 0 }, "+,.0f");
    expect(labels).toEqual(["moins de \u22121", "\u22121 à +1", "+1 et plus"]);
    expect(labelOf(0)).toBe(labels[1]);
  });

  it("merge where values are the same", () => {
    expect(classesOf([5, 5, 5], 5, { scale: "quantile" }, ",d").labels).toEqual(["toutes les valeurs"]);
    expect(classesOf([0, 0, 0, 0, 9], 5, { scale: "quantile" }, ",d").labels.length).toBeLessThan(5);
  });
});

describe("map", () => {
  const rows = contours("departement").shapes.map(({ properties }, index) => ({
    departement: properties.code,
    densite: 100 + index,
  }));

  it("has the 101 départements, the 18 régions and the 13 groups of Open DAMIR, all with a surface", () => {
    for (const [level, count] of [
      ["departement", 101],
      ["region", 18],
      ["ben_res_reg", 13],
    ] as const) {
      const { shapes, middles } = contours(level);
      expect(new Set(shapes.map(({ properties }) => properties.code)).size).toBe(count);
      expect(shapes).toHaveLength(count);
      expect(middles.size).toBe(count);
      for (const { geometry } of shapes) {
        expect(geometry.coordinates.flat(2).length).toBeGreaterThan(8);
      }
    }
  });

  it("merges départements into regions without cracks", () => {
    for (const level of ["region", "ben_res_reg"] as const) {
      const { shapes } = contours(level);
      const holes = shapes.flatMap(({ properties, geometry }) =>
        geometry.coordinates.flatMap(([, ...inner]) => inner.map(() => properties.code)),
      );
      expect(holes).toEqual([]);
      // Hauts-de-France has no island: a second part would be the overlap of two départements.
      const north = shapes.find(({ properties }) => properties.code === "32");
      expect(north?.geometry.coordinates).toHaveLength(1);
    }
  });

  it("draws every territory, and names the extremes in its text", async () => {
    const { data } = await bundle(map(rows, { title: "Densité", legend: "pour 100 000" }));
    expect(pngSize(data["image/png"])[1]).toBeGreaterThan(1000);
    expect(data["text/plain"]).toMatch(
      /^Carte : Densité\. 101 départements\. pour 100 000 : minimum 100 \(Ain\)/,
    );
  });

  it("credits the shapes, and counts each territory once in the classes", () => {
    const spec = JSON.stringify(map(rows, { title: "Densité" }).spec);
    expect(spec).toContain("@svg-maps (CC BY 4.0)");
    for (const label of ["moins de", " à ", " et plus"]) expect(spec).toContain(label);
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
    expect(alternative).toContain("1 région.");
    expect(alternative).toContain("Hors carte : région inconnue (code 99), 5.");
    expect(alternative).toMatch(
      /Sans donnée \(hachures\) : Auvergne-Rhône-Alpes, Bourgogne-Franche-Comté, .* et 7 autres/,
    );
  });

  it.each([
    [[{ dep: "01", x: 1 }], {}, /colonne des codes \(departement, region ou ben_res_reg\).*dep, x/],
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
