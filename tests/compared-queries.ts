/** What notebooks write beside what the starters do, answered by DuckDB and by the engines of servers. */
export const comparedQueries: Readonly<Record<string, string>> = {
  "month and region": `SELECT flx_ann_moi, ben_res_reg, sum(flt_rem_mnt) AS rembourse, sum(flt_act_qte) AS quantite
    FROM damir GROUP BY flx_ann_moi, ben_res_reg ORDER BY flx_ann_moi, ben_res_reg`,
  "twenty natures with their labels": `SELECT d.prs_nat, n.libelle, sum(flt_rem_mnt) AS rembourse FROM damir d
    LEFT JOIN nomenclature_prs_nat n ON n.code = d.prs_nat GROUP BY 1, 2 ORDER BY rembourse DESC, 1 LIMIT 20`,
  "age and sex": `SELECT age_ben_snds, ben_sex_cod, sum(flt_act_qte) AS quantite, avg(flt_rem_mnt) AS moyenne FROM damir
    GROUP BY 1, 2 ORDER BY 1, 2`,
  "distinct combinations": `SELECT count(*) AS n FROM (SELECT DISTINCT prs_nat, pse_spe_snds, ben_res_reg FROM damir) AS combinaisons`,
  "a quotient of whole numbers": `SELECT sum(flt_act_qte) / count(*) AS moyenne, 7 / 2 AS sept_demis, 100 * 1 / 3 AS tiers,
    max(age_ben_snds) / 2 AS moitie FROM damir`,
  "a division by zero": "SELECT 1 / 0 AS infini, 0.0 / 0 AS rien, CAST(NULL AS INTEGER) / 0 AS inconnu",
  "rounded doubles": `SELECT round(CAST(2.5 AS DOUBLE)) AS a, round(CAST(-2.5 AS DOUBLE)) AS b, round(CAST(1234.567 AS DOUBLE), 1) AS c,
    round(sum(flt_rem_mnt) / 1000000, 1) AS millions FROM damir`,
  "a share of the whole": `SELECT ben_sex_cod, 100.0 * sum(flt_rem_mnt) / sum(sum(flt_rem_mnt)) OVER () AS part FROM damir
    GROUP BY ben_sex_cod ORDER BY ben_sex_cod`,
  "months of care": `SELECT mois_soins, sum(flt_rem_mnt) AS rembourse FROM damir WHERE mois_traitement = DATE '2024-06-01'
    GROUP BY mois_soins ORDER BY mois_soins NULLS LAST`,
  "parts of dates": `SELECT year(mois_soins) AS annee, extract(month FROM mois_soins) AS mois, strftime(mois_soins, '%Y-%m') AS texte,
    date_trunc('quarter', mois_soins) AS trimestre, date_diff('month', mois_soins, mois_traitement) AS delai, count(*) AS n
    FROM damir WHERE mois_soins >= '2024-01-01' GROUP BY 1, 2, 3, 4, 5 ORDER BY 3, 5`,
  "a form of dates with words in it": `SELECT strftime(jour, 'le %-d %B "%Y", jour %j \\ 100 %%') AS texte FROM meteo WHERE departement = '2A'
    AND jour < DATE '2024-03-01' ORDER BY jour LIMIT 40`,
  "days and intervals": `SELECT jour, jour + INTERVAL '1 month' AS apres, jour - DATE '2024-01-01' AS rang, dayofweek(jour) AS jour_semaine,
    isodow(jour) AS rang_semaine FROM meteo WHERE departement = '2A' AND jour < DATE '2024-02-01' ORDER BY jour`,
  "medians and quantiles": `SELECT departement, median(CAST(tm AS DOUBLE)) AS mediane, quantile_cont(CAST(tm AS DOUBLE), 0.9) AS chaud,
    round(stddev(tm), 6) AS ecart FROM meteo GROUP BY departement ORDER BY departement`,
  correlations: `SELECT round(corr(tm, rr), 9) AS r, round(regr_slope(tm, rr), 9) AS pente FROM meteo`,
  "filtered aggregates": `SELECT count(*) FILTER (WHERE ben_res_reg = 99) AS inconnus, count_if(ben_sex_cod = 1) AS hommes,
    sum(flt_rem_mnt) FILTER (WHERE prs_nat = 1110) AS consultations, any_value(flx_ann_moi) IS NOT NULL AS quelconque FROM damir`,
  texts: `SELECT code || ' : ' || libelle AS texte, length(libelle) AS longueur, upper(libelle) AS majuscules,
    contains(libelle, 'CONSULT') AS consultation, ifnull(note, '') AS note FROM nomenclature_prs_nat WHERE libelle LIKE 'C%' ORDER BY libelle, code`,
  "texts in the order of their bytes": "SELECT nom FROM departements ORDER BY nom",
  lists: `SELECT ben_res_reg, list(departement ORDER BY departement) AS departements, string_agg(nom, ', ' ORDER BY nom) AS noms
    FROM departements GROUP BY ben_res_reg ORDER BY ben_res_reg`,
  windows: `SELECT flx_ann_moi, sum(flt_rem_mnt) AS rembourse, lag(sum(flt_rem_mnt)) OVER (ORDER BY flx_ann_moi) AS avant,
    rank() OVER (ORDER BY sum(flt_rem_mnt) DESC) AS rang FROM damir GROUP BY flx_ann_moi ORDER BY flx_ann_moi`,
  "booleans and cases": `SELECT acte_de_base, CASE WHEN unite = '' THEN 'sans' ELSE unite END AS unite, count(*) AS n FROM prs_nat_postes
    GROUP BY acte_de_base, 2 ORDER BY acte_de_base, 2`,
  "several tables": `WITH actes AS (SELECT departement, sum(act_dnb) AS actes FROM damir_departement WHERE exe_spe = 1 GROUP BY departement)
    SELECT d.departement, d.nom, actes, sum(m.effectif) AS medecins, round(1.0 * actes / sum(m.effectif), 3) AS activite
    FROM departements d JOIN actes ON actes.departement = d.departement JOIN medecins m ON m.departement = d.departement
    WHERE m.annee = 2024 AND m.exe_spe = 1 GROUP BY d.departement, d.nom, actes HAVING sum(m.effectif) > 0 ORDER BY d.departement`,
  "set operations": `SELECT departement FROM caisses EXCEPT SELECT departement FROM departements WHERE region = '11' ORDER BY 1`,
  "a whole row":
    "SELECT * FROM damir WHERE flx_ann_moi = 202403 ORDER BY prs_nat, flt_rem_mnt, prs_pai_mnt, flt_pai_mnt, prs_act_qte LIMIT 50",
};
