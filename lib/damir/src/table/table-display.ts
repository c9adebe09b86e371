import type { DisplayData } from "../display.js";
import type { Column, Row } from "../query/columns.js";
import type { Source } from "../query/provenance.js";
import { tableContent, type TableDetails } from "./table-content.js";
import { tableHtml } from "./table-html.js";
import { tableText } from "./table-text.js";

/** A result as notebooks show it unasked: HTML for people, aligned text for terminals and exports. */
export function tableDisplay(
  columns: readonly Column[],
  rows: readonly Row[],
  sources: readonly Source[],
  details: TableDetails = {},
): DisplayData {
  const content = tableContent(columns, rows, sources, details);
  return { data: { "text/html": tableHtml(content), "text/plain": tableText(content) } };
}
