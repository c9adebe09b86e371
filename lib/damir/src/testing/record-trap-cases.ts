import type { Case } from "./trap-cases.js";

/** Rows taken for acts, for people, or for repetitions; years taken for one. */
export const records: readonly Case[] = [
  ["SELECT avg(flt_rem_mnt) AS cout_moyen FROM damir WHERE prs_nat = 1110", ["moyenne-de-lignes"]],
  ["SELECT prs_nat, avg(prs_rem_tau) AS taux FROM damir GROUP BY 1", ["moyenne-de-lignes"]],
  ["SELECT median(rem_mon) FROM (SELECT * FROM damir_departement)", ["moyenne-de-lignes"]],
  ["SELECT avg(flt_pai_mnt / flt_act_qte) AS prix FROM damir WHERE prs_nat = 1110", ["moyenne-de-lignes"]],
  ["SELECT sum(flt_pai_mnt) / sum(flt_act_qte) AS prix FROM damir WHERE prs_nat = 1110", []],
  ["SELECT avg(r) FROM (SELECT ben_res_reg, sum(flt_rem_mnt) AS r FROM damir GROUP BY 1)", []],
  ["SELECT avg(flt_rem_mnt) AS moyenne_par_ligne FROM damir", []],
  ["SELECT mois_traitement, avg(sum(flt_rem_mnt)) OVER () AS moyenne FROM damir GROUP BY 1", []],
  ["SELECT avg(tm) FROM meteo", []],

  ["SELECT sum(DISTINCT flt_rem_mnt) FROM damir", ["doublons"]],
  ["SELECT sum(flt_rem_mnt) FROM (SELECT DISTINCT * FROM damir)", ["doublons"]],
  ["SELECT DISTINCT departement, rem_mon FROM damir_departement", ["doublons"]],
  ["SELECT DISTINCT prs_nat, ben_res_reg FROM damir", []],
  ["SELECT DISTINCT flt_rem_mnt FROM damir WHERE prs_nat = 1952", []],
  ["SELECT flt_rem_mnt, prs_nat, count(*) AS lignes FROM damir GROUP BY 1, 2", []],
  ["SELECT DISTINCT prs_nat, sum(flt_rem_mnt) FROM damir GROUP BY 1", []],

  ["SELECT avg(age_ben_snds) AS age FROM damir", ["age-moyen"]],
  [
    "SELECT sum(age_ben_snds * flt_act_qte) / sum(flt_act_qte) FROM damir WHERE prs_nat = 1110",
    ["age-moyen"],
  ],
  ["SELECT median(a) FROM (SELECT age_ben_snds AS a FROM damir WHERE age_ben_snds <> 99)", ["age-moyen"]],
  ["SELECT max(age_ben_snds) FROM damir WHERE age_ben_snds <> 99", []],
  ["SELECT sum(CASE WHEN age_ben_snds >= 70 THEN flt_rem_mnt END) FROM damir", []],
  ["SELECT age_ben_snds, sum(flt_rem_mnt) FROM damir GROUP BY 1", []],

  ["SELECT departement, sum(population) AS habitants FROM population GROUP BY 1", ["annees-additionnees"]],
  ["SELECT sum(effectif) FROM medecins WHERE pse_spe_snds = 8", ["annees-additionnees"]],
  [
    "SELECT sum(flt_rem_mnt) / (SELECT sum(population) FROM population WHERE age_min >= 60) FROM damir",
    ["annees-additionnees"],
  ],
  [
    "WITH h AS (SELECT annee, sum(population) AS p FROM population GROUP BY 1) SELECT sum(p) FROM h",
    ["annees-additionnees"],
  ],
  ["SELECT annee, sum(population) FROM population GROUP BY 1", []],
  ["SELECT sum(effectif) FROM medecins WHERE annee = (SELECT max(annee) FROM medecins)", []],
  ["SELECT sum(population) FILTER (WHERE annee = 2024) AS p FROM population", []],
  ["SELECT avg(p) FROM (SELECT annee, sum(population) AS p FROM population GROUP BY 1)", []],
  [
    `WITH m AS (SELECT departement, sum(effectif) AS n FROM medecins WHERE annee = $1 GROUP BY 1)
     SELECT nom, sum(coalesce(n, 0)) FROM departements d LEFT JOIN m ON m.departement = d.departement GROUP BY 1`,
    [],
    2024,
  ],
];

/** Codes that mean something else with time or kind of care, or that are read as numbers. */
export const codes: readonly Case[] = [
  ["SELECT sum(flt_act_qte) FROM damir WHERE prs_nat = 1111", ["code-remplace"]],
  [
    "SELECT sum(flt_act_qte) FROM damir WHERE prs_nat = $1 AND flx_ann_moi >= 202501",
    ["code-remplace"],
    1111,
  ],
  ["SELECT sum(flt_act_qte) FILTER (WHERE prs_nat IN (1111, 1112)) FROM damir", ["code-remplace"]],
  ["SELECT sum(flt_act_qte) FROM damir WHERE prs_nat = 1110", []],
  ["SELECT sum(flt_act_qte) FROM damir WHERE prs_nat IN (1110, 1111)", []],
  [
    "SELECT sum(flt_act_qte) FILTER (WHERE prs_nat = 1111) AS avant, sum(flt_act_qte) FILTER (WHERE prs_nat = 1110) AS apres FROM damir",
    [],
  ],
  ["SELECT prs_nat, sum(flt_act_qte) FROM damir GROUP BY 1", []],

  ["SELECT sum(flt_dep_mnt) FROM damir WHERE prs_nat = 3313", ["depassement-de-produits"]],
  [
    "SELECT sum(flt_dep_mnt) FROM damir JOIN prs_nat_postes ON code = prs_nat WHERE poste = 'optique'",
    ["depassement-de-produits"],
  ],
  [
    "SELECT sum(CASE WHEN prs_nat IN (3313, 3311) THEN flt_dep_mnt END) FROM damir",
    ["depassement-de-produits"],
  ],
  ["SELECT sum(flt_dep_mnt) FROM damir", []],
  ["SELECT poste, sum(flt_dep_mnt) FROM damir JOIN prs_nat_postes ON code = prs_nat GROUP BY 1", []],
  ["SELECT sum(flt_dep_mnt) FROM damir WHERE prs_nat = 1352", []],

  ["SELECT sum(rem_mon) FROM damir_departement WHERE cpam = 11", ["code-en-nombre"]],
  ["SELECT sum(rem_mon) FROM damir_departement WHERE departement IN ('1', '2a')", ["code-en-nombre"]],
  [
    "SELECT try_cast(cpam AS INTEGER) AS departement, sum(rem_mon) FROM damir_departement GROUP BY 1",
    ["code-en-nombre"],
  ],
  ["SELECT nom FROM departements WHERE region = 84", ["code-en-nombre"]],
  ["SELECT sum(rem_mon) FROM damir_departement WHERE departement IN ('01', '2A', '971')", []],
  ["SELECT sum(rem_mon) FROM damir_departement WHERE departement BETWEEN '01' AND '95'", []],
  ["SELECT sum(rem_mon) FROM damir_departement WHERE cpam = $1", [], "011"],
  ["SELECT sum(flt_rem_mnt) FROM damir WHERE ben_res_reg = 11", []],
  ["SELECT sum(rem_mon) FROM damir_departement WHERE departement < '96'", []],

  ["SELECT sum(flt_rem_mnt) FROM damir WHERE pse_spe_snds = 0", ["specialite-et-profession"]],
  ["SELECT sum(flt_rem_mnt) FROM damir WHERE pse_spe_snds = $1", ["specialite-et-profession"], 36],
  [
    "WITH d AS (SELECT * FROM damir WHERE psp_spe_snds IN (0)) SELECT prs_nat, sum(flt_pai_mnt) FROM d GROUP BY 1",
    ["specialite-et-profession"],
  ],
  ["SELECT sum(flt_rem_mnt) FROM damir WHERE pse_act_snds = 19 OR pse_spe_snds = 36", []],
  ["SELECT sum(flt_rem_mnt) FROM damir WHERE pse_spe_snds = 0 AND pse_act_snds = 24", []],
  ["SELECT sum(flt_rem_mnt) FROM damir WHERE pse_spe_snds NOT IN (0, 99)", []],
  ["SELECT pse_spe_snds, sum(flt_rem_mnt) FROM damir GROUP BY 1", []],
  ["SELECT sum(flt_rem_mnt) FILTER (WHERE pse_spe_snds = 0) / sum(flt_rem_mnt) AS part FROM damir", []],
];
