import { describe, expect, it } from "vitest";
import { jupyterDisplay } from "../display.js";
import type { Row } from "../query/columns.js";
import type { Source } from "../query/provenance.js";
import { Result, resultOf } from "../query/result.js";
import { UserError } from "../user-error.js";
import { disclosure } from "./disclosure.js";

const source = (table: string): Source => ({
  table,
  title: table,
  producer: "CNAM",
  licence: "",
  synthetic: false,
});

/** Acts of three départements by speciality: one cell of 4 acts. */
const rows: Row[] = [
  ["05", "cardiologie", 120, 3600.5],
  ["05", "dermatologie", 4, 92],
  ["05", "pédiatrie", 300, 9000],
  ["23", "cardiologie", 80, 2400],
  ["23", "dermatologie", 55, 1265],
  ["23", "pédiatrie", 0, 0],
  ["48", "cardiologie", 61, 1830],
  ["48", "dermatologie", 43, 989],
  ["48", "pédiatrie", 70, 2100],
].map(([departement, specialite, actes, honoraires]) => ({
  departement: String(departement),
  specialite: String(specialite),
  actes: Number(actes),
  honoraires: Number(honoraires),
}));

const hiddenRows = ({ rows: masked }: Result): number[] =>
  masked.flatMap(({ secret }, index) => (secret === "c.s." ? [index] : []));

describe("disclosure", () => {
  it("hides a small cell, and three more so that totals don't tell it", () => {
    const { report, masked } = disclosure(resultOf(rows, [source("damir_departement")]), { count: "actes" });
    const hidden = hiddenRows(masked);
    expect(hidden).toHaveLength(4);
    expect(hidden).toContain(1);
    for (const axis of ["departement", "specialite"]) {
      const lines = new Map<unknown, number>();
      for (const row of hidden) lines.set(rows[row]?.[axis], (lines.get(rows[row]?.[axis]) ?? 0) + 1);
      expect([...lines.values()]).toEqual([2, 2]);
    }
    expect(report.counts).toEqual({
      cells: 9,
      small: 1,
      dominated: 0,
      fewPractitioners: 0,
      secondary: 3,
      unpublished: 0,
    });
    expect(report.protected).toBe(true);
  });

  it("empties all numbers of a hidden cell, keeps the others, and says what c.s. is", () => {
    const result = resultOf(rows, [source("damir_departement")]);
    const { masked } = disclosure(result, { count: "actes" });
    expect(masked.rows[1]).toEqual({
      departement: "05",
      specialite: "dermatologie",
      actes: null,
      honoraires: null,
      secret: "c.s.",
    });
    expect(masked.rows[5]).toEqual({ ...rows[5], secret: null });
    expect(masked.columns.map(({ name }) => name)).toEqual([
      "departement",
      "specialite",
      "actes",
      "honoraires",
      "secret",
    ]);
    expect(masked.sources).toEqual(result.sources);
    const text = JSON.stringify(masked[jupyterDisplay]().data);
    expect(text).toContain("c.s.");
    expect(text).toContain("Des actes, pas des personnes");
    expect(rows[1]?.["actes"]).toBe(4);
  });

  it("reports without naming the cells, and never certifies people", () => {
    const { report } = disclosure(resultOf(rows, []), { count: "actes" });
    const { data } = report[jupyterDisplay]();
    const text = String(data["text/plain"]);
    expect(text).toContain(
      "4 cases sur 9 cachées (c.s.) : 1 sous le seuil de 11, 3 pour qu'on ne puisse pas recalculer les autres.",
    );
    expect(text).toContain("des actes, pas des personnes");
    expect(text).toContain("Il ne certifie pas");
    expect(text).not.toContain("dermatologie");
    expect(data["text/html"]).toContain("recalculer");
  });

  it("keeps zeros unless asked, and hides nothing where nothing is small", () => {
    const large = rows.filter(({ actes }) => actes !== 4);
    const kept = disclosure(resultOf(large, []), { count: "actes" });
    expect(hiddenRows(kept.masked)).toEqual([]);
    expect(kept.report.lines[0]).toBe("Aucune des 8 cases n'est à cacher.");
    expect(
      hiddenRows(disclosure(resultOf(large, []), { count: "actes", zeros: true }).masked).length,
    ).toBeGreaterThan(1);
  });

  it("hides a second total among rows of totals", () => {
    const lines = [
      { departement: "05", actes: 7 },
      { departement: "23", actes: 90 },
      { departement: "48", actes: 50 },
      { departement: null, actes: 147 },
    ];
    const { masked, report } = disclosure(resultOf(lines, []), { count: "actes" });
    expect(hiddenRows(masked)).toEqual([0, 2]);
    expect(masked.rows[3]).toEqual({ departement: null, actes: 147, secret: null });
    expect(report.protected).toBe(true);
  });

  it("hides only what is small where no total is known", () => {
    const { masked } = disclosure(resultOf(rows, []), { count: "actes", margins: "shown" });
    expect(hiddenRows(masked)).toEqual([1]);
  });

  it("says that a cell alone under a known total isn't protected", () => {
    const { report } = disclosure(
      resultOf(
        [
          { departement: "05", total: "a", actes: 5 },
          { departement: "23", total: "a", actes: 5 },
        ].slice(0, 1),
        [],
      ),
      { count: "actes", axes: ["departement"] },
    );
    // Its total is as small, and isn't published either.
    expect(report.protected).toBe(true);
    const two = disclosure(
      resultOf(
        [
          { departement: "05", actes: 5 },
          { departement: null, actes: 5 },
        ],
        [],
      ),
      { count: "actes" },
    );
    expect(hiddenRows(two.masked)).toEqual([0, 1]);
  });

  it("hides a dominated cell, and cells of one or two professionals", () => {
    const dominated = resultOf(
      rows.map((row) => ({
        ...row,
        premier: row["departement"] === "48" && row["specialite"] === "pédiatrie" ? 69 : 10,
      })),
      [],
    );
    const large = disclosure(dominated, { count: "actes", dominance: { largest: "premier" } });
    expect(large.report.counts.dominated).toBe(1);
    expect(hiddenRows(large.masked)).toContain(8);
    const medecins = resultOf(
      rows.map((row, index) => ({ ...row, medecins: [40, 12, 2, 8, 30, 0, 11, 11, 11][index] ?? 0 })),
      [],
    );
    const few = disclosure(medecins, { count: "actes", practitioners: "medecins" });
    expect(few.report.counts.fewPractitioners).toBe(1);
    expect(hiddenRows(few.masked)).toContain(2);
    expect(few.report.warnings.join()).toContain("1 case a 3 à 10 professionnels");
    expect(few.masked.rows[2]).toMatchObject({ medecins: null });
  });

  it("knows a région from its départements, and a name from its code", () => {
    const lines = [
      { region: "53", nom: "Bretagne", departement: "22", actes: 100 },
      { region: "53", nom: "Bretagne", departement: "29", actes: 4 },
      { region: "53", nom: "Bretagne", departement: "35", actes: 80 },
      { region: "28", nom: "Normandie", departement: "14", actes: 50 },
      { region: "28", nom: "Normandie", departement: "27", actes: 60 },
    ];
    const { masked } = disclosure(resultOf(lines, []), { count: "actes" });
    expect(hiddenRows(masked)).toEqual([1, 2]);
    expect(masked.rows[1]).toMatchObject({ region: "53", nom: "Bretagne", departement: "29", actes: null });
  });

  it("warns of combinations that tell of single professionals", () => {
    const monthly = resultOf(
      rows.map((row) => ({ ...row, mois: "2024-01" })),
      [source("damir_departement"), source("medecins")],
    );
    const { report } = disclosure(monthly, { count: "actes" });
    expect(report.warnings[0]).toContain("Département × spécialité × mois");
    expect(report.warnings[1]).toContain("RPPS");
    expect(
      disclosure(
        resultOf(
          rows.map(({ actes }, index) => ({
            specialite: `s${index}`,
            actes,
          })),
          [],
        ),
        { count: "actes" },
      ).report.warnings,
    ).toEqual([]);
  });

  it("keeps what the source didn't publish", () => {
    const lines = rows.map((row, index) => (index === 4 ? { ...row, actes: null } : row));
    const { report } = disclosure(resultOf(lines, []), { count: "actes" });
    expect(report.counts.unpublished).toBe(1);
    expect(report.lines.join()).toContain("1 n'était pas publiée par la source");
  });

  it.each([
    [{ count: "acte" }, /pas de colonne « acte ».*departement, specialite, actes/],
    [{ count: "actes", axes: ["departement"] }, /Les lignes 1 et 2 sont la même case/],
    [
      { count: "honoraires", axes: ["departement", "specialite"] },
      /« honoraires », ligne 1, n'est pas un nombre entier/,
    ],
    [{ count: "actes", threshold: 1 }, /seuil/],
  ])("refuses %j", (options, message) => {
    const check = () => disclosure(resultOf(rows, []), options);
    expect(check).toThrow(UserError);
    expect(check).toThrow(message);
  });

  it("doesn't let the order of the rows tell a hidden cell", () => {
    // Sorted by acts, a hidden cell between two of 80 is 80, and the small one is told by it.
    const sorted = [
      { departement: "23", actes: 120 },
      { departement: "05", actes: 80 },
      { departement: "48", actes: 80 },
      { departement: "15", actes: 80 },
      { departement: "19", actes: 7 },
    ];
    const { masked } = disclosure(resultOf(sorted, []), { count: "actes" });
    expect(masked.rows.map(({ departement }) => departement)).toEqual(["05", "15", "19", "23", "48"]);
    expect(
      masked.rows.filter(({ secret }) => secret === "c.s.").map(({ departement }) => departement),
    ).toContain("19");
    expect(JSON.stringify(masked[jupyterDisplay]().data)).toContain("Lignes rangées par departement");

    const byDepartement = [...sorted].sort((a, b) => b.departement.localeCompare(a.departement));
    const kept = disclosure(resultOf(byDepartement, []), { count: "actes" }).masked;
    expect(kept.rows.map(({ departement }) => departement)).toEqual(["48", "23", "19", "15", "05"]);
    const withTotal = [
      ...sorted.slice(0, 2),
      { departement: "48", actes: 7 },
      { departement: "Total", actes: 207 },
    ];
    const total = disclosure(resultOf(withTotal, []), { count: "actes", total: "Total" }).masked;
    expect(total.rows.map(({ departement }) => departement)).toEqual(["05", "23", "48", "Total"]);
  });

  it("refuses a total that isn't the sum of its cells, and a result that is cut", () => {
    const wrong = resultOf(
      [
        { departement: "05", actes: 70 },
        { departement: null, actes: 90 },
      ],
      [],
    );
    expect(() => disclosure(wrong, { count: "actes" })).toThrow(/La ligne 2 est un total.*il manque 20/);
    const cut = new Result(resultOf(rows, []).columns, rows, [], { total: 100 });
    expect(() => disclosure(cut, { count: "actes" })).toThrow(/coupé/);
  });
});
