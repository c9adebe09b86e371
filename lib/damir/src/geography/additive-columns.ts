import { isIdentifier, openDamirVariables, variables } from "../dictionary/dictionary.js";
import type { Column } from "../query/columns.js";
import type { Result } from "../query/result.js";
import { UserError } from "../user-error.js";

/** Names of what can't be added: shares, means, extremes, rates; also as SQL names what a query left without a name. */
const rateNames =
  /(^|_)(taux|tx|moy|moyen|moyenne|avg|mean|med|median|mediane|part|parts|pct|pourcent|pourcentage|ratio|indice|rang|max|maximum|min|minimum|ecart|variance|stddev|quantile|distincts?|cumul|cumule|par|pour)(_|$)|^(avg|max|min|median|mean|mode|quantile\w*|stddev\w*|var\w*|any_value|first|last)\(|\bdistinct\b|\//i;

const doubtfulTypes = /^(DOUBLE|FLOAT|REAL|double precision|real)/i;

/** Columns of numbers that are neither codes nor years. */
export function numberColumns(result: Result): Column[] {
  return result.columns.filter(({ name, kind }) => kind === "number" && !isIdentifier(name));
}

/** Why the numbers of a column may not be added up; undefined where they may. */
export function whyNotAdded({ name, type }: Column): string | undefined {
  const role =
    openDamirVariables().get(name)?.role ??
    variables("damir_departement").find(({ variable }) => variable === name)?.role;
  if (role === "mesure") return undefined;
  if (role === "taux" || rateNames.test(name)) return "a le nom d'un taux, d'une moyenne ou d'un extrême";
  if (doubtfulTypes.test(type)) return `est de type ${type}, comme une moyenne ou un quotient`;
  return undefined;
}

/**
 * The columns of a result that hold amounts and counts.
 * @param asked those that the user says are such; all that are by default
 * @param kept columns that the user wants left as they are
 * @throws UserError when one that isn't named may be a rate or a mean, as a sum of them means nothing
 */
export function additiveColumns(
  result: Result,
  asked: readonly string[] | undefined,
  kept: readonly string[] = [],
): string[] {
  if (asked) return [...asked];
  const numbers = numberColumns(result).filter(({ name }) => !kept.includes(name));
  const refused = numbers.flatMap((column) => {
    const why = whyNotAdded(column);
    return why === undefined ? [] : [`« ${column.name} » ${why}`];
  });
  if (refused.length > 0) {
    throw new UserError(
      `${refused.join(" ; ")} : l'additionner ne voudrait rien dire. Demandez à la requête les deux termes (un montant, un effectif) et divisez après ; ou, si c'est bien un montant ou un compte, dites ce qui s'additionne : { sum: [${numbers.map(({ name }) => `"${name}"`).join(", ")}] }.`,
    );
  }
  return numbers.map(({ name }) => name);
}
