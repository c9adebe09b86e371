/** Rows of texts under the names of their columns. */
export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A table in CSV as spreadsheets set to French open it: UTF-8 with its mark, semicolons, decimal commas. */
export function csvOf({ columns, rows }: TextTable): string {
  return `\ufeff${[columns, ...rows].map((row) => row.map(field).join(";")).join("\r\n")}\r\n`;
}

function field(text: string): string {
  // A spreadsheet would run as a formula what begins like one.
  const safe = /^[=+@\t\r-]/.test(text) && /[^\d\s.,+-]/.test(text) ? `'${text}` : text;
  return /[;"\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A number as a reader of French sees it, and its unit. No leading zero: that would be a code. */
const writtenNumber =
  /^([-\u2212]?)((?:0|[1-9]\d{0,2}(?:[\s\u00a0\u202f]\d{3})+|[1-9]\d*)(?:,\d+)?)(?:[\s\u00a0\u202f]([^\d]+))?$/;

/**
 * The same table with numbers that a spreadsheet can reckon with: « 12 345 € » becomes 12345, and its unit goes to the head of its column.
 * A column whose cells don't have one unit keeps its texts.
 */
export function withPlainNumbers({ columns, rows }: TextTable): TextTable {
  const units = columns.map((_, index) => unitOf(rows.map((row) => row[index] ?? "")));
  return {
    columns: columns.map((column, index) => {
      const unit = units[index] ?? "";
      return unit === "" || column.includes(unit) ? column : `${column} (${unit})`;
    }),
    rows: rows.map((row) => row.map((text, index) => (units[index] === undefined ? text : plain(text)))),
  };
}

/** The unit that all cells share, empty for numbers without one; undefined where they aren't all numbers of one unit. */
function unitOf(cells: readonly string[]): string | undefined {
  const written = cells.filter((text) => text !== "").map((text) => writtenNumber.exec(text));
  const units = new Set(written.map((match) => (match ? (match[3] ?? "") : undefined)));
  const [unit] = units;
  return units.size === 1 ? unit : undefined;
}

function plain(text: string): string {
  const [, minus = "", digits = ""] = writtenNumber.exec(text) ?? [];
  return `${minus && "-"}${digits.replace(/[\s\u00a0\u202f]/g, "")}`;
}
