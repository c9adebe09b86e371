import { UserError } from "../user-error.js";

/** Rows that an awaited query brings at most, unless it says how many it wants: as many as a chart can draw. */
export const mostRowsOfResult = 20_000;

/** Why a cut result isn't computed with: what is drawn or summed from its first rows would be wrong without a sign of it. */
export function cutResultError(read: number, total: number): UserError {
  return new UserError(
    [
      `Ce résultat est coupé : la requête a ${count(total)} lignes, et seules les ${count(read)} premières ont été lues. Un calcul, un graphique ou une carte sur elles seules serait faux.`,
      "Agrégez en SQL (GROUP BY, sum…) ou filtrez ; dites vous-même combien de lignes vous voulez (LIMIT) ; ou lisez tout : « await requete.rows() » les met en mémoire, « for await (const ligne of requete.stream()) » les donne l'une après l'autre.",
    ].join("\n"),
  );
}

function count(rows: number): string {
  return rows.toLocaleString("fr-FR");
}
