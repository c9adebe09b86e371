import type { Source } from "../query/provenance.js";

const places = new Set(["departement", "cpam"]);

const specialities = new Set([
  "specialite",
  "exe_spe",
  "exe_spe1",
  "pre_spe",
  "pre_spe1",
  "pse_spe_snds",
  "psp_spe_snds",
  "pse_act_snds",
  "psp_act_snds",
]);

const months = new Set(["mois", "mois_soins", "mois_traitement", "flx_ann_moi", "sns_date", "soi_moi"]);

/** What makes a table tell of few professionals, whatever the size of its counts. */
export function riskyCombinations(axes: readonly string[], sources: readonly Source[]): string[] {
  const has = (names: ReadonlySet<string>) => axes.some((axis) => names.has(axis.toLowerCase()));
  const reads = (table: string) => sources.some((source) => source.table === table);
  const found: string[] = [];
  if (has(places) && has(specialities)) {
    found.push(
      has(months)
        ? "Département × spécialité × mois : une case peut être l'activité d'un seul médecin. Publiez l'année, la région ou un groupe de spécialités."
        : "Département × spécialité : dans le RPPS de 2014, 221 des 4 141 cases ont exactement un médecin. Donnez leur nombre (option practitioners).",
    );
  }
  if ((reads("damir_departement") || reads("damir_national")) && reads("medecins")) {
    found.push(
      "Les tables R sont rapprochées du RPPS : là où un département a un ou deux médecins d'une spécialité, leurs actes et leurs honoraires se lisent. Donnez leur nombre (option practitioners).",
    );
  }
  return found;
}
