import { mayPass, type Environment } from "./evaluation.js";
import { columnsBelow, columnsOf, partsOf } from "./expression.js";
import { isMeasure } from "./measures.js";
import type { Block, ColumnExpression, TableUse } from "./query-model.js";
import { rowWith } from "./sums.js";
import type { QueryReading, Trap } from "./trap.js";

/** The first processing month of the files that have regions instead of zones. */
const firstWithRegions = 201501;

/** Tables that have a ben_res_reg of their own, and no unknown one. */
const knownRegions = new Set(["regions", "departements", "geographie"]);

function isZone(name: string): boolean {
  return name.includes("_zeat");
}

function isRegion(name: string): boolean {
  return name.endsWith("_reg") || name.endsWith("_reg_cod");
}

/** The columns of damir that a block reads one row at a time. */
function geographyOf(block: Block): ColumnExpression[] {
  return block.expressions
    .flatMap(columnsOf)
    .filter(({ use, name }) => use.table === "damir" && (isZone(name) || isRegion(name)));
}

/** One processing month of each era of the files that the conditions of a block let in. */
function eras(
  { conditions }: Block,
  use: TableUse,
  query: QueryReading,
): { zones: boolean; regions: boolean } {
  const { first, last } = query.months("damir") ?? { first: 200901, last: 209912 };
  const found = { zones: false, regions: false };
  for (let year = Math.floor(first / 100); year <= Math.floor(last / 100); year++) {
    for (let month = year * 100 + 1; month <= year * 100 + 12; month++) {
      const era = month < firstWithRegions ? "zones" : "regions";
      if (found[era] || month < first || month > last) continue;
      const mois_traitement = `${year}-${String(month % 100).padStart(2, "0")}-01`;
      found[era] = mayPass(conditions, rowWith(use, { flx_ann_moi: month, mois_traitement }));
    }
  }
  return found;
}

function emptyGeography(query: QueryReading): string | false {
  for (const block of query.blocks) {
    // A query that looks at both on purpose is one that checks them: a condition that asks which is null.
    const columns = geographyOf(block);
    const zone = columns.find(({ name }) => isZone(name));
    const region = columns.find(({ name }) => isRegion(name));
    if (zone && region && zone.use === region.use) {
      return `${zone.name} et ${region.name} ne sont jamais remplies sur la même ligne : les fichiers de 2009 à 2014 ont des zones, ceux d'après des régions, et une zone ne se convertit pas en régions.`;
    }
    if (zone && !eras(block, zone.use, query).zones) {
      return `${zone.name} est vide sur les mois lus : seuls les fichiers de 2009 à 2014 ont des zones.`;
    }
    if (region && !eras(block, region.use, query).regions) {
      return `${region.name} est vide sur les mois lus : les fichiers de 2009 à 2014 ont des zones (${region.name.replace("_reg", "_zeat")}).`;
    }
  }
  return false;
}

/** A division of what damir measures, by the region of residence, by what population counts. */
function* ratesByRegion({ expressions }: Block): Generator<TableUse, void, undefined> {
  for (const part of expressions.flatMap((expression) => [...partsOf(expression)])) {
    if (part.kind !== "call" || (part.name !== "/" && part.name !== "//")) continue;
    const [above, below] = part.operands;
    if (!above || !below || !columnsBelow(below).some(({ use }) => use.table === "population")) continue;
    for (const inner of partsOf(above)) {
      if (inner.kind !== "aggregate") continue;
      const measured = columnsOf(inner).find(
        ({ use, name }) => use.table === "damir" && isMeasure(use, name),
      );
      const region = inner.aggregation.block.groups
        .flatMap(columnsOf)
        .find(
          ({ use, name }) => name === "ben_res_reg" && (use === measured?.use || knownRegions.has(use.table)),
        );
      if (measured && region) yield measured.use;
    }
  }
}

/** A row of damir whose region isn't known, beside tables that only know regions. */
function unknownRegion(measured: TableUse): Environment {
  return (use, column) => {
    if (column !== "ben_res_reg") return undefined;
    if (use === measured) return 99;
    return knownRegions.has(use.table) ? 0 : undefined;
  };
}

export const placeTraps: readonly Trap[] = [
  {
    rule: "zones-et-regions",
    why: "Une colonne de lieu est vide sur les mois lus.",
    instead:
      "Prenez *_zeat sur 2009 à 2014, *_reg depuis 2015, chacune dans sa requête ; d'une époque à l'autre, seule la France entière se compare.",
    find: emptyGeography,
  },
  {
    rule: "region-inconnue",
    why: "Un taux par habitant est calculé aussi pour la région 99, inconnue : elle porte 17 % des remboursements et n'a pas d'habitants.",
    instead:
      "Écartez-la du taux (WHERE ben_res_reg <> 99), et dites sous la carte la part des montants qu'elle contient.",
    find: ({ blocks }) =>
      blocks.some((block) =>
        [...ratesByRegion(block)].some((measured) => mayPass(block.conditions, unknownRegion(measured))),
      ),
  },
];
