import type { NotebookIdentity } from "../check/notebook-identity.js";
import type { Notebook } from "../check/check-report.js";

/**
 * The notebook that a page offers: its texts and its code. Its outputs are left out: the page shows them, they would double its
 * weight, and charts of a notebook hold columns that the page doesn't show. Run on the same data, it gives them again.
 */
export function offeredNotebook(notebook: Notebook, { author, email, licence }: NotebookIdentity): string {
  const cells = notebook.cells.map((cell) =>
    cell.cell_type === "code" ? { ...cell, execution_count: null, outputs: [] } : cell,
  );
  const metadata = {
    ...notebook.metadata,
    ...(author === undefined || notebook.metadata["authors"] !== undefined
      ? {}
      : { authors: [{ name: author, ...(email === undefined ? {} : { email }) }] }),
    ...(licence === undefined ? {} : { license: { name: licence } }),
  };
  return `${JSON.stringify({ ...notebook, metadata, cells }, null, 1)}\n`;
}
