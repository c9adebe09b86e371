import type { SyntaxOrder } from "../query/syntax-node.js";
import { untranslated, type Write } from "./spark-syntax.js";

/** The terms of an ORDER BY, empty values last as DuckDB has them. */
export function orderTerms(orders: readonly SyntaxOrder[], write: Write): string {
  return orders
    .map(({ type, null_order: nulls, expression: on }) => {
      if (on.class === "STAR") throw untranslated("ORDER BY ALL", "nommez les colonnes.");
      const direction = type === "DESCENDING" ? " DESC" : "";
      const place = nulls === "NULLS_FIRST" ? " NULLS FIRST" : " NULLS LAST";
      return `${write(on)}${direction}${place}`;
    })
    .join(", ");
}
