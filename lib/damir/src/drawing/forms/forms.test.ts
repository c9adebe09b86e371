import { describe, expect, it } from "vitest";
import { chart } from "../chart.js";
import type { Drawing } from "../drawing.js";
import { Result } from "../../query/result.js";
import type { Source } from "../../query/provenance.js";

const source: Source = {
  table: "damir",
  title: "Open DAMIR",
  producer: "CNAM",
  licence: "Licence Ouverte 2.0",
  updated: "2026-01-31",
  lastMonth: "202512",
  synthetic: false,
};

/** A result of rows of Open DAMIR until December 2025. */
function damir(rows: object[]): Result<object> {
  return new Result([], rows, [source]);
}

/** Two years of months, the value being the rank of the month: 1 to 24. */
const months = Array.from({ length: 24 }, (_, index) => ({
  mois_soins: new Date(Date.UTC(2024, index)),
  rembourse: 1e6 * (index + 1),
}));

type Layer = Record<string, unknown>;

/** The rows of the layer that has a mark of a type. */
function rowsOf(drawing: Drawing, type: string): Record<string, unknown>[] {
  const layers = (drawing.view["layer"] ?? [drawing.view]) as Layer[];
  const layer = layers.find(
    ({ mark }) => mark === type || (mark as { type?: string } | undefined)?.type === type,
  );
  const data = (layer?.["data"] ?? drawing.view["data"]) as { values: Record<string, unknown>[] };
  return data.values;
}

describe("trend", () => {
  it("leaves the last months of care out of what it says, shades and dashes them", async () => {
    const drawing = chart.trend(damir(months), { title: "Remboursé", legend: "Remboursé", unit: "€" });
    expect(drawing.alternative).toBe(
      "Évolution : Remboursé. Remboursé : minimum 1\u00a0M€ (janvier 2024), maximum 24\u00a0M€ (décembre 2025). " +
        "Remboursé : en hausse de 2\u202f000\u00a0% entre janvier 2024 (1\u00a0M€) et septembre 2025 (21\u00a0M€). " +
        "Mois incomplets à partir d'octobre 2025. Source : Open DAMIR (CNAM, mise à jour 2026-01-31)",
    );
    const incomplete = rowsOf(drawing, "line").filter(({ incomplet }) => incomplet === "oui");
    expect(incomplete.map(({ nom }) => nom)).toEqual(["octobre 2025", "novembre 2025", "décembre 2025"]);
    expect(JSON.stringify(drawing.spec)).toContain("mois incomplets");
    expect((await drawing.picture()).png.length).toBeGreaterThan(10_000);
  });

  it("counts the lag from the last month of processing, not from the rows", () => {
    const until = (last: number) => chart.trend(damir(months.slice(0, last)), { title: "T" });
    expect(until(20).alternative).not.toContain("incomplets");
    const early = chart.trend(damir(months.slice(0, 20)), { title: "T", lastProcessing: 202508 });
    expect(early.alternative).toContain("à partir de juin 2025");
    const known = months.map(({ mois_soins, rembourse }) => ({ mois_traitement: mois_soins, rembourse }));
    expect(chart.trend(damir(known), { title: "T" }).alternative).not.toContain("incomplets");
  });

  it("draws a missing month as a gap, and says it", () => {
    const gap = months.filter((_, index) => index !== 5);
    const drawing = chart.trend(damir(gap), { title: "T" });
    expect(rowsOf(drawing, "line")).toHaveLength(24);
    expect(rowsOf(drawing, "line")[5]).toMatchObject({ nom: "juin 2024", valeur: null });
    expect(drawing.alternative).toContain("1 valeur manquante (juin 2024).");
  });

  it("reads months as numbers and texts, and refuses what isn't a month or stands twice", () => {
    const rows = [
      { sns_date: 202401, x: 1 },
      { sns_date: 202402, x: 2 },
    ];
    expect(chart.trend(rows, { title: "T", lag: 0 }).alternative).toContain("hausse de 100");
    expect(() => chart.trend([{ mois: "0000-00", x: 1 }], { title: "T" })).toThrow(
      /« 0000-00 ».*IS NOT NULL/,
    );
    expect(() => chart.trend([...rows, ...rows], { title: "T" })).toThrow(
      /Plusieurs lignes.*GROUP BY sns_date/,
    );
    expect(() => chart.trend([{ x: 1 }], { title: "T" })).toThrow(/colonne des mois.*month/);
  });
});

describe("ranking", () => {
  it("keeps a bar for each of two codes of the same label", () => {
    const rows = [
      { nom: null, valeur: 8 },
      { nom: "", valeur: 1 },
    ];
    const bars = rowsOf(chart.ranking(rows, { title: "R", label: "nom", value: "valeur" }), "bar");
    expect(new Set(bars.map(({ ordre }) => ordre)).size).toBe(2);
    const { view } = chart.ranking(rows, { title: "R", label: "nom", value: "valeur" });
    expect(JSON.stringify(view)).not.toContain('"y":{"field":"lignes"');
  });

  const rows = Array.from({ length: 30 }, (_, index) => ({ nom: `poste ${index}`, montant: index * 10 }));

  it("keeps the greatest, and adds up the others", () => {
    const drawn = rowsOf(chart.ranking(rows, { title: "R", top: 3, others: true }), "bar");
    expect(drawn.map(({ nom, valeur }) => [nom, valeur])).toEqual([
      ["poste 29", 290],
      ["poste 28", 280],
      ["poste 27", 270],
      ["Autres (27)", 3510],
    ]);
    const { alternative } = chart.ranking(rows, { title: "R", top: 3 });
    expect(alternative).toContain("3 premières lignes sur 30");
  });

  it("writes the labels of codes", () => {
    const drawing = chart.ranking([{ prs_nat: 1110, flt_rem_mnt: 5 }], { title: "R", value: "flt_rem_mnt" });
    expect(rowsOf(drawing, "bar")[0]).toMatchObject({
      nom: "Consultation medecine generale",
      texte: "5\u00a0€",
    });
    expect(JSON.stringify(drawing.spec)).toContain("Montant Versé/Remboursé Préfiltré");
  });
});

describe("pyramid", () => {
  it("puts men at the left, women at the right, and says what is unknown", () => {
    const rows = [
      { age_ben_snds: 0, ben_sex_cod: 1, montant: 10 },
      { age_ben_snds: 0, ben_sex_cod: 2, montant: 20 },
      { age_ben_snds: 80, ben_sex_cod: 2, montant: 60 },
      { age_ben_snds: 99, ben_sex_cod: 1, montant: 10 },
    ];
    const drawing = chart.pyramid(rows, { title: "P" });
    expect(rowsOf(drawing, "bar").map(({ classe, cote }) => [classe, cote])).toEqual(
      [
        ["0-19 ANS", -10],
        ["0-19 ANS", 20],
        ["80 ANS ET +", 60],
      ].map(([classe, cote]) => [String(classe).toLowerCase(), cote]),
    );
    expect(drawing.alternative).toContain("Hors pyramide : âge ou sexe inconnu, 10 (10\u00a0%)");
  });
});

describe("seasonality", () => {
  it("draws a line a year, without the months of care that aren't complete", () => {
    const drawing = chart.seasonality(damir(months), { title: "S" });
    const drawn = rowsOf(drawing, "line");
    expect(drawn.filter(({ annee }) => annee === "2025")).toHaveLength(9);
    expect(drawing.alternative).toContain("à partir d'octobre 2025");
  });

  it("has a mean of 100 for each whole year in base 100", () => {
    const drawn = rowsOf(chart.seasonality(damir(months), { title: "S", index: true }), "point");
    expect(drawn).toHaveLength(12);
    expect(drawn.reduce((sum, { valeur }) => sum + Number(valeur), 0) / 12).toBeCloseTo(100, 9);
    expect(() => chart.seasonality(damir(months.slice(0, 8)), { title: "S", index: true })).toThrow(
      /douze mois/,
    );
  });
});

describe("small multiples", () => {
  it("stand as on a map, the outre-mer last", () => {
    const rows = [5, 93, 32, 11].flatMap((ben_res_reg) => [
      { ben_res_reg, age_ben_snds: 0, x: ben_res_reg },
      { ben_res_reg, age_ben_snds: 20, x: 1 },
    ]);
    const facet = (order?: "value") =>
      (
        chart.smallMultiples(rows, { title: "P", perRow: 1, ...(order ? { order } : {}) }).view["facet"] as {
          sort: string[];
        }
      ).sort.map((name) => name.slice(0, 5));
    expect(facet()).toEqual(["Hauts", "Île-d", "Prove", "Outre"]);
    expect(facet("value")[0]).toBe("Prove");
  });
});

describe("heat map", () => {
  const rows = [
    { psp_spe_snds: 1, pse_spe_snds: 6, montant: 30 },
    { psp_spe_snds: 1, pse_spe_snds: 1, montant: 10 },
    { psp_spe_snds: 3, pse_spe_snds: 6, montant: 5 },
  ];
  const options = { title: "H", y: "psp_spe_snds", x: "pse_spe_snds" };

  it("labels specialities, and gives the share of the one that prescribes", () => {
    const drawn = rowsOf(chart.heatmap(rows, options), "rect");
    expect(drawn[0]).toMatchObject({
      ligne: "Medecine generale",
      colonne: "Radiologie",
      part: "75,0\u00a0%",
    });
  });

  it("says what a cell without a row is, only where there is one", () => {
    const footnote = (from: typeof rows) => JSON.stringify(chart.heatmap(from, options));
    expect(footnote(rows)).toContain("Case blanche : aucune ligne");
    expect(footnote([...rows, { psp_spe_snds: 3, pse_spe_snds: 1, montant: 1 }])).not.toContain(
      "Case blanche",
    );
  });

  it("refuses a log of what isn't positive, and a cell that stands twice", () => {
    expect(() =>
      chart.heatmap([...rows, { psp_spe_snds: 3, pse_spe_snds: 3, montant: 0 }], {
        ...options,
        scale: "log",
      }),
    ).toThrow(/logarithmique/);
    expect(() => chart.heatmap([...rows, ...rows], options)).toThrow(/GROUP BY psp_spe_snds, pse_spe_snds/);
  });
});

describe("scatter", () => {
  const rows = Array.from({ length: 20 }, (_, index) => ({
    nom: `point ${index}`,
    x: index,
    y: 2 * index + (index % 2),
    habitants: 100 + index,
  }));

  it("tells a slope that is too small to read for so many more", () => {
    const flat = rows.map(({ nom, x, y }) => ({ nom, x: x * 100_000, y: -y }));
    const { alternative } = chart.scatter(flat, { title: "N", x: "x", y: "y", regression: true });
    expect(alternative).toMatch(
      /Droite : −0,0201 de « Y » pour 1\s000 de plus de « X » \(intervalle à 95 % : −0,020\d+ à −0,0[12]\d+\)/u,
    );
  });

  it("fits the line with its interval, narrowest in the middle", () => {
    const drawing = chart.scatter(rows, { title: "N", x: "x", y: "y", regression: true });
    expect(drawing.alternative).toMatch(/Droite : 2,01 de « Y » pour 1 de plus de « X ».*R² = 0,998/);
    const band = rowsOf(drawing, "area").map(({ bas, haut }) => Number(haut) - Number(bas));
    const middle = band[Math.floor(band.length / 2)] ?? NaN;
    expect(middle).toBeGreaterThan(0);
    expect(band[0]).toBeGreaterThan(1.5 * middle);
    expect(band.at(-1)).toBeCloseTo(band[0] ?? NaN, 6);
  });

  it("names the points that are far from the others", () => {
    const drawing = chart.scatter([...rows, { nom: "loin", x: 0, y: 60, habitants: 1 }], {
      title: "N",
      x: "x",
      y: "y",
      labels: 1,
    });
    expect(rowsOf(drawing, "text").map(({ nom }) => nom)).toEqual(["loin"]);
  });
});

describe("composition, profile and distribution", () => {
  it("gives shares of each whole", () => {
    const rows = [{ age_ben_snds: 0, a: 30, b: 10 }];
    const drawing = chart.composition(rows, { title: "C", parts: { a: "Payé", b: "Reste" }, share: true });
    expect(rowsOf(drawing, "bar").map(({ part, valeur }) => [part, valeur])).toEqual([
      ["Payé", 75],
      ["Reste", 25],
    ]);
    expect(() =>
      chart.composition([{ n: "x", a: -1, b: 2 }], { title: "C", parts: { a: "A", b: "B" }, share: true }),
    ).toThrow(/négative/);
  });

  it("leaves unknown classes out of a profile, and says so", () => {
    const rows = [
      { age_ben_snds: 20, taux: 1 },
      { age_ben_snds: 99, taux: 9 },
    ];
    const drawing = chart.profile(rows, { title: "P" });
    expect(rowsOf(drawing, "bar")).toHaveLength(1);
    expect(drawing.alternative).toContain("Hors graphique : 1 ligne de code inconnu (âge).");
  });

  it("tells the median and the middle half", () => {
    const rows = [1, 2, 3, 4, 5].map((x) => ({ nom: String(x), x }));
    expect(chart.distribution(rows, { title: "D" }).alternative).toContain(
      "Médiane 3, moitié centrale de 2 à 4.",
    );
  });
});
