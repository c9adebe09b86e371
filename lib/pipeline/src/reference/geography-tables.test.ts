import { expect, test } from "vitest";
import { join } from "node:path";
import { dataFolder, readCsv } from "damir";
import { geographyTables } from "./geography-tables.js";

const rowsOf = (name: string) => {
  const table = geographyTables().find((other) => other.name === name);
  return (table?.files ?? []).flatMap((file) =>
    [...file.rows()].map((row) =>
      Object.fromEntries(row.map((value, index) => [table?.columns[index]?.name ?? "", value])),
    ),
  );
};

const codesOf = (path: string) =>
  new Set(readCsv(join(dataFolder, "dictionary", `${path}.csv`)).map((row) => Number(row["code"])));

test("geographie goes from each caisse to its group of Open DAMIR", () => {
  const rows = rowsOf("geographie");
  expect(rows).toHaveLength(107);
  expect(rows.find(({ cpam }) => cpam === "202")).toEqual({
    cpam: "202",
    nom_cpam: "Bastia",
    departement: "2B",
    nom_departement: "Haute-Corse",
    region_avant_2016: "94",
    nom_region_avant_2016: "Corse",
    region: "94",
    nom_region: "Corse",
    zeat: "8",
    nom_zeat: "Méditerranée",
    ben_res_reg: 93,
    nom_ben_res_reg: "Provence-Alpes-Côte d'Azur et Corse",
  });
});

test("every code of the crosswalk of specialities is a code of its base, and every label is there once", () => {
  const rows = rowsOf("passage_specialites");
  const [executants, specialities] = [codesOf("codes-departement/exe_spe"), codesOf("codes/pse_spe_snds")];
  expect(rows.filter(({ exe_spe }) => exe_spe !== null && !executants.has(Number(exe_spe)))).toEqual([]);
  expect(
    rows.filter(({ pse_spe_snds }) => pse_spe_snds !== null && !specialities.has(Number(pse_spe_snds))),
  ).toEqual([]);
  const labels = rows.flatMap(({ specialite, variantes }) => [
    specialite,
    ...String(variantes)
      .split("|")
      .filter((variant) => variant !== "" && variant !== specialite),
  ]);
  expect(new Set(labels).size).toBe(labels.length);
  expect(labels.length).toBeGreaterThan(80);
});
