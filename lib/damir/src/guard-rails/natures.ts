import { postes, prestations, type Prestation } from "../dictionary/postes.js";
import { evaluate, type Environment } from "./evaluation.js";
import { columnsOf } from "./expression.js";
import type { Expression, Scalar, TableUse } from "./query-model.js";
import { groupsOf, mayAdd, type Sum } from "./sums.js";

let categories: ReadonlyMap<string, Readonly<Record<string, Scalar>>> | undefined;

/** A poste as its table has it. */
function posteOf(code: string): Readonly<Record<string, Scalar>> | undefined {
  categories ??= new Map(
    postes().map(({ poste, libelle, categorie, ordre }) => [poste, { poste, libelle, categorie, ordre }]),
  );
  return categories.get(code);
}

/** What the rows of a nature have, in the measured table and in those that explain it beside it. */
export function natureRow(nature: Prestation, measured: TableUse): Environment {
  const { code, poste, role, acte_de_base, unite } = nature;
  return (use, column) => {
    if (use === measured) return column === "prs_nat" ? code : undefined;
    if (!explains(use, measured)) return undefined;
    switch (use.table) {
      case "prs_nat_postes":
        return { code, poste, role, acte_de_base, unite }[column];
      case "postes":
        return posteOf(poste)?.[column];
      default:
        return column === "code" ? code : undefined;
    }
  };
}

/** The tables that describe natures. */
function explains({ table }: TableUse, measured: TableUse): boolean {
  return (
    table === "prs_nat_postes" ||
    table === "postes" ||
    table === (measured.table === "damir" ? "nomenclature_prs_nat" : "nomenclature_departement_prs_nat")
  );
}

/** What the quantity of a nature counts, as far as it is known: `actes`, `boîtes`, `majorations` … */
function countedBy({ acte_de_base, unite, role }: Prestation): string | undefined {
  if (acte_de_base) return "actes";
  if (unite !== "") return unite;
  return {
    majoration: "majorations",
    participation: "franchises et participations",
    frais: "frais",
    trajet: "trajets",
    forfait: "forfaits",
  }[role as string];
}

/** True when an expression tells natures apart: by their code or series, or by what a table says of them. */
function tellsNature(expression: Expression, measured: TableUse): boolean {
  return columnsOf(expression).some(({ use, name }) =>
    use === measured ? name === "prs_nat" || name === "serie" : explains(use, measured),
  );
}

/**
 * What a sum of quantities counts together: the units of the natures that are in one of its groups, where there is more than one.
 * Nothing where the natures are chosen in a way that can't be followed.
 */
export function mixedUnits(sum: Sum): string[] | undefined {
  const { use } = sum.column;
  const groups = groupsOf(sum.by);
  const conditions = [...sum.by.block.conditions, ...sum.conditions];
  const chosen = [...conditions, ...groups].filter((expression) => tellsNature(expression, use));
  const units = new Map<string, Set<string>>();
  for (const nature of prestations().values()) {
    const row = natureRow(nature, use);
    if (!mayAdd(sum, row)) continue;
    const values = chosen.map((expression) => evaluate(expression, row));
    if (values.includes(undefined)) return undefined;
    const unit = countedBy(nature);
    if (unit === undefined) continue;
    const group = JSON.stringify(groups.map((expression) => evaluate(expression, row) ?? null));
    const known = units.get(group);
    if (known) known.add(unit);
    else units.set(group, new Set([unit]));
  }
  const mixed = [...units.values()].find((found) => found.size > 1);
  return mixed && [...mixed].sort((a, b) => Number(b === "actes") - Number(a === "actes"));
}
