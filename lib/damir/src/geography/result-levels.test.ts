import { describe, expect, it } from "vitest";
import type { Column } from "../query/columns.js";
import { Result, resultOf } from "../query/result.js";
import type { ColumnKind } from "../query/sql-values.js";
import { UserError } from "../user-error.js";
import { byDepartement, byRegion } from "./result-levels.js";

const column = (name: string, type: string, kind: ColumnKind = "number"): Column => ({ name, type, kind });
const cpam = column("cpam", "VARCHAR", "text");
const departement = column("departement", "VARCHAR", "text");
const rembourse = column("rembourse", "DECIMAL(38,2)");

describe("byRegion", () => {
  it("adds amounts, keeps what tells rows apart, and drops places said again", () => {
    const rows = [
      { cpam: "351", departement: "35", annee: 2024, nom: "Rennes", rembourse: 0.1 },
      { cpam: "291", departement: "29", annee: 2024, nom: "Brest", rembourse: 0.2 },
      { cpam: "291", departement: "29", annee: 2025, nom: "Brest", rembourse: 5 },
      { cpam: null, departement: null, annee: 2024, nom: null, rembourse: 7 },
    ];
    const columns = [
      cpam,
      departement,
      column("annee", "INTEGER"),
      column("nom", "VARCHAR", "text"),
      rembourse,
    ];
    const regions = byRegion(new Result(columns, rows, []));
    expect(regions.rows).toEqual([
      { region: "53", nom: "Bretagne", annee: 2024, rembourse: 0.3 },
      { region: "53", nom: "Bretagne", annee: 2025, rembourse: 5 },
      { region: null, nom: "Inconnu", annee: 2024, rembourse: 7 },
    ]);
    expect(regions.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "region VARCHAR",
      "nom VARCHAR",
      "annee INTEGER",
      "rembourse DECIMAL(38,2)",
    ]);
  });

  it("goes to Open DAMIR's groups, the only ones its rows have", () => {
    const corse = new Result(
      [departement, rembourse],
      [
        { departement: "2A", rembourse: 1 },
        { departement: "13", rembourse: 2 },
      ],
      [],
    );
    expect(byRegion(corse, { to: "ben_res_reg" }).rows).toEqual([
      { ben_res_reg: 93, nom: "Provence-Alpes-Côte d'Azur et Corse", rembourse: 3 },
    ]);
    const open = new Result(
      [column("ben_res_reg", "SMALLINT"), rembourse],
      [
        { ben_res_reg: 93, rembourse: 1 },
        { ben_res_reg: 99, rembourse: 4 },
      ],
      [],
    );
    expect(byRegion(open).rows).toEqual([
      { ben_res_reg: 93, nom: "Provence-Alpes-Côte d'Azur et Corse", rembourse: 1 },
      { ben_res_reg: null, nom: "Inconnu", rembourse: 4 },
    ]);
    expect(() => byDepartement(open)).toThrow(/Open DAMIR ne publie pas le département/);
  });

  it("takes the caisses of a département together", () => {
    const nord = new Result(
      [cpam, rembourse],
      [
        { cpam: "594", rembourse: 1 },
        { cpam: "595", rembourse: 2 },
      ],
      [],
    );
    expect(byDepartement(nord).rows).toEqual([{ departement: "59", nom: "Nord", rembourse: 3 }]);
  });

  it.each([
    ["rem_tau", "DECIMAL(5,2)", /« rem_tau » a le nom d'un taux/],
    ["cout_moyen", "DECIMAL(18,2)", /« cout_moyen » a le nom d'un taux, d'une moyenne/],
    ["avg(rem_mon)", "DOUBLE", /« avg\(rem_mon\) »/],
    ["count(DISTINCT exe_spe)", "BIGINT", /count\(DISTINCT/],
    ["actes_par_affilie", "DOUBLE", /actes_par_affilie/],
    ["prix", "DOUBLE", /« prix » est de type DOUBLE, comme une moyenne.*sum: \["rembourse", "prix"\]/],
  ])("refuses to add %s", (name, type, message) => {
    const rows = [{ departement: "35", rembourse: 1, [name]: 2 }];
    const result = new Result([departement, rembourse, column(name, type)], rows, []);
    expect(() => byRegion(result)).toThrow(UserError);
    expect(() => byRegion(result)).toThrow(message);
    expect(byRegion(result, { sum: ["rembourse", name] }).rows[0]).toMatchObject({ rembourse: 1, [name]: 2 });
  });

  it("refuses zones with regions, and rows without a place or an amount", () => {
    const zones = new Result(
      [column("zeat", "SMALLINT"), column("ben_res_reg", "SMALLINT"), rembourse],
      [],
      [],
    );
    expect(() => byRegion(zones)).toThrow(/zone d'étude/);
    expect(() => byRegion(resultOf([{ annee: 2024 }], []))).toThrow(/aucune colonne de géographie/);
    expect(() => byRegion(new Result([departement], [{ departement: "35" }], []))).toThrow(
      /Rien à additionner/,
    );
  });
});
