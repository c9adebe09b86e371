/** A word of SQL's own, with what it does. */
export interface SqlWord {
  word: string;
  /** In one sentence. */
  use: string;
}

/** Words that queries are made of. */
export const sqlKeywords: readonly SqlWord[] = [
  ["SELECT", "Choisit les colonnes du résultat."],
  ["FROM", "Dit dans quelle table lire."],
  ["WHERE", "Garde les lignes qui remplissent une condition, avant tout calcul."],
  [
    "GROUP BY",
    "Fait une ligne par valeur : GROUP BY 1 désigne la première colonne, GROUP BY ALL toutes celles qui ne sont pas calculées.",
  ],
  ["HAVING", "Garde les groupes qui remplissent une condition, après le calcul."],
  ["ORDER BY", "Trie : ORDER BY 2 DESC par la deuxième colonne, la plus grande d'abord."],
  ["LIMIT", "Garde les premières lignes."],
  ["JOIN", "Joint une table : JOIN regions USING (ben_res_reg)."],
  ["LEFT JOIN", "Joint une table en gardant les lignes qui n'y ont pas de correspondance."],
  ["USING", "Joint sur les colonnes de même nom."],
  ["ON", "Dit sur quelle condition joindre."],
  ["AS", "Donne un nom à une colonne ou à une table."],
  ["DISTINCT", "Ne garde qu'une fois chaque ligne ou valeur."],
  ["AND", "Les deux conditions."],
  ["OR", "L'une des deux conditions."],
  ["NOT", "Le contraire d'une condition."],
  ["IN", "Parmi une liste : prs_nat IN (1110, 1111)."],
  ["BETWEEN", "Entre deux valeurs, bornes comprises : BETWEEN 202401 AND 202412."],
  ["LIKE", "Ressemble à un modèle, où % remplace n'importe quel texte."],
  ["ILIKE", "Comme LIKE, sans tenir compte des majuscules."],
  ["IS NULL", "N'a pas de valeur (non publié)."],
  ["IS NOT NULL", "A une valeur."],
  ["CASE", "Choisit une valeur selon des conditions : CASE WHEN … THEN … ELSE … END."],
  ["WHEN", "Une condition de CASE."],
  ["THEN", "La valeur d'une condition de CASE."],
  ["ELSE", "La valeur de CASE quand aucune condition n'est remplie."],
  ["END", "Termine CASE."],
  ["WITH", "Nomme une sous-requête à utiliser ensuite : WITH actes AS (SELECT …) SELECT … FROM actes."],
  ["UNION ALL", "Met les lignes de deux requêtes à la suite."],
  ["OVER", "Calcule sur des lignes voisines : sum(x) OVER (PARTITION BY region)."],
  ["PARTITION BY", "Le groupe de lignes d'un calcul OVER."],
  ["QUALIFY", "Garde des lignes d'après un calcul OVER."],
  ["DESC", "Du plus grand au plus petit."],
  ["ASC", "Du plus petit au plus grand."],
  ["NULLS LAST", "Met les valeurs absentes à la fin."],
  ["FILTER", "Ne compte que certaines lignes : sum(x) FILTER (WHERE ben_sex_cod = 2)."],
].map(([word = "", use = ""]) => ({ word, use }));

/** Functions that these queries need most, with what they are given. */
export const sqlFunctions: readonly (SqlWord & { call: string })[] = [
  ["sum", "sum(montant)", "Somme."],
  [
    "count",
    "count(*)",
    "Nombre de lignes. Une ligne de DAMIR est un agrégat : ce n'est ni un patient ni un acte.",
  ],
  ["avg", "avg(valeur)", "Moyenne des lignes. Pour un prix moyen, divisez plutôt deux sommes."],
  ["min", "min(valeur)", "Plus petite valeur."],
  ["max", "max(valeur)", "Plus grande valeur."],
  ["median", "median(valeur)", "Médiane des lignes (DuckDB seulement)."],
  ["quantile_cont", "quantile_cont(valeur, 0.9)", "Quantile des lignes (DuckDB seulement)."],
  ["corr", "corr(y, x)", "Corrélation linéaire."],
  ["regr_slope", "regr_slope(y, x)", "Pente de la droite de régression de y sur x."],
  ["stddev_samp", "stddev_samp(valeur)", "Écart type."],
  ["round", "round(valeur, 2)", "Arrondit."],
  ["abs", "abs(valeur)", "Valeur absolue."],
  ["coalesce", "coalesce(a, b)", "La première valeur qui n'est pas null."],
  ["nullif", "nullif(a, b)", "Null si les deux sont égales : x / nullif(y, 0) évite une division par zéro."],
  ["cast", "cast(valeur AS VARCHAR)", "Change de type."],
  ["lower", "lower(texte)", "En minuscules."],
  ["upper", "upper(texte)", "En majuscules."],
  ["substr", "substr(texte, 1, 2)", "Un morceau de texte."],
  ["concat", "concat(a, b)", "Met des textes bout à bout."],
  ["lpad", "lpad(texte, 2, '0')", "Complète à gauche : lpad('1', 2, '0') donne 01."],
  ["make_date", "make_date(annee, mois, 1)", "Une date."],
  ["date_trunc", "date_trunc('year', jour)", "Le début de l'année, du trimestre, du mois d'une date."],
  ["extract", "extract(year FROM jour)", "L'année, le mois, le jour d'une date."],
  ["lag", "lag(valeur) OVER (ORDER BY mois)", "La valeur de la ligne d'avant."],
  ["row_number", "row_number() OVER (ORDER BY valeur DESC)", "Le rang d'une ligne."],
  ["rank", "rank() OVER (ORDER BY valeur DESC)", "Le rang d'une ligne, le même pour les égales."],
].map(([word = "", call = "", use = ""]) => ({ word, call, use }));
