import type { LevelOptions } from "../query/knowledge.js";
import { Result } from "../query/result.js";
import { UserError } from "../user-error.js";
import { additiveColumns } from "./additive-columns.js";
import { aggregate, levelOf } from "./geography-aggregate.js";
import { geographicLevels, type GeographicLevel } from "./geography.js";

/** Columns that say again, finer or coarser, where a row is: once it has gone up they would be wrong or useless. */
const placeColumns = new Set([
  ...geographicLevels,
  ...geographicLevels.flatMap((level) => [`nom_${level}`, `${level}_libelle`]),
  "nom",
  "regions_insee",
]);

/**
 * Adds rows up to the regions. Amounts and counts are added, other columns tell rows apart, and places that aren't known add up under null.
 *
 * @example
 * byRegion(await damir.sql`SELECT departement, sum(rem_mon) AS rembourse FROM damir_departement GROUP BY 1`);
 * @throws UserError when the places don't nest in the regions, or a column may be a rate or a mean
 */
export function byRegion(result: Result, { to = "region", ...options }: LevelOptions = {}): Result {
  const from = levelOf(new Set(result.columns.map(({ name }) => name)));
  // Open DAMIR has groups of regions only: the finest it can be summed by.
  return byLevel(result, from === "ben_res_reg" ? "ben_res_reg" : to, options);
}

/**
 * Adds rows up to the 101 départements, as {@link byRegion} does.
 *
 * @example
 * byDepartement(await damir.sql`SELECT cpam, sum(rem_mon) AS rembourse FROM damir_departement GROUP BY 1`);
 * @throws UserError for rows of Open DAMIR, which has no département, or when a column may be a rate or a mean
 */
export function byDepartement(result: Result, options: Omit<LevelOptions, "to"> = {}): Result {
  return byLevel(result, "departement", options);
}

function byLevel(result: Result, to: GeographicLevel, { sum, by }: LevelOptions): Result {
  const names = result.columns.map(({ name }) => name);
  const from = levelOf(new Set(names));
  if (from === "zeat" && names.some((name) => name === "ben_res_reg" || name === "region")) {
    throw new UserError(
      "Ces lignes ont à la fois une zone d'étude (zeat) et une région : les deux découpages se croisent, aucun n'est dans l'autre. Gardez-en un seul.",
    );
  }
  const added = additiveColumns(result, sum, by);
  const kept = by ?? names.filter((name) => !placeColumns.has(name) && !added.includes(name));
  if (added.length === 0) {
    throw new UserError(
      `Rien à additionner par ${to} : aucune colonne de montants ou d'effectifs parmi ${names.join(", ")}.`,
    );
  }
  const used = new Set<string>([from, ...kept, ...added]);
  return aggregate(only(result, used), { from, to, sum: added, by: kept });
}

/** A result without the columns that say a place again. */
function only(result: Result, used: ReadonlySet<string>): Result {
  const lost = result.columns.filter(({ name }) => !used.has(name) && !placeColumns.has(name));
  if (lost.length > 0) {
    throw new UserError(
      `Que faire de ${lost.map(({ name }) => `« ${name} »`).join(", ")} ? À additionner, mettez-la dans sum ; à garder comme critère, dans by.`,
    );
  }
  const columns = result.columns.filter(({ name }) => used.has(name));
  return new Result(columns, result.rows, result.sources, result.details);
}
