import { isMeasure, isMoney } from "./measures.js";
import type { Block, Scalar, TableUse } from "./query-model.js";
import { columnsBelow } from "./expression.js";
import { isGroupedBy, mayAdd, rowWith, sumsIn, sumsOf, type Sum } from "./sums.js";
import type { Trap } from "./trap.js";

/** The codes of PRS_REM_TYP other than 0: complements, parts of others, unknown. */
const complements = [1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 99];

/** What the lines of type 99 have in the six variables that are unknown together. */
const typeUnknown: Readonly<Record<string, Scalar>> = {
  prs_rem_typ: 99,
  exo_mtf: 99,
  mtm_nat: 9,
  ben_cmu_top: 9,
  cpt_env_typ: 9,
  top_ps5_trg: 9,
};

const floating = new Set(["cast DOUBLE", "cast FLOAT", "cast REAL", "/"]);

const floatingSums = new Set(["fsum", "sumkahan", "kahan_sum", "favg"]);

/** Raw measures: those that the prefiltered `flt_*` are made from. */
function isRaw({ table }: TableUse, name: string): boolean {
  return table === "damir" && name.startsWith("prs_") && isMeasure({ table, scope: {} }, name);
}

function isPrefiltered({ table }: TableUse, name: string): boolean {
  return table === "damir" && name.startsWith("flt_");
}

/** The legal reimbursement has its complements among its lines; expenses and volumes are on the lines of reference alone. */
function mixesTypes(sum: Sum): boolean {
  if (isGroupedBy(sum, "prs_rem_typ")) return false;
  const foreign = sum.column.name === "prs_rem_mnt" ? complements.slice(1) : complements;
  return foreign.some((type) => mayAdd(sum, rowWith(sum.column.use, { prs_rem_typ: type })));
}

function dropsNegatives(sum: Sum): boolean {
  if (
    isMoney(sum.column.use, sum.column.name) &&
    sum.through.some((name) => name === "abs" || name === "greatest")
  ) {
    return true;
  }
  return measuresOf(sum.by.block, sum.column.use).some(
    (name) =>
      !mayAdd(sum, rowWith(sum.column.use, { [name]: -1 })) &&
      mayAdd(sum, rowWith(sum.column.use, { [name]: 1 })),
  );
}

/** The measures of a table that a block reads somewhere. */
function measuresOf(block: Block, use: TableUse): string[] {
  const relation = block.relations.find(({ tables }) => tables.includes(use));
  const columns = [...(relation?.columns?.values() ?? [])];
  return columns.flatMap((column) =>
    column.kind === "column" && isMeasure(use, column.name) ? column.name : [],
  );
}

/** True when all that a block adds up of a table is so: a part beside its total shows by itself what it leaves out. */
function allSums(
  block: Block,
  test: (use: TableUse, name: string) => boolean,
  found: (sum: Sum) => boolean,
): boolean {
  const sums = sumsOf(block, test);
  return [...new Set(sums.map(({ column }) => column.use))].some((use) =>
    sums.filter(({ column }) => column.use === use).every(found),
  );
}

/** What is said to remain when complementary insurers have paid: names such as reste_a_charge_final or rac_apres_mutuelle. */
const afterComplement = /^(?:reste|rac)(?:_|$).*(?:apres|final|mutuelle|complementaire)/i;

export const amountTraps: readonly Trap[] = [
  {
    rule: "prs-sans-type",
    why: "Les mesures prs_* comptent aussi les compléments et les parts d'autres organismes (prs_rem_typ) : additionnées telles quelles, elles comptent une dépense plusieurs fois.",
    instead:
      "Prenez les mesures flt_*, déjà filtrées. Pour les prs_* : WHERE prs_rem_typ = 0, ou prs_rem_typ IN (0, 1) pour le remboursement prs_rem_mnt.",
    find: (query) => sumsIn(query, isRaw).some(mixesTypes),
  },
  {
    rule: "type-99",
    why: "Le filtre écarte les lignes de type 99 (40 % des lignes d'un mois, 4,5 % de ses remboursements) : prs_rem_typ, exo_mtf, mtm_nat, ben_cmu_top, cpt_env_typ et top_ps5_trg y sont inconnues ensemble, mais leurs montants flt_* sont vrais.",
    instead:
      "Gardez 99 (ou 9) comme une catégorie à part, avec GROUP BY ou sum(…) FILTER (WHERE …) à côté du total ; sinon, dites sous le graphique ce qui est écarté.",
    find: ({ blocks }) =>
      blocks.some((block) =>
        allSums(block, isPrefiltered, (sum) => !mayAdd(sum, rowWith(sum.column.use, typeUnknown))),
      ),
  },
  {
    rule: "negatifs",
    why: "Les montants négatifs sont écartés : ce sont surtout des franchises, des participations et des régularisations, et sans eux le total est surestimé.",
    instead:
      "Gardez les lignes négatives dans les sommes ; pour étudier les franchises, choisissez leurs natures (prs_nat 1951, 1952, 1957, 1971 à 1978).",
    find: ({ blocks }) => blocks.some((block) => allSums(block, isMeasure, dropsNegatives)),
  },
  {
    rule: "argent-flottant",
    why: "Des euros deviennent des nombres à virgule flottante avant d'être additionnés : la somme n'est plus exacte au centime.",
    instead:
      "Additionnez la colonne telle quelle, c'est un décimal exact : sum(flt_rem_mnt) ; convertissez ou divisez après : sum(flt_rem_mnt) / 1000000.",
    find: (query) =>
      sumsIn(query, isMoney).some(
        ({ aggregation, through }) =>
          floatingSums.has(aggregation.name) ||
          (aggregation.name === "sum" && through.some((name) => floating.has(name))),
      ),
  },
  {
    rule: "complementaire-inconnue",
    why: "Ce qui reste à la charge des patients après leur complémentaire ne se calcule pas : ces données ne disent pas ce que les mutuelles et les assurances ont payé.",
    instead:
      "La dépense moins le remboursement est un reste avant complémentaire : nommez-le ainsi, reste_avant_complementaire, et dites-le sous le graphique.",
    find: ({ blocks }) =>
      blocks.some(({ outputs }) =>
        outputs.some(
          ({ name, expression }) =>
            afterComplement.test(name) &&
            !name.includes("avant") &&
            columnsBelow(expression).some(({ use, name: column }) => isMoney(use, column)),
        ),
      ),
  },
];
