import { variables } from "../dictionary/dictionary.js";
import type { KnownTables } from "../guard-rails/guard-rails.js";

const monthViews = ["mois_traitement", "mois_soins"];

function columnsOf(table: "damir" | "damir_departement"): string[] {
  return [...variables(table).map(({ variable }) => variable), ...monthViews];
}

const regional = columnsOf("damir_departement");

/** The columns that a store's tables have, and the months it was filled with. */
export function knownTables(first = 202401, last = 202512): KnownTables {
  const columns = new Map<string, readonly string[]>([
    ["damir", columnsOf("damir")],
    ["damir_departement", regional],
    [
      "damir_national",
      regional.filter((name) => !["cpam", "departement", "ben_qlt", "top_slm"].includes(name)),
    ],
    ["population", ["annee", "departement", "sexe", "age_min", "age_ben_snds", "population", "affilies_rg"]],
    [
      "medecins",
      ["annee", "departement", "specialite", "exe_spe", "pse_spe_snds", "mode_exercice", "effectif"],
    ],
    [
      "departements",
      ["departement", "nom", "region", "nom_region", "ben_res_reg", "region_avant_2016", "zeat"],
    ],
    ["regions", ["ben_res_reg", "nom", "regions_insee"]],
    ["geographie", ["cpam", "nom_cpam", "departement", "nom_departement", "region", "ben_res_reg"]],
    ["meteo", ["jour", "departement", "stations", "rr", "tn", "tx", "tm"]],
    ["prs_nat_postes", ["code", "libelle", "poste", "role", "acte_de_base", "unite", "raison"]],
    ["postes", ["poste", "libelle", "categorie", "ordre", "definition"]],
    ["nomenclature_prs_nat", ["code", "libelle"]],
    ["nomenclature_exe_spe", ["code", "libelle", "note"]],
    ["nomenclature_departement_prs_nat", ["code", "libelle"]],
  ]);
  return { columns, months: (table) => (table.startsWith("damir") ? { first, last } : undefined) };
}
