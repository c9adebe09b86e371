import { termsOf } from "./expression.js";
import { isMeasure, isMeasured } from "./measures.js";
import type { Aggregation, Block } from "./query-model.js";
import { adds } from "./sums.js";
import type { Trap } from "./trap.js";

/** Functions that give every row the same weight. */
const averages = new Set(
  "avg mean favg median quantile quantile_cont quantile_disc percentile_cont percentile_disc".split(" "),
);

const rates = new Set(["prs_rem_tau", "rem_tau"]);

/** True for an average where a row of the files counts as one, whatever the care it gathers; sums that are averaged don't. */
function averagesRows(aggregation: Aggregation): boolean {
  if (!averages.has(aggregation.name) || aggregation.label.toLowerCase().includes("ligne")) return false;
  return termsOf(aggregation).some(
    ({ column: { use, name }, aggregation: by }) =>
      by === aggregation && (isMeasure(use, name) || (isMeasured(use) && rates.has(name))),
  );
}

/** True where rows that look the same are taken once: a sum of DISTINCT amounts, or rows with their measures under DISTINCT. */
function dropsRepeated({ aggregations, groups }: Block): boolean {
  const summed = aggregations.some(
    (aggregation) =>
      aggregation.distinct &&
      adds(aggregation) &&
      termsOf(aggregation).some(({ column }) => isMeasure(column.use, column.name)),
  );
  // Grouped by an amount and by nothing else, or to count how often it comes, values are looked at, not cleaned.
  const cleaned =
    aggregations.length === 0 &&
    groups.length > 1 &&
    groups.some((group) => group.kind === "column" && isMeasure(group.use, group.name));
  return summed || cleaned;
}

/** True where the lower bound of a class of ages is reckoned with as an age. */
function averagesAges(aggregation: Aggregation): boolean {
  return (
    (adds(aggregation) || averages.has(aggregation.name)) &&
    termsOf(aggregation).some(({ column }) => isMeasured(column.use) && column.name === "age_ben_snds")
  );
}

/** Traps of rows that aren't what they look like: neither acts nor people, and never repeated by mistake. */
export const rowTraps: readonly Trap[] = [
  {
    rule: "moyenne-de-lignes",
    why: "La moyenne porte sur des lignes agrégées : une ligne réunit un nombre quelconque d'actes, et ce n'est ni un coût par acte, ni un coût par personne, ni un taux moyen.",
    instead:
      "Divisez des sommes, sur des natures choisies : sum(flt_pai_mnt) / sum(flt_act_qte). Si vous décrivez bien les lignes, dites-le dans le nom de la colonne : avg(…) AS moyenne_par_ligne.",
    find: ({ blocks }) => blocks.some(({ aggregations }) => aggregations.some(averagesRows)),
  },
  {
    rule: "doublons",
    why: "DISTINCT enlève des lignes qui se ressemblent, et leurs montants avec : une ligne n'a pas d'identifiant, et deux lignes pareilles sont deux groupes de soins.",
    instead:
      "Additionnez toutes les lignes, sans DISTINCT ; pour savoir quels codes existent, SELECT DISTINCT sur les codes seuls.",
    find: ({ blocks }) => blocks.some(dropsRepeated),
  },
  {
    rule: "age-moyen",
    why: "age_ben_snds est une classe, pas un âge : 0 veut dire de 0 à 19 ans, 70 de 70 à 79, 80 quatre-vingts ans et plus, et 99 un âge inconnu.",
    instead: "Groupez par age_ben_snds et donnez la part de chaque classe, l'inconnue comprise.",
    find: ({ blocks }) => blocks.some(({ aggregations }) => aggregations.some(averagesAges)),
  },
];
