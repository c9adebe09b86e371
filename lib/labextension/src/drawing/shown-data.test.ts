import { describe, expect, it } from "vitest";
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { csvOf, withPlainNumbers } from "./csv.js";
import { fileName } from "./file-name.js";
import { shownData } from "./shown-data.js";
import { titleOf, type Spec, type VegaView } from "./vega-view.js";

async function shown(spec: object) {
  const view = new View(parse(compile(spec as TopLevelSpec).spec), { renderer: "none" });
  await view.runAsync();
  return shownData(view as unknown as VegaView, spec as Spec);
}

const values = [
  { nom: "Ain", valeur: 12, texte: "12\u00a0€", an: 1 },
  { nom: "Aisne", valeur: 12, texte: "12\u00a0€", an: 1 },
  { nom: "Aisne", valeur: 12, texte: "12\u00a0€", an: 1 },
  { nom: "Allier", valeur: 99, texte: "99\u00a0€", an: 2 },
];
const tooltip = [
  { field: "nom", type: "nominal", title: "Département" },
  { field: "texte", type: "nominal", title: "Remboursé" },
];
const y = { field: "nom", type: "nominal" };

describe("shownData", () => {
  it("has the rows of what is chosen, twice where two marks of one layer are equal, once over all layers", async () => {
    const spec = {
      params: [{ name: "choix_an", value: 1, bind: { input: "select", options: [1, 2], name: "Année : " } }],
      data: { values },
      transform: [{ filter: "datum.an === choix_an" }],
      layer: [
        { mark: "point", encoding: { y, tooltip } },
        { mark: "text", encoding: { y, text: { field: "texte" }, tooltip } },
      ],
    };
    expect(await shown(spec)).toEqual({
      columns: ["Année", "Département", "Remboursé (€)"],
      rows: [
        ["1", "Ain", "12"],
        ["1", "Aisne", "12"],
        ["1", "Aisne", "12"],
      ],
    });
  });

  it("gives the aggregates that are drawn, never the rows under them", async () => {
    const spec = {
      data: { values },
      mark: "bar",
      encoding: {
        x: { aggregate: "sum", field: "valeur", title: "Somme" },
        y: { field: "an", type: "ordinal", title: "Année" },
      },
    };
    expect(await shown(spec)).toEqual({
      columns: ["Somme", "Année"],
      rows: [
        ["36", "1"],
        ["99", "2"],
      ],
    });
  });

  it("writes days as they are, whatever the zone", async () => {
    const spec = {
      data: { values: [{ jour: "2024-01-01T00:00:00.000", valeur: 1.5 }] },
      mark: "point",
      encoding: {
        x: { field: "jour", type: "temporal", title: "Jour" },
        y: { field: "valeur", type: "quantitative", title: "Valeur" },
      },
    };
    expect(await shown(spec)).toEqual({ columns: ["Jour", "Valeur"], rows: [["2024-01-01", "1,5"]] });
  });
});

describe("withPlainNumbers", () => {
  it("moves a unit that all share to the head, and leaves codes, classes and mixed units alone", () => {
    expect(
      withPlainNumbers({
        columns: ["Remboursé", "Code", "Âge", "Mélange"],
        rows: [
          ["\u221212\u202f345,5\u00a0€", "01", "0 à 19 ans", "1\u00a0€"],
          ["7\u00a0€", "2A", "20 ans", "2\u00a0%"],
        ],
      }),
    ).toEqual({
      columns: ["Remboursé (€)", "Code", "Âge", "Mélange"],
      rows: [
        ["-12345,5", "01", "0 à 19 ans", "1\u00a0€"],
        ["7", "2A", "20 ans", "2\u00a0%"],
      ],
    });
  });
});

describe("csvOf", () => {
  it("quotes what must be, and keeps a spreadsheet from running a text", () => {
    expect(csvOf({ columns: ["a;b"], rows: [['"x"'], ["=1+cmd()"], ["-3,5"]] })).toBe(
      '\ufeff"a;b"\r\n"""x"""\r\n\'=1+cmd()\r\n-3,5\r\n',
    );
  });
});

describe("a file's name", () => {
  it.each([
    ["Remboursé à l'âge d'or", false, "rembourse-a-l-age-d-or.png"],
    ["Cœur", true, "donnees-synthetiques-coeur.png"],
    ["« ? »", false, "sans-titre.png"],
  ])("of %s is %s %s", (title, synthetic, name) => {
    expect(fileName(title, synthetic, "png")).toBe(name);
  });

  it("comes from the drawing's title, not from its sources", () => {
    const spec = {
      title: { text: ["Source"], orient: "bottom" },
      vconcat: [{ title: { text: ["Un titre", "long"] } }],
    };
    expect(titleOf(spec)).toBe("Un titre long");
  });
});
