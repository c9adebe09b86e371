/**
 * Five queries of people's first day: what is paid by month and region, the first prestations, a speciality beside its doctors and
 * inhabitants, ages and sexes, and how many combinations of five dimensions there are.
 */

/** @type {Record<string, string>} */
export const queries = {
  "month × region": `
    SELECT flx_ann_moi, ben_res_reg, sum(flt_rem_mnt) AS rembourse, sum(flt_act_qte) AS quantite
    FROM damir GROUP BY flx_ann_moi, ben_res_reg ORDER BY flx_ann_moi, ben_res_reg`,
  "top 20 prestations": `
    SELECT prs_nat, sum(flt_rem_mnt) AS rembourse FROM damir GROUP BY prs_nat ORDER BY rembourse DESC, prs_nat LIMIT 20`,
  "speciality ⨝ medecins ⨝ population": `
    WITH actes AS (
      SELECT ben_res_reg, sum(flt_act_qte) AS actes FROM damir WHERE pse_spe_snds = 8 GROUP BY ben_res_reg
    ), offre AS (
      SELECT ben_res_reg, sum(effectif) AS medecins FROM medecins JOIN departements USING (departement)
      WHERE pse_spe_snds = 8 AND annee = (SELECT max(annee) FROM medecins) GROUP BY ben_res_reg
    ), habitants AS (
      SELECT ben_res_reg, sum(population) AS habitants FROM population JOIN departements USING (departement)
      WHERE annee = (SELECT max(annee) FROM population WHERE population IS NOT NULL) GROUP BY ben_res_reg
    )
    SELECT ben_res_reg, actes, medecins, habitants
    FROM actes JOIN offre USING (ben_res_reg) JOIN habitants USING (ben_res_reg) ORDER BY ben_res_reg`,
  "age × sex": `
    SELECT age_ben_snds, ben_sex_cod, sum(flt_rem_mnt) AS rembourse, sum(flt_pai_mnt) AS depense
    FROM damir GROUP BY age_ben_snds, ben_sex_cod ORDER BY age_ben_snds, ben_sex_cod`,
  "distinct combinations": `
    SELECT count(*) AS combinaisons FROM (
      SELECT DISTINCT prs_nat, pse_spe_snds, ben_res_reg, age_ben_snds, ben_sex_cod FROM damir
    ) AS distinctes`,
};
