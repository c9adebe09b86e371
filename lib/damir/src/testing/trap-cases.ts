import type { SqlValue } from "../query/sql.js";

/** A query that a rule is about, and the rules whose warning it gets. */
export type Case = [text: string, rules: readonly string[], ...values: SqlValue[]];

export const amounts: readonly Case[] = [
  ["SELECT sum(prs_pai_mnt) AS depense FROM damir", ["prs-sans-type"]],
  ["SELECT d.ben_res_reg, sum(d.prs_rem_mnt) FROM damir d GROUP BY 1", ["prs-sans-type"]],
  [
    "WITH x AS (SELECT * FROM damir) SELECT sum(prs_rem_bse) FROM x WHERE prs_rem_typ IN (0, 1)",
    ["prs-sans-type"],
  ],
  [
    "SELECT sum(montant) FROM (SELECT prs_nat, sum(prs_pai_mnt) AS montant FROM damir GROUP BY 1)",
    ["prs-sans-type"],
  ],
  ["SELECT sum(prs_pai_mnt) FROM damir WHERE prs_rem_typ = $1", ["prs-sans-type"], 2],
  ["SELECT sum(prs_pai_mnt) FROM damir WHERE prs_rem_typ = $1", [], 0],
  ["SELECT sum(prs_rem_mnt) FROM damir WHERE prs_rem_typ IN (0, 1)", []],
  ["SELECT sum(CASE WHEN prs_rem_typ < 1 THEN prs_dep_mnt ELSE 0 END) FROM damir", []],
  ["SELECT sum(prs_pai_mnt) FILTER (WHERE prs_rem_typ = 0) FROM damir", []],
  ["SELECT prs_rem_typ, sum(prs_rem_mnt) FROM damir GROUP BY ALL", []],
  [
    "SELECT sum(p) FROM (SELECT prs_rem_typ AS t, sum(prs_pai_mnt) AS p FROM damir GROUP BY 1) WHERE t = 0",
    [],
  ],
  ["SELECT prs_pai_mnt, flt_pai_mnt FROM damir LIMIT 5", []],

  ["SELECT sum(flt_rem_mnt) FROM damir WHERE prs_rem_typ = 0", ["type-99"]],
  ["SELECT sum(flt_pai_mnt) FROM damir WHERE exo_mtf IN (41, 42)", ["type-99"]],
  [
    "WITH c AS (SELECT * FROM damir WHERE ben_cmu_top <> 9) SELECT ben_res_reg, sum(flt_rem_mnt) FROM c GROUP BY 1",
    ["type-99"],
  ],
  ["SELECT sum(flt_rem_mnt) FROM damir WHERE mtm_nat BETWEEN 0 AND 5 AND ben_res_reg = 11", ["type-99"]],
  ["SELECT sum(flt_rem_mnt) FILTER (WHERE top_ps5_trg = 1) FROM damir", ["type-99"]],
  ["SELECT sum(flt_rem_mnt) FROM damir WHERE prs_rem_typ IN (0, 99)", []],
  ["SELECT ben_cmu_top, sum(flt_rem_mnt) FROM damir WHERE ben_cmu_top <> 2 GROUP BY 1", []],
  ["SELECT sum(flt_rem_mnt) FILTER (WHERE exo_mtf = 42) AS ald, sum(flt_rem_mnt) AS total FROM damir", []],
  ["SELECT sum(flt_rem_mnt) FROM damir WHERE cpt_env_typ = 1 OR prs_rem_typ = 99", []],

  ["SELECT sum(flt_rem_mnt) FROM damir WHERE flt_rem_mnt > 0", ["negatifs"]],
  ["SELECT sum(r) FROM (SELECT flt_rem_mnt AS r FROM damir) WHERE NOT (r < 0)", ["negatifs"]],
  ["SELECT departement, sum(rem_mon) FROM damir_departement WHERE rem_mon >= $1 GROUP BY 1", ["negatifs"], 0],
  ["SELECT sum(abs(flt_rem_mnt)) FROM damir", ["negatifs"]],
  ["SELECT sum(flt_rem_mnt) FROM damir WHERE flt_rem_mnt <> 0", []],
  ["SELECT sum(flt_rem_mnt) FROM damir WHERE flt_rem_mnt < 0", []],
  [
    "SELECT sum(flt_rem_mnt) FILTER (WHERE flt_rem_mnt > 0) AS plus, sum(flt_rem_mnt) AS total FROM damir",
    [],
  ],
  ["SELECT ben_res_reg, sum(flt_rem_mnt) FROM damir GROUP BY 1 HAVING sum(flt_rem_mnt) > 0", []],

  ["SELECT sum(flt_rem_mnt::DOUBLE) FROM damir", ["argent-flottant"]],
  ["SELECT sum(CAST(rem_mon AS FLOAT)) FROM damir_departement", ["argent-flottant"]],
  ["SELECT sum(flt_rem_mnt / 1000000) FROM damir", ["argent-flottant"]],
  ["SELECT fsum(flt_pai_mnt) FROM damir", ["argent-flottant"]],
  ["SELECT sum(flt_rem_mnt) / 1e6 FROM damir", []],
  ["SELECT sum(flt_rem_mnt)::DOUBLE FROM damir", []],
  ["SELECT sum(r) FROM (SELECT prs_nat, sum(flt_rem_mnt) / 1000000 AS r FROM damir GROUP BY 1)", []],

  [
    "SELECT sum(flt_pai_mnt) - sum(flt_rem_mnt) AS reste_apres_complementaire FROM damir",
    ["complementaire-inconnue"],
  ],
  [
    "SELECT prs_nat, sum(prs_pai_mnt - prs_rem_mnt) AS reste_a_charge_final FROM damir WHERE prs_rem_typ = 0 GROUP BY 1",
    ["complementaire-inconnue"],
  ],
  [
    "SELECT a - b AS rac_apres_mutuelle FROM (SELECT sum(rem_mon) AS a, sum(rem_mon) AS b FROM damir_departement)",
    ["complementaire-inconnue"],
  ],
  ["SELECT sum(flt_pai_mnt) - sum(flt_rem_mnt) AS reste_a_charge FROM damir", []],
  ["SELECT sum(flt_pai_mnt) - sum(flt_rem_mnt) AS reste_avant_complementaire FROM damir", []],
  ["SELECT sum(flt_rem_mnt) AS total_final FROM damir", []],
];

export const counts: readonly Case[] = [
  ["SELECT sum(flt_act_qte) FROM damir", ["natures-melangees"]],
  ["SELECT sum(q) FROM (SELECT prs_nat, sum(flt_act_qte) AS q FROM damir GROUP BY 1)", ["natures-melangees"]],
  [
    "SELECT departement, sum(act_dnb) FROM damir_departement WHERE exe_spe = 1 GROUP BY 1",
    ["natures-melangees"],
  ],
  ["SELECT sum(flt_act_qte) FROM damir WHERE prs_nat IN (1110, 1125)", ["natures-melangees"]],
  [
    "SELECT poste, sum(flt_act_qte) FROM damir JOIN prs_nat_postes ON code = prs_nat GROUP BY 1",
    ["natures-melangees"],
  ],
  ["SELECT sum(flt_act_qte) FROM damir WHERE prs_nat IN ($1, $2)", ["natures-melangees"], 1110, 1952],
  ["SELECT prs_nat, sum(flt_act_qte) FROM damir GROUP BY 1", []],
  ["SELECT sum(flt_act_qte) FROM damir WHERE prs_nat = $1", [], 1110],
  ["SELECT sum(flt_act_qte) FROM damir WHERE prs_nat IN ($1, $2)", [], 1110, 1111],
  [
    "SELECT poste, sum(flt_act_qte) FROM damir JOIN prs_nat_postes ON code = prs_nat WHERE acte_de_base GROUP BY 1",
    [],
  ],
  [
    "SELECT sum(flt_act_qte) FROM damir WHERE prs_nat IN (SELECT code FROM prs_nat_postes WHERE acte_de_base)",
    [],
  ],
  [
    "SELECT libelle, sum(flt_act_qte) FROM damir JOIN nomenclature_prs_nat ON code = prs_nat WHERE libelle LIKE 'CONSULT%' GROUP BY 1",
    [],
  ],
  ["SELECT serie, sum(act_dnb) FROM damir_departement GROUP BY 1", []],
  ["SELECT sum(act_dnb) FROM damir_departement WHERE serie IN ('111111', '111121')", []],
  ["SELECT sum(CASE WHEN prs_nat = 1110 THEN flt_act_qte END) FROM damir", []],

  ["SELECT sum(flt_act_nbr) FROM damir WHERE prs_nat = 1110", ["actes-nbr"]],
  ["WITH a AS (SELECT flt_act_nbr AS n FROM damir) SELECT sum(n) AS actes FROM a", ["actes-nbr"]],
  ["SELECT sum(prs_act_nbr) FROM damir WHERE prs_rem_typ = 0", ["actes-nbr"]],
  ["SELECT sum(flt_act_qte) FROM damir WHERE prs_nat = 1110", []],
  ["SELECT count(*) - count(flt_act_nbr) AS lignes_sans_nombre FROM damir", []],
  ["SELECT flt_act_nbr FROM damir LIMIT 3", []],

  ["SELECT ben_res_reg, count(*) AS n FROM damir GROUP BY 1", ["lignes-comptees"]],
  ["SELECT count(*) AS patients FROM damir", ["lignes-comptees"]],
  ["SELECT count(DISTINCT ben_qlt_cod) AS beneficiaires FROM damir", ["lignes-comptees"]],
  ["SELECT count(*) AS actes FROM (SELECT * FROM damir WHERE prs_nat = 1110)", ["lignes-comptees"]],
  ["SELECT count(*) AS n FROM damir", []],
  ["SELECT ben_res_reg, count(*) AS lignes FROM damir GROUP BY 1", []],
  [
    "SELECT 100 * count(*) / sum(count(*)) OVER () AS pour_cent_des_lignes FROM damir GROUP BY prs_rem_typ",
    [],
  ],
  ["SELECT count(DISTINCT prs_nat) AS natures FROM damir WHERE ben_res_reg = 11", []],
  ["SELECT count(*) AS combinaisons FROM (SELECT DISTINCT prs_nat, ben_res_reg FROM damir)", []],
  ["SELECT count(*) AS departements FROM departements WHERE region = '53'", []],
];

export const months: readonly Case[] = [
  ["SELECT mois_soins, sum(flt_rem_mnt) FROM damir GROUP BY 1", ["mois-de-soins"]],
  ["SELECT sum(rem_mon) FROM damir_departement WHERE sns_date BETWEEN 202501 AND 202512", ["mois-de-soins"]],
  ["SELECT sum(flt_rem_mnt) FROM damir WHERE soi_ann = $1", ["mois-de-soins"], 2025],
  [
    "WITH m AS (SELECT mois_soins AS m, flt_rem_mnt AS r FROM damir) SELECT m, sum(r) FROM m WHERE m >= $1 GROUP BY 1",
    ["mois-de-soins"],
    new Date("2025-01-01"),
  ],
  [
    "SELECT soi_ann * 100 + soi_moi AS mois, sum(flt_rem_mnt) FROM damir WHERE flx_ann_moi <= 202502 AND soi_ann = 2025 GROUP BY 1",
    ["mois-de-soins"],
  ],
  ["SELECT mois_soins, sum(flt_rem_mnt) FROM damir WHERE mois_soins < '2025-10-01' GROUP BY 1", []],
  ["SELECT sum(rem_mon) FROM damir_departement WHERE sns_date BETWEEN $1 AND $2", [], 202401, 202412],
  ["SELECT mois_soins, mois_traitement, sum(flt_rem_mnt) FROM damir GROUP BY ALL", []],
  ["SELECT mois_traitement, sum(flt_rem_mnt) FROM damir WHERE mois_soins IS NOT NULL GROUP BY 1", []],
  ["SELECT sum(flt_rem_mnt) FROM damir WHERE soi_ann = 2024", []],

  ["SELECT make_date(soi_ann, soi_moi, 1) FROM damir", ["date-de-soins"]],
  ["SELECT (soi_ann || '-' || soi_moi || '-01')::DATE FROM damir", ["date-de-soins"]],
  [
    "SELECT strptime(format('{}{}', soi_ann, soi_moi), '%Y%m') FROM damir WHERE flx_ann_moi = 202501",
    ["date-de-soins"],
  ],
  ["SELECT make_date(soi_ann, soi_moi, 1) FROM damir WHERE soi_ann > 2000", []],
  ["SELECT CASE WHEN soi_ann > 1 THEN make_date(soi_ann, soi_moi, 1) END FROM damir", []],
  ["SELECT mois_soins::VARCHAR FROM damir", []],
  ["SELECT soi_ann, soi_moi FROM damir LIMIT 2", []],
];

export const places: readonly Case[] = [
  ["SELECT ben_res_zeat, sum(flt_rem_mnt) FROM damir GROUP BY 1", ["zones-et-regions"]],
  ["SELECT ben_res_zeat, ben_res_reg, sum(flt_rem_mnt) FROM damir GROUP BY 1, 2", ["zones-et-regions"]],
  ["SELECT sum(flt_rem_mnt) FROM damir WHERE coalesce(ben_res_reg, ben_res_zeat) = 11", ["zones-et-regions"]],
  [
    "SELECT ben_res_reg, sum(flt_rem_mnt) FROM damir WHERE flx_ann_moi < 201501 GROUP BY 1",
    ["zones-et-regions"],
  ],
  ["SELECT ben_res_reg, sum(flt_rem_mnt) FROM damir GROUP BY 1", []],
  ["SELECT * FROM damir LIMIT 5", []],
  [
    "SELECT zeat, sum(population) FROM population JOIN departements USING (departement) WHERE annee = 2024 GROUP BY 1",
    [],
  ],

  [
    `WITH d AS (SELECT ben_res_reg, sum(flt_rem_mnt) AS r FROM damir GROUP BY 1),
      h AS (SELECT ben_res_reg, sum(population) AS p FROM population JOIN departements USING (departement) WHERE annee = 2024 GROUP BY 1)
     SELECT d.ben_res_reg, r / p FROM d LEFT JOIN h ON h.ben_res_reg = d.ben_res_reg`,
    ["region-inconnue"],
  ],
  [
    "SELECT ben_res_reg, sum(flt_rem_mnt) / (SELECT sum(population) FROM population WHERE annee = 2024) FROM damir GROUP BY 1",
    ["region-inconnue"],
  ],
  [
    `SELECT d.ben_res_reg, r / p FROM (SELECT ben_res_reg, sum(flt_rem_mnt) AS r FROM damir GROUP BY 1) d
     CROSS JOIN (SELECT sum(population) AS p FROM population WHERE annee = 2024)`,
    ["region-inconnue"],
  ],
  [
    `WITH d AS (SELECT ben_res_reg, sum(flt_rem_mnt) AS r FROM damir WHERE ben_res_reg <> 99 GROUP BY 1),
      h AS (SELECT ben_res_reg, sum(population) AS p FROM population JOIN departements USING (departement) WHERE annee = 2024 GROUP BY 1)
     SELECT d.ben_res_reg, r / p FROM d LEFT JOIN h ON h.ben_res_reg = d.ben_res_reg`,
    [],
  ],
  [
    `WITH d AS (SELECT ben_res_reg, sum(flt_rem_mnt) AS r FROM damir GROUP BY 1),
      h AS (SELECT ben_res_reg, sum(population) AS p FROM population JOIN departements USING (departement) WHERE annee = 2024 GROUP BY 1)
     SELECT d.ben_res_reg, r / p FROM d JOIN h ON h.ben_res_reg = d.ben_res_reg`,
    [],
  ],
  ["SELECT sum(flt_rem_mnt) / (SELECT sum(population) FROM population WHERE annee = 2024) FROM damir", []],
];

export const joins: readonly Case[] = [
  [
    "SELECT nom_departement, sum(rem_mon) FROM damir_departement d JOIN geographie g ON g.departement = d.departement GROUP BY 1",
    ["jointure-multiple"],
  ],
  ["SELECT sum(flt_rem_mnt) FROM damir JOIN departements USING (ben_res_reg)", ["jointure-multiple"]],
  [
    "SELECT d.departement, sum(rem_mon) / sum(affilies_rg) FROM damir_departement d JOIN population p ON p.departement = d.departement AND annee = 2024 GROUP BY 1",
    ["jointure-multiple"],
  ],
  [
    "SELECT nom_departement, sum(rem_mon) FROM damir_departement d JOIN geographie g ON g.cpam = d.cpam GROUP BY 1",
    [],
  ],
  ["SELECT nom, sum(rem_mon) FROM damir_departement JOIN departements USING (departement) GROUP BY 1", []],
  ["SELECT nom, sum(flt_rem_mnt) FROM regions r, damir d WHERE r.ben_res_reg = d.ben_res_reg GROUP BY 1", []],
  ["SELECT sum(flt_rem_mnt) FROM damir WHERE ben_res_reg IN (SELECT ben_res_reg FROM departements)", []],
  ["SELECT sum(rem_mon) FROM damir_departement d SEMI JOIN medecins m ON m.departement = d.departement", []],

  [
    `WITH a AS (SELECT departement, sum(rem_mon) AS r FROM damir_departement GROUP BY 1),
      h AS (SELECT departement, sum(population) AS p FROM population WHERE annee = 2024 GROUP BY 1)
     SELECT departement, r / p FROM a JOIN h USING (departement)`,
    ["denominateur"],
  ],
  [
    "SELECT sum(rem_mon) / (SELECT sum(population) FROM population WHERE annee = 2024) FROM damir_departement",
    ["denominateur"],
  ],
  [
    "SELECT sum(flt_rem_mnt) / (SELECT sum(affilies_rg) FROM population WHERE annee = 2024) FROM damir",
    ["denominateur"],
  ],
  [
    "SELECT sum(rem_mon) / (SELECT sum(affilies_rg) FROM population WHERE annee = 2024) FROM damir_departement",
    [],
  ],
  ["SELECT sum(flt_rem_mnt) / (SELECT sum(population) FROM population WHERE annee = 2024) FROM damir", []],
  [
    "SELECT (SELECT sum(effectif) FROM medecins WHERE annee = 2024) / (SELECT sum(population) FROM population WHERE annee = 2024)",
    [],
  ],

  [
    "SELECT sum(rem_mon) FROM (SELECT rem_mon FROM damir_departement UNION ALL SELECT rem_mon FROM damir_national)",
    ["double-compte"],
  ],
  [
    "SELECT (SELECT sum(rem_mon) FROM damir_departement) + (SELECT sum(rem_mon) FROM damir_national)",
    ["double-compte"],
  ],
  [
    "WITH a AS (SELECT sum(rem_mon) AS x FROM damir_departement), b AS (SELECT sum(rem_mon) AS y FROM damir_national) SELECT x + y FROM a, b",
    ["double-compte"],
  ],
  [
    "SELECT 'R' AS t, sum(rem_mon) FROM damir_departement UNION ALL SELECT 'N', sum(rem_mon) FROM damir_national",
    [],
  ],
  [
    "WITH a AS (SELECT sum(rem_mon) AS x FROM damir_departement), b AS (SELECT sum(rem_mon) AS y FROM damir_national) SELECT x, y, x - y FROM a, b",
    [],
  ],
  [
    "SELECT sum(rem_mon) FROM (SELECT * FROM damir_departement WHERE serie = '11F' UNION ALL SELECT * FROM damir_departement WHERE serie = '111111')",
    [],
  ],
];
