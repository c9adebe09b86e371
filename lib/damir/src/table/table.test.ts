import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, type Damir } from "../connection/connection.js";
import { jupyterDisplay } from "../display.js";
import { format } from "../french-format.js";
import type { Source } from "../query/provenance.js";
import { Result, resultOf } from "../query/result.js";
import { smallHome } from "../testing/small-store.js";
import { table } from "./table.js";

let damir: Damir;
let home: string;
beforeAll(async () => {
  home = await smallHome({ sample: { vide: { select: "SELECT 1 AS x", synthetic: true } } });
  damir = await connect({ home });
});
afterAll(async () => {
  await damir.close();
  rmSync(home, { recursive: true });
});

/** The table of a query, without the style sheet and the script that all tables share. */
async function html(text: string): Promise<string> {
  const result = await damir.sql([text] as unknown as TemplateStringsArray);
  return withoutAssets(String(result[jupyterDisplay]().data["text/html"]));
}

function withoutAssets(page: string): string {
  return page.replace(/<style>[^]*?<\/style>/, "").replace(/<script>[^]*?<\/script>/, "");
}

/** What a table gives to the script of its page. */
function data(page: string): { rows: unknown[][]; columns: unknown[]; count: string; file: string } {
  const json = /<script type="application\/json">([^]*?)<\/script>/.exec(page)?.[1] ?? "";
  return JSON.parse(json) as ReturnType<typeof data>;
}

const regions = resultOf(
  [
    { region: "Île-de-France", rembourse: 1_710_700_000, part: 0.98765, actes: null },
    { region: "Corse", rembourse: 12_345_678.9, part: 0.5, actes: 12 },
    { region: "Étranger", rembourse: -5, part: 0.07, actes: 3 },
  ],
  [],
);

describe("a result's table", () => {
  it("writes numbers as French readers do", async () => {
    const page = await html(
      "SELECT 1234567.5::DECIMAL(18,2) AS flt_rem_mnt, -1234 AS ecart, 1110::SMALLINT AS prs_nat, 2024 AS annee, 0.12345 AS part",
    );
    for (const cell of ["1\u202f234\u202f567,50", "\u22121\u202f234", ">1110<", ">2024<", "0,123"]) {
      expect(page).toContain(cell);
    }
  });

  it("names DAMIR's variables in French, with their unit, and aligns numbers", async () => {
    const page = await html(
      "SELECT 5.5::DECIMAL(18,2) AS flt_rem_mnt, 'x' AS nom, 1110::SMALLINT AS prs_nat",
    );
    expect(page).toContain("flt_rem_mnt (€)</span><br><small>Montant Versé/Remboursé Préfiltré</small>");
    expect(page).toContain("prs_nat</span><br><small>Nature de Prestation</small>");
    expect(page).toMatch(
      /<td class="damir-number" style="text-align:right">5,50<\/td><td style="text-align:left">x<\/td>/,
    );
  });

  it("takes a variable's label from the table that was read", () => {
    const read = (name: string): Source => ({
      table: name,
      title: name,
      producer: "CNAM",
      licence: "Licence Ouverte 2.0",
      synthetic: false,
    });
    const columns = [{ name: "dep_mon", kind: "number", type: "DECIMAL(18,2)" } as const];
    const shown = (name: string) => table(new Result(columns, [{ dep_mon: 1 }], [read(name)])).html;
    expect(shown("damir_departement")).toContain("dep_mon (€)</span><br><small>");
    expect(shown("population")).not.toContain("<small>");
  });

  it("writes dates, months, booleans and missing values in French", async () => {
    const page = await html(
      "SELECT DATE '2024-03-01' AS jour, DATE '2024-03-01' AS mois_soins, true AS ok, NULL::INTEGER AS rien",
    );
    for (const cell of [">1er mars 2024<", ">mars 2024<", ">oui<", ">–<"]) expect(page).toContain(cell);
  });

  it("escapes what comes from data and from names", async () => {
    const page = await html(
      `SELECT '<img src=x onerror=alert(1)></script><script>alert(2)</script>' AS "<b>nom" FROM range(2)`,
    );
    expect(page).toContain("&lt;img src=x onerror=alert(1)&gt;");
    expect(page).toContain("&lt;b&gt;nom");
    expect(page).not.toMatch(/<img|<b>|<script>/);
    expect(data(page).rows[0]).toEqual(["<img src=x onerror=alert(1)></script><script>alert(2)</script>"]);
  });

  it("shows the first rows of many, says how many there are, and keeps a thousand for its pages", async () => {
    const page = await html("SELECT * FROM range(4052)");
    expect(page).toContain("4\u202f052 lignes, dont les 20 premières ici");
    expect(page.match(/<tr>/g)).toHaveLength(1 + 20);
    expect(data(page).rows).toHaveLength(1000);
    expect(data(page).count).toBe("4\u202f052 lignes, dont les 1\u202f000 premières ici");
  });

  it("keeps the notebook light when rows are heavy, and cells readable", async () => {
    const page = await html("SELECT repeat('x', 50000) AS geometrie FROM range(100)");
    expect(page.length).toBeLessThan(2_200_000);
    expect(data(page).rows.length).toBeGreaterThan(20);
    expect(page).toContain(`>${"x".repeat(300)}…<`);
  });

  it("keeps values exact for the page's script", async () => {
    const page = await html(
      "SELECT 9007199254740993::HUGEINT AS grand, DATE '2024-03-01' AS jour, 'NaN'::DOUBLE AS rien, [1, 2] AS liste FROM range(2)",
    );
    expect(data(page).rows[0]).toEqual(["9007199254740993", "2024-03-01", "NaN", "[1,2]"]);
  });

  it("aligns the plain text", async () => {
    const result = await damir.sql`SELECT * FROM (VALUES ('Ain', 5), ('Aisne', 1234)) t(nom, actes)`;
    expect(result[jupyterDisplay]().data["text/plain"]).toBe(
      "nom    actes\nAin        5\nAisne  1\u202f234\n\n2 lignes",
    );
  });

  it("says under the figures what one must know to read them", () => {
    const details = { total: 5, notes: ["Taux <brut> pour 1 000 habitants."] };
    const result = new Result([{ name: "x", kind: "number", type: "INTEGER" }], [{ x: 1 }], [], details);
    const bundle = result[jupyterDisplay]().data;
    const page = String(bundle["text/html"]);
    expect(page.indexOf("Taux &lt;brut&gt; pour 1 000 habitants.")).toBeGreaterThan(page.indexOf("</table>"));
    expect(bundle["text/plain"]).toContain(
      "5 lignes, dont la première ici\nTaux <brut> pour 1 000 habitants.",
    );
  });

  it("has one script for all, that a security policy can know by its hash", async () => {
    const scripts = [regions, await damir.sql`SELECT * FROM range(3)`].map((result) => {
      const page = String(result[jupyterDisplay]().data["text/html"]);
      const script = /<script>([^]*?)<\/script>/.exec(page)?.[1] ?? "";
      return createHash("sha256").update(script).digest("base64");
    });
    expect(new Set(scripts).size).toBe(1);
    expect(scripts[0]).not.toBe(createHash("sha256").update("").digest("base64"));
  });
});

describe("table", () => {
  it("chooses, orders and names columns, writes them in the unit asked for, and sorts", () => {
    const { text } = table(regions, {
      caption: "Par région",
      columns: { rembourse: "Remboursé", part: "Part", region: "Région" },
      format: { rembourse: "M€", part: "%" },
      sort: "-rembourse",
    });
    expect(text).toBe(
      [
        "Par région",
        "",
        " Remboursé    Part  Région",
        "1\u202f710,7\u00a0M€  98,8\u00a0%  Île-de-France",
        "   12,3\u00a0M€  50,0\u00a0%  Corse",
        "    0,0\u00a0M€   7,0\u00a0%  Étranger",
        "",
        "3 lignes",
      ].join("\n"),
    );
  });

  it("sorts texts in French, and what is missing last in both directions", () => {
    const names = (sort: "region" | "actes" | "-actes") =>
      data(table(regions, { sort, columns: ["region"] }).html).rows.flat();
    expect(names("region")).toEqual(["Corse", "Étranger", "Île-de-France"]);
    expect(names("actes")).toEqual(["Étranger", "Corse", "Île-de-France"]);
    expect(names("-actes")).toEqual(["Corse", "Étranger", "Île-de-France"]);
  });

  it("takes a number of decimals, or a style of one's own", () => {
    const { text } = table(regions, {
      columns: ["part", "actes"],
      format: { part: 4, actes: { unit: "actes" } },
    });
    expect(text).toContain("0,9877");
    expect(text).toContain("12\u00a0actes");
  });

  it("keeps as many rows as asked for, and no more than a browser can hold", async () => {
    const many = await damir.sql`SELECT * FROM range(3000) LIMIT 3000`;
    expect(data(table(many, { rows: 3000 }).html).rows).toHaveLength(3000);
    expect(() => table(many, { rows: 100_001 })).toThrow(/100\u202f000/);
    expect(() => table(many, { pageSize: 0 })).toThrow(/pageSize/);
  });

  it("refuses a column, a format or an order that can't be, and says what can", () => {
    const wrong = regions as Result<Record<string, unknown>>;
    expect(() => table(wrong, { columns: ["regio"] })).toThrow(/« regio ».*region, rembourse/);
    expect(() => table(wrong, { sort: "-regio" })).toThrow(/« regio »/);
    expect(() => table(wrong, { format: { regio: "%" } })).toThrow(/« regio »/);
    expect(() => table(wrong, { format: { region: "%" } })).toThrow(/pas numérique/);
    expect(() => table(wrong, { format: { part: "£" as "€" } })).toThrow(/M€/);
    expect(() => table(wrong, { format: { part: 1.5 } })).toThrow(/décimales/);
    expect(() => table(wrong, { columns: [] })).toThrow(/aucune colonne/);
    expect(() => table(damir.sql`SELECT 1` as unknown as Result)).toThrow(/await/);
    const cut = new Result(wrong.columns, wrong.rows, [], { total: 10 });
    expect(() => table(cut, { sort: "part" })).toThrow(/ORDER BY part/);
  });

  it("marks synthetic rows in the table and in the name of its file", async () => {
    const result = await damir.sql`SELECT x FROM vide, range(3)`;
    const page = table(result, { caption: "Où ? Là !" }).html;
    expect(page).toMatch(/class="damir-synthetic"[^>]*>DONNÉES SYNTHÉTIQUES/);
    expect(data(page).file).toBe("donnees-synthetiques-ou-la.csv");
    expect(table([{ y: 1 }]).text).toContain("DONNÉES SYNTHÉTIQUES");
  });
});

describe("French formats", () => {
  it("give money the unit of its size", () => {
    expect([12.5, 12_345.6, 12_345_678, -13_342_058_546].map((value) => format.euros(value))).toEqual([
      "12,50\u00a0€",
      "12\u202f346\u00a0€",
      "12,3\u00a0M€",
      "\u221213,3\u00a0Md€",
    ]);
  });

  it("write numbers, shares and dates", () => {
    expect(format.number(1234.5)).toBe("1\u202f234,5");
    expect(format.number(1234.5, 2)).toBe("1\u202f234,50");
    expect(format.percent(0.123)).toBe("12,3\u00a0%");
    expect(format.date(new Date("2024-03-01"))).toBe("1er mars 2024");
  });
});
