/**
 * Rows as a French spreadsheet opens them: semicolons, decimal commas, a byte-order mark. A text that a spreadsheet would run as a
 * formula is kept from it by an apostrophe, as in the lab's tables.
 */
export function csvOf(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const lines = [columns, ...rows].map((row) => row.map(field).join(";"));
  return `\ufeff${lines.join("\r\n")}\r\n`;
}

function field(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value).replace(".", ",");
  const text = (typeof value === "string" ? value : JSON.stringify(value)).replace("T00:00:00.000Z", "");
  // An exact decimal is a text in JSON.
  if (/^-?\d+\.\d+$/.test(text)) return text.replace(".", ",");
  const safe = /^[=+@\t\r-]/.test(text) && /[^\d\s.,+-]/.test(text) ? `'${text}` : text;
  return /[;"\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
