import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { utils, writeFile, set_fs } from "@e965/xlsx";
import * as fs from "node:fs";
import { connect, type Damir } from "../connection/connection.js";
import { jupyterDisplay } from "../display.js";
import { smallHome } from "../testing/small-store.js";
import { UserError } from "../user-error.js";

let home: string;
let folder: string;
let damir: Damir;
beforeAll(async () => {
  set_fs(fs);
  folder = mkdtempSync(join(tmpdir(), "damir-attach-"));
  home = await smallHome({
    sample: {
      departements: {
        select:
          "SELECT * FROM (VALUES ('01', 'Ain'), ('2A', 'Corse-du-Sud'), ('971', 'Guadeloupe')) t(departement, nom)",
        synthetic: false,
        title: "Départements",
      },
      damir: {
        select:
          "SELECT 202401 AS flx_ann_moi, 2024::SMALLINT AS soi_ann, 1::SMALLINT AS soi_moi, 12.34::DECIMAL(18,2) AS flt_rem_mnt",
        synthetic: true,
      },
    },
  });
});
beforeEach(async () => {
  damir = await connect({ home });
  return () => damir.close();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(home, { recursive: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const french =
  "Département;Montant versé;Jour;Code;Part\n01;1 234,56;03/02/2024;007;12,5\n2A;0,10;29/02/2024;010;-3\n971;;01/01/2024;;0\n";

describe("a French CSV", () => {
  it.each([
    ["in UTF-8", Buffer.from(french)],
    ["with a mark before it", Buffer.from(`\uFEFF${french}`)],
    ["in latin-1", Buffer.from(french, "latin1")],
    ["in UTF-16", Buffer.from(`\uFEFF${french}`, "utf16le")],
    ["with Windows's line ends", Buffer.from(french.replaceAll("\n", "\r\n"))],
  ])("%s is read with its numbers, dates and codes", async (_, bytes) => {
    const path = file("Mes données.csv", bytes);
    const attached = await damir.attach(path);
    expect(attached.name).toBe("mes_donnees");
    expect((await damir.sql`SELECT * FROM mes_donnees ORDER BY departement`).rows).toEqual([
      { departement: "01", montant_verse: 1234.56, jour: new Date("2024-02-03"), code: "007", part: 12.5 },
      { departement: "2A", montant_verse: 0.1, jour: new Date("2024-02-29"), code: "010", part: -3 },
      { departement: "971", montant_verse: null, jour: new Date("2024-01-01"), code: null, part: 0 },
    ]);
    expect(attached.columns.map(({ type }) => type)).toEqual([
      "VARCHAR",
      "DECIMAL(18,2)",
      "DATE",
      "VARCHAR",
      "DECIMAL(18,1)",
    ]);
    expect(attached.summary()).toEqual([
      "Table « mes_donnees » : 3 lignes, 5 colonnes.",
      "Clé departement : 3 valeurs sur 3 reconnues.",
      "Clé jour : 3 valeurs sur 3 reconnues ; jours, comme dans meteo et accidents.",
    ]);
  });

  it("is joined with the store, and cited", async () => {
    await damir.attach(file("cabinets.csv.gz", gzipSync("dep;cabinets\n01;12\n2A;3\n")));
    const result = await damir.sql`
      SELECT nom, cabinets FROM departements JOIN cabinets ON dep = departement ORDER BY nom`;
    expect(result.rows).toEqual([
      { nom: "Ain", cabinets: 12 },
      { nom: "Corse-du-Sud", cabinets: 3 },
    ]);
    expect(result.synthetic).toBe(false);
    const { data } = result[jupyterDisplay]();
    expect(data["text/plain"]).toContain("Source : cabinets.csv.gz");
  });

  it("shows what was read of it", async () => {
    const path = file("b.csv", "N° dép.,<b>\n1,a\n2,b\n");
    const { data } = (await damir.attach(path))[jupyterDisplay]();
    expect(data["text/plain"]).toContain("Table « b » : 2 lignes, 2 colonnes.");
    expect(data["text/plain"]).toContain("codes sans leur zéro (1 pour 01)");
    expect(data["text/html"]).toContain("&lt;b&gt;");
    expect(data["text/html"]).not.toContain("<b>");
  });

  it("keeps thousands, points and wide numbers as what they are", async () => {
    await damir.attach(
      file("n.csv", "a\tb\tc\td\n1.234,5\t1.5\t1 234\t123456789012345678901\n12,25\t.25\t7\t1\n"),
    );
    expect((await damir.sql`SELECT * FROM n ORDER BY c`).rows).toEqual([
      { a: 12.25, b: 0.25, c: 7, d: "1" },
      { a: 1234.5, b: 1.5, c: 1234, d: "123456789012345678901" },
    ]);
  });

  it("with a line that differs is refused with its number, and leaves the former table", async () => {
    const path = file("c.csv", "a;b\n1;2\n3;4\n");
    await damir.attach(path);
    writeFileSync(path, "a;b\n1;2\n3\n");
    await expect(damir.attach(path)).rejects.toThrow(
      /c\.csv, ligne 3 : elle a 1 valeur, et l'en-tête 2 colonnes/,
    );
    expect((await damir.sql`SELECT sum(a) AS a FROM c`).rows).toEqual([{ a: 4 }]);
  });
});

describe("other files", () => {
  it("in JSON, ndjson and Parquet are tables too, and one replaces another of its name", async () => {
    const rows = [
      { "Mois Soins": 202401, n: 1.5 },
      { "Mois Soins": 202402, n: null },
    ];
    const expected = [
      { mois_soins: 202401, n: 1.5 },
      { mois_soins: 202402, n: null },
    ];
    const json = await damir.attach(file("j.json", JSON.stringify(rows)));
    expect((await damir.sql`SELECT * FROM j ORDER BY 1`).rows).toEqual(expected);
    expect(json.keys).toMatchObject([{ column: "mois_soins", key: "flx_ann_moi", values: 2 }]);
    await damir.attach(file("l.ndjson", rows.map((row) => JSON.stringify(row)).join("\n")), { name: "j" });
    expect((await damir.sql`SELECT * FROM j ORDER BY 1`).rows).toEqual(expected);
    const parquet = join(folder, "avec [crochets].parquet");
    copyFileSync(join(home, "sample/departements/1.parquet"), parquet);
    await damir.attach(parquet, { name: "j" });
    expect((await damir.sql`SELECT count(*) AS n FROM j`).rows).toEqual([{ n: 3 }]);
  });

  it("in Excel are read by sheet", async () => {
    const path = join(folder, "classeur.xlsx");
    const book = utils.book_new();
    const lines = [
      ["Dép", "Effectif", "Début"],
      ["01", 5, new Date("2024-01-31T00:00:00Z")],
      ["2A", 1.5, null],
    ];
    utils.book_append_sheet(book, utils.aoa_to_sheet([["autre"], [1]]), "Lisez-moi");
    utils.book_append_sheet(book, utils.aoa_to_sheet(lines, { cellDates: true, UTC: true }), "Données");
    writeFile(book, path);
    await damir.attach(path, { sheet: "Données" });
    expect((await damir.sql`SELECT * FROM classeur`).rows).toEqual([
      { dep: "01", effectif: 5, debut: new Date("2024-01-31") },
      { dep: "2A", effectif: 1.5, debut: null },
    ]);
    await expect(damir.attach(path, { sheet: "Rien" })).rejects.toThrow(/Ses feuilles : Lisez-moi, Données/);
  });

  it.each([
    ["absent.csv", undefined, /absent\.csv n'existe pas/],
    ["image.png", "x", /n'est pas d'une forme connue/],
    ["vide.csv", "", /n'a pas d'en-tête/],
    ["damir.csv", "a\n1\n", /« damir » est déjà l'une de celles du magasin/],
    ["faux.parquet", "x", /faux\.parquet ne se lit pas/],
    ["faux.json", "{", /faux\.json ne se lit pas/],
  ])("such as %s are refused with what to do", async (name, content, message) => {
    const path = content === undefined ? join(folder, name) : file(name, content);
    const attached = damir.attach(path);
    await expect(attached).rejects.toThrow(message);
    await expect(attached).rejects.toBeInstanceOf(UserError);
  });
});

describe("what is in memory", () => {
  it("is joined with its types, and stays marked as what it came from", async () => {
    const result = await damir.sql`SELECT flx_ann_moi, flt_rem_mnt, mois_soins FROM damir`;
    const attached = await damir.attach(result, { name: "garde" });
    expect(attached.columns.map(({ type }) => type)).toEqual(["INTEGER", "DECIMAL(18,2)", "DATE"]);
    const again = await damir.sql`SELECT * FROM garde`;
    expect(again.rows).toEqual(result.rows);
    expect(again.sources).toEqual(result.sources);
    expect(again.synthetic).toBe(true);
  });

  it("may be a DataFrame, or rows of one's own, of any length", async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => ({
      n: index,
      grand: 2n ** 63n + BigInt(index),
      nom: `l'${index}`,
    }));
    await damir.attach(rows, { name: "lignes" });
    expect(
      (await damir.sql`SELECT count(*) AS n, max(grand) AS g, max(nom) AS nom FROM lignes`).rows,
    ).toEqual([{ n: 5000, g: 2n ** 63n + 4999n, nom: "l'999" }]);
    const frame = await (await damir.sql`SELECT 'a' AS nom, 1.5 AS x UNION ALL SELECT 'b', NULL`).toDanfo();
    await damir.attach(frame, { name: "cadre" });
    expect((await damir.sql`SELECT * FROM cadre ORDER BY nom`).rows).toEqual([
      { nom: "a", x: 1.5 },
      { nom: "b", x: null },
    ]);
  });

  it("needs a name that SQL takes", async () => {
    await expect(damir.attach([{ a: 1 }])).rejects.toThrow(/Donnez un nom/);
    await expect(damir.attach([{ a: 1 }], { name: "Mon Été" })).rejects.toThrow(/par exemple « mon_ete »/);
    await expect(damir.attach([], { name: "rien" })).rejects.toThrow(/aucune ligne/);
  });
});
