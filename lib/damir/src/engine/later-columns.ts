import { openDamirVariables } from "../dictionary/dictionary.js";

/**
 * A column that a table presents without its files holding it: null in every row.
 * @internal
 */
export interface LaterColumn {
  name: string;
  /** SQL type. */
  type: string;
}

/**
 * The columns of Open DAMIR that came to the store after its first months did, and that no file of a table has: the zones of
 * 2009 to 2014. A query that names them answers the same whenever the months were imported.
 * @param found columns of the table's files; where the regions aren't all among them, the table is no month as imported
 * @internal
 */
export function laterColumns(table: string, found: readonly string[]): LaterColumn[] {
  if (table !== "damir") return [];
  const variables = [...openDamirVariables().values()];
  const regions = variables.filter(({ annees }) => annees === "2015-");
  if (!regions.every(({ variable }) => found.includes(variable))) return [];
  return variables
    .filter(({ annees, variable }) => annees === "2009-2014" && !found.includes(variable))
    .map(({ variable: name, type }) => ({ name, type }));
}
