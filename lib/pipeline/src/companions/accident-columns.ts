import type { CompanionColumn } from "./companion-draft.js";

function texts(...names: string[]): CompanionColumn[] {
  return names.map((name) => ({ name, sql: "VARCHAR" }));
}

function codes(...names: string[]): CompanionColumn[] {
  return names.map((name) => ({ name, sql: "SMALLINT" }));
}

/** One of the four files of a year of BAAC. */
export type AccidentPart = "caracteristiques" | "lieux" | "vehicules" | "usagers";

/** A column that only this file has. */
export const partMarks: Readonly<Record<AccidentPart, string>> = {
  caracteristiques: "lum",
  lieux: "catr",
  vehicules: "catv",
  usagers: "grav",
};

/** Columns of the detailed tables, all years together: null where a year doesn't publish one. Names and codes are BAAC's. */
export const detailColumns: Readonly<Record<Exclude<AccidentPart, "caracteristiques">, CompanionColumn[]>> = {
  usagers: [
    ...texts("num_acc", "id_usager", "id_vehicule", "num_veh"),
    ...codes("place", "catu", "grav", "sexe", "an_nais", "trajet", "secu", "secu1", "secu2", "secu3", "locp"),
    ...texts("actp"),
    ...codes("etatp"),
  ],
  vehicules: [
    ...texts("num_acc", "id_vehicule", "num_veh"),
    ...codes("senc", "catv", "obs", "obsm", "choc", "manv", "motor", "occutc"),
  ],
  lieux: [
    ...texts("num_acc"),
    ...codes("catr"),
    ...texts("voie", "v1", "v2"),
    ...codes("circ"),
    // Some years write #VALEURMULTI there.
    ...texts("nbv"),
    ...codes("vosp", "prof"),
    ...texts("pr", "pr1"),
    ...codes("plan"),
    ...texts("lartpc", "larrout"),
    ...codes("surf", "infra", "situ", "env1", "vma"),
  ],
};
