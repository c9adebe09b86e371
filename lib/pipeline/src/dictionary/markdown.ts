/** A table, its cells escaped; empty where it has no row. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(header), `| ${header.map(() => "---").join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** Text of a label as Markdown shows it: nothing in it is read as a mark. */
export function plain(text: string): string {
  return text.replace(/[\\*_<>[\]`]/g, "\\$&");
}

/** Cells are Markdown already: only what would end them is escaped. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** Parts of a page, with one empty line between them and one end of line. */
export function page(...parts: readonly string[]): string {
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** A whole number as French writes it: 1 570. */
export function frenchInteger(value: number): string {
  return value.toLocaleString("fr-FR").replace(/\s/g, " ");
}
