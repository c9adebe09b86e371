import type { ResultValue } from "../query/sql-values.js";
import { Result } from "../query/result.js";
import { sourceLine, unknownSourceLine, type Source } from "../query/provenance.js";
import { UserError } from "../user-error.js";

/** What can be drawn: a result, or rows of one's own making. */
export type Drawable = Result<object> | readonly object[];

/** A row as Vega takes it. */
export type VegaRow = Record<string, unknown>;

/** Rows as Vega takes them, with where they come from. */
export interface VegaRows {
  values: VegaRow[];
  /** Source line, in French; empty when there is nothing to say. */
  source: string;
  sources: readonly Source[];
  /** What one must know to read the figures, a sentence each. */
  notes: readonly string[];
}

/** More rows than this make a notebook heavy and a browser slow. */
const mostRows = 20_000;

/**
 * The rows of what is to be drawn.
 * @throws UserError when there is nothing to draw, too much, or only the first rows of a longer result
 */
export function vegaRows(drawable: Drawable): VegaRows {
  const rows = drawable instanceof Result ? drawable.rows : drawable;
  if (!Array.isArray(rows)) {
    throw new UserError(
      "Il n'y a pas de lignes à dessiner : on attend le résultat d'une requête ou un tableau d'objets. Manque-t-il « await » devant damir.sql`…` ?",
    );
  }
  if (rows.length === 0) {
    throw new UserError("Le résultat n'a aucune ligne à dessiner : vérifiez les filtres de la requête.");
  }
  if (rows.length > mostRows) {
    throw new UserError(
      `Le résultat a ${rows.length.toLocaleString("fr-FR")} lignes : au-delà de ${mostRows.toLocaleString("fr-FR")}, un graphique est lent et illisible. Agrégez en SQL (GROUP BY) ou échantillonnez (USING SAMPLE).`,
    );
  }
  return {
    values: rows.map((row: object) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, vegaValue(value as ResultValue)])),
    ),
    source: drawable instanceof Result ? sourceLine(drawable.sources) : unknownSourceLine(),
    sources: drawable instanceof Result ? drawable.sources : [],
    notes: drawable instanceof Result ? (drawable.details.notes ?? []) : [],
  };
}

/** A date without a zone is the same day for every reader, in Cayenne as in Paris. */
function vegaValue(value: ResultValue): unknown {
  if (value instanceof Date) return value.toISOString().slice(0, -1);
  if (typeof value === "number" && !Number.isFinite(value)) return null;
  return typeof value === "bigint" ? Number(value) : value;
}
