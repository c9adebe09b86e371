import { type Displayable, type DisplayData, jupyterDisplay } from "../display.js";
import type { Row } from "../query/columns.js";
import { sourceLine, unknownSourceLine } from "../query/provenance.js";
import { Result, resultOf } from "../query/result.js";
import { UserError } from "../user-error.js";
import { tableContent, type TableContent, type TableOptions } from "./table-content.js";
import { tableHtml } from "./table-html.js";
import { tableText } from "./table-text.js";

/** A table that a notebook shows. */
export class Table implements Displayable {
  #content: TableContent;
  #limited: boolean;

  /**
   * Use {@link table}.
   * @internal
   */
  constructor(content: TableContent, limited: boolean) {
    this.#content = content;
    this.#limited = limited;
  }

  /** The table in HTML, alone: nothing of it comes from elsewhere. */
  get html(): string {
    return tableHtml(this.#content, this.#limited);
  }

  /** The table's first rows as aligned text. */
  get text(): string {
    return tableText(this.#content);
  }

  [jupyterDisplay](): DisplayData {
    return { data: { "text/html": this.html, "text/plain": this.text } };
  }
}

/**
 * Shows rows as a French table: labels of DAMIR's variables, numbers aligned and in the unit one asks for. In JupyterLab
 * and in a page made from the notebook its columns sort, its text is searched, its pages turn, and its rows are copied or
 * downloaded as CSV; where scripts don't run, the first rows are a plain table. The source line and the « données
 * synthétiques » mark are part of it.
 * @param rows the result of a query, or an array of objects
 * @param options which columns, how they are written, the caption, the first order, and how many rows go along
 * @throws UserError when an option names a column that the rows don't have, or isn't in its bounds
 *
 * @example
 * const parRegion = await damir.sql`
 *   SELECT ben_res_reg, sum(flt_rem_mnt) AS rembourse, sum(flt_rem_mnt) / sum(flt_pai_mnt) AS part
 *   FROM damir GROUP BY 1`;
 * table(parRegion, {
 *   caption: "Remboursé par région",
 *   columns: { ben_res_reg: "Région", rembourse: "Remboursé", part: "Part de la dépense" },
 *   format: { rembourse: "M€", part: "%" },
 *   sort: "-rembourse",
 * });
 */
export function table<R extends object>(
  rows: Result<R> | readonly R[],
  options: TableOptions<keyof R & string> = {},
): Table {
  if (!(rows instanceof Result) && !Array.isArray(rows)) {
    throw new UserError(
      "Il n'y a pas de lignes à montrer : on attend le résultat d'une requête ou un tableau d'objets. Manque-t-il « await » devant damir.sql`…` ?",
    );
  }
  const result = rows instanceof Result ? rows : resultOf(rows, []);
  const source = rows instanceof Result ? sourceLine(rows.sources) : unknownSourceLine();
  const content = tableContent(
    result.columns,
    result.shown as readonly Row[],
    result.sources,
    result.details,
    options,
    source,
  );
  return new Table(content, options.rows === undefined);
}
