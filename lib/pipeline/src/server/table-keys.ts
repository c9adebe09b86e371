/** What finds the rows of a table quickly. */
export interface TableKeys {
  /** Columns that no two rows share. */
  primary?: readonly string[];
  /** Columns of each other index. */
  indexes: readonly (readonly string[])[];
}

/**
 * Of the tables that aren't code lists. Regions, ages and sexes have too few values for an index to spare a reading; natures of service,
 * specialities, series and départements have enough, and the files are sorted on the first ones.
 */
const keys: Readonly<Record<string, TableKeys>> = {
  damir: { indexes: [["prs_nat"], ["pse_spe_snds"], ["ben_res_reg", "prs_nat"], ["mois_soins"]] },
  agregat_patients: { indexes: [] },
  agregat_professionnels: { indexes: [["pse_spe_snds"]] },
  agregat_prestations: { indexes: [["prs_nat"]] },
  agregat_prescriptions: { indexes: [["psp_spe_snds"], ["pse_spe_snds"]] },
  agregat_soins: { indexes: [["prs_nat"], ["mois_soins"]] },
  agregat_taux: { indexes: [["prs_nat"], ["pse_spe_snds"]] },
  agregat_combinaisons: { indexes: [["prs_nat"], ["pse_spe_snds"]] },
  damir_departement: {
    indexes: [["serie", "exe_spe"], ["prs_nat"], ["exe_spe"], ["departement"], ["sns_date"]],
  },
  damir_national: { indexes: [["serie", "exe_spe"], ["prs_nat"], ["sns_date"]] },
  population: { indexes: [["annee", "departement"]] },
  medecins: { indexes: [["annee", "exe_spe"], ["departement"]] },
  meteo: { indexes: [["departement", "jour"]] },
  accidents: { indexes: [["num_acc"], ["departement", "jour"]] },
  accidents_usagers: { indexes: [["num_acc"]] },
  accidents_vehicules: { indexes: [["num_acc"]] },
  accidents_lieux: { indexes: [["num_acc"]] },
  departements: { primary: ["departement"], indexes: [] },
  regions: { primary: ["ben_res_reg"], indexes: [] },
  caisses: { primary: ["cpam"], indexes: [] },
  geographie: { primary: ["cpam"], indexes: [] },
  passage_specialites: { primary: ["specialite"], indexes: [] },
  postes: { primary: ["poste"], indexes: [] },
  prs_nat_postes: { primary: ["code"], indexes: [["poste"]] },
  dictionnaire: { primary: ["variable"], indexes: [] },
  dictionnaire_departement: { primary: ["variable"], indexes: [] },
  contours: { primary: ["niveau", "code"], indexes: [] },
};

/** The keys and indexes of a table, for the queries that notebooks write. */
export function tableKeys(table: string): TableKeys {
  if (table.startsWith("nomenclature_")) return { primary: ["code"], indexes: [] };
  return keys[table] ?? { indexes: [] };
}
