import { join } from "node:path";
import { dataFolder, geographicLevels, geography, readCsv, type GeographicLevel } from "damir";
import type { ProjectTable, Value } from "../tables/project-table.js";

type SqlLevel = Exclude<GeographicLevel, "france">;

const levels = geographicLevels.filter((level): level is SqlLevel => level !== "france");

/** Geography and correspondences, as the project keeps them in `data/`: they aren't generated. */
export function geographyTables(): ProjectTable[] {
  return [geographieTable(), specialitiesTable()];
}

/** One row a caisse, with what it is in at every level. */
function geographieTable(): ProjectTable {
  return {
    name: "geographie",
    title: "Géographie : de la caisse au groupe de régions d'Open DAMIR",
    producer: "CNAM, INSEE",
    synthetic: false,
    columns: levels.flatMap((level) => [
      { name: level, sql: level === "ben_res_reg" ? "SMALLINT" : "VARCHAR" },
      { name: `nom_${level}`, sql: "VARCHAR" },
    ]),
    measures: [],
    order: [],
    files: [
      {
        name: "geographie",
        rows: () =>
          geography().map((place) =>
            levels.flatMap((level): Value[] => {
              const { code, nom } = place[level];
              return [level === "ben_res_reg" ? Number(code) : code, nom];
            }),
          ),
      },
    ],
  };
}

/** One row a speciality of the RPPS, with its code in the two bases of expenses. */
function specialitiesTable(): ProjectTable {
  const rows = readCsv(join(dataFolder, "crosswalk", "specialites.csv"));
  return {
    name: "passage_specialites",
    title: "Spécialités : du RPPS à EXE_SPE et à PSE_SPE_SNDS",
    producer: "Atelier DAMIR, d'après DREES et CNAM",
    synthetic: false,
    columns: [
      { name: "specialite", sql: "VARCHAR" },
      { name: "variantes", sql: "VARCHAR" },
      { name: "exe_spe", sql: "SMALLINT" },
      { name: "pse_spe_snds", sql: "SMALLINT" },
      { name: "remarque", sql: "VARCHAR" },
    ],
    measures: [],
    order: [],
    files: [
      {
        name: "passage_specialites",
        rows: () =>
          rows.map(
            ({
              specialite = "",
              variantes = "",
              exe_spe = "",
              pse_spe_snds = "",
              remarque = "",
            }): Value[] => [
              specialite,
              variantes,
              exe_spe === "" ? null : Number(exe_spe),
              pse_spe_snds === "" ? null : Number(pse_spe_snds),
              remarque,
            ],
          ),
      },
    ],
  };
}
