import { isMeasure, isMeasured, isQuantity } from "./measures.js";
import { mixedUnits } from "./natures.js";
import { columnsOf } from "./expression.js";
import type { Aggregation, TableUse } from "./query-model.js";
import { groupsOf, sumsIn } from "./sums.js";
import type { QueryReading, Trap } from "./trap.js";

/** Words of a column's name that say it counts rows, and mean nothing more. */
const ofRows = ["ligne", "rows"];

/** Words of a column's name that take rows for people or for care. */
const ofPeople = [
  "patient",
  "beneficiaire",
  "bénéficiaire",
  "personne",
  "assure",
  "assuré",
  "malade",
  "acte",
  "consultation",
  "consommant",
  "individu",
];

function speaksOf(label: string, words: readonly string[]): boolean {
  const name = label.toLowerCase();
  return words.some((word) => name.includes(word));
}

/**
 * A count of rows of the DAMIR tables that can be taken for something else. Counting a whole table, or into a column that is
 * named after rows, can't; different codes are counted with DISTINCT.
 */
function takenForPeople({ name, distinct, label, block }: Aggregation): boolean {
  if (name !== "count" && name !== "count_star") return false;
  if (!block.tables.some(isMeasured)) return false;
  if (speaksOf(label, ofPeople)) return true;
  if (distinct || label === "" || speaksOf(label, ofRows)) return false;
  return block.groups.length > 0 || block.conditions.length > 0;
}

/** Says what a quantity counts together. */
function mixedNatures(query: QueryReading): string | false {
  for (const sum of sumsIn(query, isQuantity)) {
    const units = sum.by.name === "sum" ? mixedUnits(sum) : undefined;
    if (units === undefined) continue;
    const shown = units.length > 5 ? `${units.slice(0, 5).join(", ")}…` : units.join(", ");
    return `${sum.column.name} est additionnée sur des natures qui ne comptent pas la même chose : ${shown}.`;
  }
  return false;
}

/** Counts of people at the end of a year: those of several years are the same people. */
const yearly: ReadonlyMap<string, readonly string[]> = new Map([
  ["population", ["population", "affilies_rg"]],
  ["medecins", ["effectif"]],
]);

/** Says whose people are added up over all the years of their table. */
function addsYears(query: QueryReading): string | false {
  const isYearly = ({ table }: TableUse, name: string) => yearly.get(table)?.includes(name) === true;
  for (const { by, column, conditions, aggregation } of sumsIn(query, isYearly)) {
    if (by.name !== "sum" || aggregation.name !== "sum") continue;
    // A year that is chosen, or told apart, is one that its author thought of.
    const read = [
      ...by.block.conditions,
      ...conditions,
      ...by.block.relations.flatMap((relation) => [...relation.on, ...relation.conditions]),
      ...groupsOf(by),
    ];
    if (read.flatMap(columnsOf).some(({ use, name }) => use.table === column.use.table && name === "annee"))
      continue;
    return `${column.name} est additionné sur toutes les années de ${column.use.table} : les mêmes personnes y sont une fois par an.`;
  }
  return false;
}

export const countTraps: readonly Trap[] = [
  {
    rule: "natures-melangees",
    why: "Une quantité est additionnée sur des natures qui ne comptent pas la même chose.",
    instead:
      "Choisissez des natures comparables (JOIN prs_nat_postes ON code = prs_nat, WHERE acte_de_base) ou donnez une quantité par nature (GROUP BY prs_nat).",
    find: mixedNatures,
  },
  {
    rule: "actes-nbr",
    why: "Les colonnes *_act_nbr sont vides sur 10 % des lignes environ : les additionner oublie des actes.",
    instead: "Comptez avec flt_act_qte, en choisissant des natures qui comptent des actes.",
    find: (query) =>
      sumsIn(query, (use, name) => isMeasure(use, name) && name.endsWith("_act_nbr")).some(
        ({ by }) => by.name === "sum",
      ),
  },
  {
    rule: "lignes-comptees",
    why: "count() compte ici des lignes agrégées, ni des patients ni des actes : une ligne réunit tous les soins qui ont les mêmes codes, et Open DAMIR ne dit pas combien de personnes.",
    instead:
      "Pour des actes : sum(flt_act_qte) sur des natures choisies. Si vous comptez bien des lignes, dites-le dans le nom de la colonne : count(*) AS lignes.",
    find: ({ blocks }) => blocks.some(({ aggregations }) => aggregations.some(takenForPeople)),
  },
  {
    rule: "annees-additionnees",
    why: "Des effectifs de plusieurs années sont additionnés : les mêmes personnes y sont une fois par an.",
    instead:
      "Choisissez une année (WHERE annee = 2024, ou annee = (SELECT max(annee) FROM …)), ou groupez par annee.",
    find: addsYears,
  },
];
