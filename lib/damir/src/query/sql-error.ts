import { UserError } from "../user-error.js";

/** DuckDB proposes its own system tables, which help nobody here. */
const suggestion = /^Did you mean "(pg_|sqlite_|duckdb_).*\n/m;

/**
 * Turns DuckDB's error into one that helps: in French, with the engine's own words, which show the place, after it.
 * Errors that aren't the engine's pass unchanged.
 */
export function explainSqlError(error: unknown, tables: readonly string[]): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const [, kind = "", detail = error.message] =
    /(?:^|: )([A-Z]\w*(?: [A-Z]\w*)*) Error: ([\s\S]*)$/.exec(error.message) ?? [];
  const advice = adviceFor(kind, detail, tables);
  if (advice === undefined) return error;
  return new UserError(`${advice}\n\n${detail.replace(suggestion, "").trim()}`);
}

function adviceFor(kind: string, detail: string, tables: readonly string[]): string | undefined {
  const table = /Table with name (\S+) does not exist/.exec(detail)?.[1];
  if (table !== undefined)
    return `La table « ${table} » n'existe pas. Tables disponibles : ${tables.join(", ")}.`;
  const column = /Referenced column "([^"]+)" not found/.exec(detail)?.[1];
  if (column !== undefined) {
    return `La colonne « ${column} » n'existe pas dans les tables de cette requête. DESCRIBE SELECT * FROM table en donne la liste.`;
  }
  switch (kind) {
    case "Parser":
      return "La requête SQL n'est pas bien écrite (l'endroit est montré ci-dessous).";
    case "Binder":
    case "Catalog":
      return "La requête SQL nomme ou combine quelque chose qui ne convient pas.";
    case "Conversion":
      return "Une valeur n'a pas la forme attendue.";
    case "Invalid Input":
    case "Out of Range":
      return "Une valeur de la requête ne convient pas.";
    case "INTERRUPT":
      return "La requête a été interrompue.";
    case "Out of Memory":
      return "La requête demande plus de mémoire que cette machine n'en a. Agrégez davantage (GROUP BY), filtrez des mois ou prenez moins de colonnes.";
    case "IO":
      return "Un fichier des données n'a pas pu être lu. Vérifiez le magasin : npx damir data list.";
    default:
      return undefined;
  }
}
