/** A text of SQL. */
export function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name of SQL. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The path of one file: DuckDB would else read several files where it has a `*`, a `?` or a `[`. */
export function quotedPath(path: string): string {
  return quotedText(path.replace(/[*?[]/g, "[$&]"));
}
